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

/** A driver script that calls the test that its input names, after `setup` where the file has that. */
export function testDriver(path: string, text: string): string {
  const all = definitions(path, text).map(({ name }) => name);
  const names = all.filter((name) => name.startsWith("test_") || name === setupName);
  const tests = names.filter((name) => name !== setupName).map((name) => `"${name}": ${name}`);
  return [
    `load("//${path}", ${names.map((name) => `"${name}"`).join(", ")})`,
    ...(names.includes(setupName) ? [`${setupName}()`] : []),
    `{${tests.join(", ")}}[input]()`,
    "",
  ].join("\n");
}

function definitions(path: string, text: string): TestFunction[] {
  const { module } = parseModule(path, text, knownNames("handlers"));
  return (module?.body ?? []).flatMap((statement) =>
    statement.kind === "def"
      ? [{ name: toText(statement.name.name), line: module!.file.location(statement.pos).line }]
      : [],
  );
}
