/** Test files: which functions of a text are tests. */
import { knownNames } from "../api/environment.ts";
import { parseModule } from "../syntax/module.ts";
import { toText } from "../values/text.ts";

/** What is called before each test, where a file has it. */
const setupName = "setup";

export interface TestFunction {
  name: string;
  /** 1-based. */
  line: number;
}

/** The functions at the top level of a text whose names begin with `test_`, in order. None when the text has problems. */
export function testFunctions(path: string, text: string): TestFunction[] {
  return definitions(path, text).filter(({ name }) => name.startsWith("test_"));
}

/** Not the paths of any files of a project. */
const driverPath = "autoflow-test.star";
const tablePath = "autoflow-tests.star";

/** Whether a file was made here. */
export function isDriver(path: string): boolean {
  return path === driverPath || path === tablePath;
}

/**
 * A driver script, with the file that it loads, which calls the test that its input names, after `setup` where the file has that. The
 * table of tests is made once, when the driver is compiled.
 */
export function testDriver(path: string, text: string): { entry: string; files: [string, string][] } {
  const names = definitions(path, text).map(({ name }) => name);
  const tests = names.filter((name) => name.startsWith("test_"));
  const hasSetup = names.includes(setupName);
  const loaded = [...tests, ...(hasSetup ? [setupName] : [])];
  const table = [
    `load(${JSON.stringify(`//${path}`)}, ${loaded.map((name) => `_${name} = "${name}"`).join(", ")})`,
    `tests = {${tests.map((name) => `"${name}": _${name}`).join(", ")}}`,
    `setup = ${hasSetup ? "_setup" : "None"}`,
  ];
  const driver = [`load("//${tablePath}", "setup", "tests")`, "if setup != None: setup()", "tests[input]()"];
  return {
    entry: driverPath,
    files: [
      [driverPath, `${driver.join("\n")}\n`],
      [tablePath, `${table.join("\n")}\n`],
    ],
  };
}

function definitions(path: string, text: string): TestFunction[] {
  const { module } = parseModule(path, text, knownNames("handlers"));
  return (module?.body ?? []).flatMap((statement) =>
    statement.kind === "def"
      ? [{ name: toText(statement.name.name), line: module!.file.location(statement.pos).line }]
      : [],
  );
}
