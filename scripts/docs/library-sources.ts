/**
 * Writes src/languages/starlark/stdlib/sources.ts, the texts of the library's files, for a language that reads no files. A part of
 * `npm run docs`, and a process of its own: the pages are made by code that loads the library.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const libraryFolder = new URL("../../src/languages/starlark/stdlib/", import.meta.url);

writeFileSync(new URL("sources.ts", libraryFolder), renderLibrarySources());

/** Paths of the library's files. */
function libraryFiles(): string[] {
  return readdirSync(libraryFolder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".star") && !name.startsWith("testdata/"))
    .toSorted();
}

/** The whole module. */
function renderLibrarySources(): string {
  const entries = libraryFiles().map((name) => {
    const text = readFileSync(new URL(name, libraryFolder), "utf8");
    return `  [\n    ${literal(name)},\n    ${literal(text)},\n  ],\n`;
  });
  return `/** The files of the built-in library by name. Written by \`npm run docs\`; a test fails when a file differs. */
export const librarySources: ReadonlyMap<string, string> = new Map([
${entries.join("")}]);
`;
}

/** A text as the formatter writes it: in the quotes of which it holds less. */
function literal(text: string): string {
  const quoted = JSON.stringify(text);
  if (text.split('"').length <= text.split("'").length) return quoted;
  return `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
