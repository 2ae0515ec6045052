import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { renderEventsPage } from "../../scripts/docs/events-page.ts";
import { renderGitLabLibraryPage, renderLibraryPage } from "../../scripts/docs/library-page.ts";
import { renderLintRulesPage } from "../../scripts/docs/lint-rules-page.ts";
import { renderStarlarkApiPage } from "../../scripts/docs/starlark-api-page.ts";
import { renderWorkflowRulesPage } from "../../scripts/docs/workflow-rules-page.ts";
import { apiAttributes } from "../../src/languages/starlark/api/attributes.ts";
import { apiMethods, gitlabVerbs, httpVerbs, loadVerbs, runVerbs } from "../../src/languages/starlark/api/table.ts";
import { keywords, reservedWords } from "../../src/languages/starlark/syntax/token.ts";

function page(name: string): string {
  return readFileSync(new URL(`../../docs/reference/${name}`, import.meta.url), "utf8");
}

test("docs/reference/starlark-api.md says what the tables say (npm run docs writes it)", () => {
  assert.equal(page("starlark-api.md"), renderStarlarkApiPage());
});

test("docs/reference/events.md says what the code does (npm run docs writes it)", () => {
  assert.equal(page("events.md"), renderEventsPage());
});

test("docs/reference/library.md and gitlab-library.md say what the library's docstrings say (npm run docs writes it)", () => {
  assert.equal(page("library.md"), renderLibraryPage());
  assert.equal(page("gitlab-library.md"), renderGitLabLibraryPage());
});

test("docs/reference/lint-rules.md says what the rules say (npm run docs writes it)", () => {
  assert.equal(page("lint-rules.md"), renderLintRulesPage());
});

test("docs/reference/workflow-rules.md says what the rules say (npm run docs writes it)", () => {
  assert.equal(page("workflow-rules.md"), renderWorkflowRulesPage());
});

test("docs/reference/starlark-api.md lists fields of values and constants of modules", () => {
  for (const [type, attributes] of apiAttributes) {
    const section = page("starlark-api.md").split(`## Fields of ${type}\n`)[1]?.split("\n## ")[0];
    for (const { name } of attributes) assert.ok(section?.includes(`| \`${name}\` |`), `${type}.${name}`);
  }
  assert.ok(page("starlark-api.md").includes("| `math.pi` | float | `3.141592653589793` |"));
  assert.ok(page("starlark-api.md").includes("| `time.microsecond` | time.duration | `1µs` |"));
});

test("docs/reference/starlark.md lists the words of the scanner", () => {
  const listed = (row: string) => new RegExp(`\\| ${row} \\| \`(.*)\` \\|`).exec(page("starlark.md"))![1]!.split(" ");
  assert.deepEqual(listed("Keywords"), keywords.toSorted());
  assert.deepEqual(listed("Reserved"), reservedWords.toSorted());
});

test("every verb is described", () => {
  const namespaces = [...httpVerbs, ...gitlabVerbs];
  const all = [...loadVerbs, ...runVerbs, ...namespaces, ...apiMethods.flatMap(([, table]) => [...table.values()])];
  assert.deepEqual(
    all.filter(({ doc }) => doc === "").map(({ name }) => name),
    [],
  );
});
