/** Test files: which functions of a text are tests. */
import type { Location } from "../../../core/errors.ts";
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

export interface TestsOfFile {
  /** The functions at the top level whose names begin with `test_`, in order. */
  tests: TestFunction[];
  hasSetup: boolean;
  /** Why the text is no script; then there are no tests. */
  problems: { message: string; where: Location }[];
}

/** Looks for the tests of a text. */
export function findTestFunctions(path: string, text: string): TestsOfFile {
  const { module, problems } = parseModule(path, text, knownNames("handlers"));
  if (module === undefined) return { tests: [], hasSetup: false, problems };
  const functions = module.body.flatMap((statement) => (statement.kind === "def" ? [statement] : []));
  const named = functions.map(({ name, pos }) => ({ name: toText(name.name), line: module.file.location(pos).line }));
  return {
    tests: named.filter(({ name }) => name.startsWith("test_")),
    hasSetup: named.some(({ name }) => name === setupName),
    problems: [],
  };
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
export function testDriver(
  path: string,
  { tests: found, hasSetup }: TestsOfFile,
): { entry: string; files: [string, string][] } {
  const tests = found.map(({ name }) => name);
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
