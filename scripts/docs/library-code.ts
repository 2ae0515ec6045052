/**
 * Writes src/languages/starlark/run/library-code.ts, what the compiler makes of the library's Starlark: no process has to compile it
 * before its first script. A part of `npm run docs`, and a process of its own: what is written here is loaded by the next ones.
 */
import { writeFileSync } from "node:fs";
import { compileLibrary } from "../../src/languages/starlark/run/compile-library.ts";

const target = new URL("../../src/languages/starlark/run/library-code.ts", import.meta.url);
const lineWidth = 120;

writeFileSync(
  target,
  `/** The library's Starlark, compiled. Written by \`npm run docs\`; a test fails when it is not that of the library's texts. */
export const libraryCode: readonly number[] = [
${lines([...compileLibrary()]).join("\n")}
];
`,
);

/** Numbers as the formatter fills lines with them. */
function lines(numbers: readonly number[]): string[] {
  const filled: string[] = [];
  let line = " ";
  for (const number of numbers) {
    const item = ` ${number},`;
    if (line.length + item.length > lineWidth) {
      filled.push(line);
      line = " ";
    }
    line += item;
  }
  return [...filled, line];
}
