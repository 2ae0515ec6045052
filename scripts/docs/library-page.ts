/** docs/reference/library.md and gitlab-library.md as the docstrings of the built-in library have it. */
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

const gitlabIntroduction = `# Library for GitLab

What GitLab knows, by its own terms: a struct of functions for each.

\`\`\`python
load("@autoflow//gitlab.star", "issues", "users")

def triage(w, ev):
    issues.label(ev, ev, add = "workflow::triage")
    issues.assign(ev, ev, [users.find("sam")])
\`\`\`

\`@autoflow//gitlab.star\` has them all; \`@autoflow//gitlab/issues.star\` has \`issues\` alone. Functions call the project's GitLab as
[\`gitlab.get\`](starlark-api.md#gitlab) and its like do, so they wait, fail and are tried again as these are, and answer what GitLab answers.

They take the project first: its number, its full path, \`":id"\` for the run's own, or an object that tells it, such as an event or an issue. Where
a group will do too, it is written \`"groups/acme"\`. Issues and merge requests are told by their iid, or by an object or event of them.

Examples show the calls that a function makes. This page is written by \`npm run docs\` from the docstrings in
\`src/languages/starlark/stdlib/gitlab/\`; the tests run every example.`;

const isOfGitLab = ({ path }: LibraryFile): boolean => path.includes("//gitlab/");

/** The whole page, in the order of the files' names; what is about GitLab has a page of its own. */
export function renderLibraryPage(): string {
  const files = describeLibrary().filter((file) => !isOfGitLab(file));
  return `${[introduction, ...files.map(section)].join("\n\n")}\n`;
}

/** The page of the files about GitLab. */
export function renderGitLabLibraryPage(): string {
  return `${[gitlabIntroduction, ...describeLibrary().filter(isOfGitLab).map(section)].join("\n\n")}\n`;
}

function section({ path, name, doc, functions, passedOn }: LibraryFile): string {
  const names = passedOn.map((one) => `[${one}](gitlab-library.md#autoflowgitlab${one}star)`).join(", ");
  const list = passedOn.length === 0 ? [] : [`It has ${names}.`];
  return [`## ${path}`, doc, ...list, ...functions.map((one) => entry(name, one))].join("\n\n");
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
