/** docs/reference/library.md as the docstrings of the built-in library have it. */
import {
  describeLibrary,
  type LibraryFile,
  type LibraryFunction,
} from "../../src/languages/starlark/stdlib/describe.ts";

const introduction = `# Built-in library

Files that every script can load, written in Starlark. Each has one struct of functions under its own name:

\`\`\`python
load("@autoflow//strings.star", "strings")

strings.slug("Fix: login (again)!")  # "fix-login-again"
\`\`\`

The library is a part of AutoFlow and has no version of its own. What a script loads of it becomes a part of the script's image, so a
run keeps the library that it began with, whatever is installed later. See [sharing code](../guides/sharing-code.md) for the other
things that \`load\` takes.

This page is written by \`npm run docs\` from the docstrings in \`src/languages/starlark/stdlib/\`; a test fails when the two differ, and
every example is run by the tests.`;

/** The whole page, in the order of the files' names. */
export function renderLibraryPage(): string {
  return `${[introduction, ...describeLibrary().map(section)].join("\n\n")}\n`;
}

function section({ path, name, doc, functions }: LibraryFile): string {
  return [`## ${path}`, doc, ...functions.map((one) => entry(name, one))].join("\n\n");
}

function entry(
  file: string,
  { name, parameters, summary, arguments: args, returns, examples }: LibraryFunction,
): string {
  const parts = [`### \`${file}.${name}(${parameters})\``, summary];
  if (args.length > 0) parts.push(args.map((one) => `- \`${one.name}\`: ${one.doc}`).join("\n"));
  if (returns !== "") parts.push(`Answers: ${returns.replaceAll(/\s+/g, " ")}`);
  if (examples.length > 0) {
    const lines = examples.map(({ expression, value }) => `${expression}  # ${value}`);
    parts.push(`\`\`\`python\n${lines.join("\n")}\n\`\`\``);
  }
  return parts.join("\n\n");
}
