/** Every program of the suites of this folder, wherever its expectations are checked. */
import { readdirSync, readFileSync } from "node:fs";
import { readChunks } from "./chunked-file.ts";
import { readExamples } from "./examples.ts";
import { readOutputChunks } from "./output-suite.ts";

export interface SuiteProgram {
  /** File and line. */
  name: string;
  source: string;
}

/** Chunked files: a folder of them each. */
const chunked = ["../vm/testdata/", "../syntax/testdata/"];
const examples = ["../library/testdata/"];
const outputs = ["../vm/output-testdata/"];

/** The programs of all suites, in the order of their files. */
export function suitePrograms(): SuiteProgram[] {
  return [
    ...chunked.flatMap((folder) =>
      filesOf(folder).flatMap(({ name, text }) =>
        readChunks(name, text).map(({ source, firstLine }) => ({ name: `${name}:${firstLine}`, source })),
      ),
    ),
    ...outputs.flatMap((folder) =>
      filesOf(folder).flatMap(({ name, text }) =>
        readOutputChunks(text).map(({ source, firstLine }) => ({ name: `${name}:${firstLine}`, source })),
      ),
    ),
    ...examples.flatMap((folder) =>
      filesOf(folder).flatMap(({ name, text }) =>
        readExamples(text).map(({ source, line }) => ({ name: `${name}:${line}`, source })),
      ),
    ),
  ];
}

function filesOf(folder: string): { name: string; text: string }[] {
  const url = new URL(folder, import.meta.url);
  return readdirSync(url)
    .filter((name) => name.endsWith(".star"))
    .map((name) => ({ name, text: readFileSync(new URL(name, url), "utf8") }));
}
