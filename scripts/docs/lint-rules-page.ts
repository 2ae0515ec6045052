/** docs/reference/lint-rules.md as the linter's rules have it. */
import type { Rule, Severity } from "../../src/languages/starlark/lint/rule.ts";
import { rules } from "../../src/languages/starlark/lint/rules.ts";

const introduction = `# Rules of the linter

\`autoflow lint\` and the language server (\`autoflow lsp\`) compile a script and then apply these rules. What does not compile is reported under
the codes \`SCRIPT_SYNTAX\` and \`SCRIPT_LOAD_FAILED\`, undefined names among it.

- **error**: it fails when it is carried out. \`autoflow lint\` exits with 1.
- **warning**: it is most likely a mistake. \`autoflow lint --strict\` exits with 1.
- **info**: it could be clearer.

A comment \`# autoflow: ignore[rule]\` silences a rule on its line, or, on a line of its own, on the next one; several rules are separated by
commas, and without brackets it silences all. One that silences nothing is reported.

Where a rule depends on what type a value has, it is silent unless the text makes it clear: by a literal, by what a verb answers, by \`on_event\` for the
parameters of handlers and of the functions they call, or by a type comment under the first line of a function:

\`\`\`python
def tell(w, event, names):
    # type: (W, Event["com.gitlab.events.issue_updated"], list[str]) -> None
    w.http.post(names[0], json = {"title": event.data.object_attributes.title})
\`\`\`

This page is written by \`npm run docs\` from the rules; tests apply each of them to its examples.`;

const severities: readonly Severity[] = ["error", "warning", "info"];

/** The whole page. */
export function renderLintRulesPage(): string {
  const sorted = severities.flatMap((severity) => rules.filter((rule) => rule.severity === severity));
  const rows = sorted.map(({ name, severity }) => `| [\`${name}\`](#${name}) | ${severity} |`);
  const table = ["| Rule | |", "| --- | --- |", ...rows].join("\n");
  return `${[introduction, table, ...sorted.map(section)].join("\n\n")}\n`;
}

function section({ name, severity, doc, bad, good }: Rule): string {
  return [`## ${name}`, `*${severity}.* ${doc}`, "Found:", code(bad), "Better:", code(good)].join("\n\n");
}

function code(text: string): string {
  return `\`\`\`python\n${text.trim()}\n\`\`\``;
}
