/** docs/reference/workflow-rules.md as the rules of the linter for workflows have it. */
import type { Rule } from "../../src/languages/serverless-workflow/lint/rule.ts";
import { rules } from "../../src/languages/serverless-workflow/lint/rules.ts";

const introduction = `# Rules for workflows

\`autoflow workflows validate\` and \`autoflow lint\` read a workflow with all that it refers to and then apply these rules. What they find are warnings:
the workflow runs, and most likely does not do what was meant. What cannot run is an error, under the codes of [errors.md](errors.md).

A comment \`# autoflow: ignore[rule]\` silences a rule on its line, or, on a line of its own, on the next one; several rules are separated by
commas, and without brackets it silences all.

This page is written by \`npm run docs\` from the rules; tests apply each of them to its examples.`;

/** What is told while a file is read. */
const reading: readonly (readonly [string, string])[] = [
  ["unknown-field", "a field that means nothing where it stands"],
  ["duplicate-key", "a key that is there twice: the last one counts"],
  ["yaml", "something of YAML that means nothing here, such as a tag"],
  ["missing-id", "a workflow without an id: it is called as its file is"],
  ["missing-spec-version, other-spec-version", "a workflow that does not say it is of version 0.8"],
  ["missing-next, two-ways-on", "a state with neither a transition nor an end, or with both"],
  ["missing-data, no-actions", "an inject state without data, a foreach state without actions"],
  ["missing-event-type", "an event without a type: its name is taken for it"],
  [
    "start-correlation",
    "an expression in the correlation of an event that starts runs: it cannot be evaluated before there is a run",
  ],
  ["undefined-retry, undefined-error, undefined-auth", "a name that nothing defines, and without which it runs"],
  [
    "duplicate-function, duplicate-event, duplicate-error, duplicate-retry, duplicate-auth, duplicate-branch",
    "a name that is there twice",
  ],
  ["compensation", "a state that compensates another and is not marked for it"],
  ["calendar-duration", "a duration of years or months, which are counted as 365 and 30 days"],
  ["literal-in-braces", "a text in `${ }` that is no expression, and stays as it is"],
  [
    "literal-like-expression",
    "a text that begins as an expression does (`.name`, `$SECRET`, a quoted text) and is none: it is taken as it is",
  ],
  ["unknown-extension", "an extension that means nothing"],
  ["missing-config-map", "a ConfigMap that a SonataFlow object names and that is not among the files"],
];

/** The whole page. */
export function renderWorkflowRulesPage(): string {
  const table = [
    "| Rule | |",
    "| --- | --- |",
    ...reading.map(
      ([names, what]) =>
        `| ${names
          .split(", ")
          .map((name) => `\`${name}\``)
          .join(", ")} | ${what} |`,
    ),
  ];
  const list = rules.map(({ name }) => `- [\`${name}\`](#${name})`);
  const told = ["## Told while a file is read", table.join("\n")];
  return `${[introduction, list.join("\n"), ...rules.map(section), ...told].join("\n\n")}\n`;
}

function section({ name, doc, bad, good, files = {}, goodFiles = {} }: Rule): string {
  const beside = Object.entries(files).flatMap(([path, text]) => [`With \`${path}\`:`, code(text)]);
  const better = Object.entries(goodFiles).flatMap(([path, text]) => [`With \`${path}\`:`, code(text)]);
  return [`## ${name}`, doc, "Found:", code(bad), ...beside, "Better:", code(good), ...better].join("\n\n");
}

function code(text: string): string {
  return `\`\`\`yaml\n${text.trim()}\n\`\`\``;
}
