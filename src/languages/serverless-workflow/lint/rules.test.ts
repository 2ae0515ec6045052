import assert from "node:assert/strict";
import { test } from "node:test";
import { sourcesOf, workflowText } from "../testing/compile-files.ts";
import { lintSources } from "./lint.ts";
import type { Rule } from "./rule.ts";
import { rules } from "./rules.ts";

function found(body: string, files: Rule["files"] = {}): string[] {
  const diagnostics = lintSources(sourcesOf({ "test.sw.yaml": workflowText(body.replace(/^\n/, "")), ...files }));
  return diagnostics.map(({ code, message }) => `${code}: ${message}`);
}

for (const rule of rules) {
  test(`${rule.name} finds what it is for, and nothing finds anything where it is put right`, () => {
    const bad = found(rule.bad, rule.files);
    assert.equal(bad.length, 1, bad.join("\n"));
    assert.ok(bad[0]!.startsWith(`${rule.name}: `), bad[0]);
    assert.deepEqual(found(rule.good, { ...rule.files, ...rule.goodFiles }), []);
  });
}

test("a comment silences a rule", () => {
  const body = `states:
# autoflow: ignore[switch-without-default]
- {name: Check, type: switch, dataConditions: [{condition: .big, transition: More}]}
- {name: More, type: switch, dataConditions: [{condition: .big, end: true}]} # autoflow: ignore
- {name: Lost, type: inject, end: true} # autoflow: ignore[missing-data]
`;
  const diagnostics = lintSources(sourcesOf({ "test.sw.yaml": workflowText(body) }));
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ["unreachable-state"],
  );
});

test("where something is an error the rules say nothing", () => {
  const diagnostics = lintSources(
    sourcesOf({
      "test.sw.yaml": workflowText(
        "states:\n- {name: A, type: switch, dataConditions: [{condition: .x, transition: B}]}\n",
      ),
    }),
  );
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ["WORKFLOW_INVALID"],
  );
});
