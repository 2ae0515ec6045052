/** The examples of the Starlark reference: one or more lines of Starlark for every name of the library and the API. */
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../src/languages/starlark/examples/", import.meta.url);

/** A name of the reference on a line of its own begins its example. */
const heading = /^# ([a-z_.0-9]+)$/;

/** Examples by qualified name, as in `allBuiltins`. A verb of the API has its own name, `http.get` or `future.get`. */
export function readExamples(group: "library" | "api"): Map<string, string> {
  const examples = new Map<string, string>();
  for (const file of readdirSync(folder).toSorted()) {
    if ((file === "verbs.star") !== (group === "api")) continue;
    let name: string | undefined;
    for (const line of readFileSync(new URL(file, folder), "utf8").split("\n")) {
      const begun = heading.exec(line)?.[1];
      if (begun !== undefined) {
        if (examples.has(begun)) throw new Error(`${file}: ${begun} has two examples`);
        name = begun;
        examples.set(name, "");
      } else if (name === undefined) {
        if (line !== "") throw new Error(`${file}: ${line} belongs to nothing`);
      } else examples.set(name, `${examples.get(name)}${line}\n`);
    }
  }
  return new Map([...examples].map(([name, text]) => [name, `${text.trim()}\n`]));
}
