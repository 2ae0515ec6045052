import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { apiNames } from "../../src/languages/triage/expression/api.ts";
import { conditionKeys } from "../../src/languages/triage/policy/read-conditions.ts";
import { triage } from "../../src/languages/triage/program.ts";
import { placeholders } from "../../src/languages/triage/text/placeholders.ts";

const guide = readFileSync(new URL("../../docs/guides/triage.md", import.meta.url), "utf8");

test("the guide to triage names every condition, placeholder and name of a resource", () => {
  const names = [...conditionKeys, ...placeholders.keys(), ...apiNames.keys()];
  assert.deepEqual(
    names.filter((name) => !guide.includes(`\`${name}\``)),
    [],
  );
});

test("the policies of the guide compile", () => {
  const policies = [...guide.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = ""]) => text);
  const whole = policies.filter((text) => text.includes("resource_rules:"));
  assert.ok(whole.length > 2);
  for (const text of whole) {
    const result = triage.compile({ entry: "p.yml", files: new Map([["p.yml", text]]) }, "driver").step(1);
    assert.ok(result !== "running");
    assert.deepEqual(result.diagnostics, [], text);
  }
});
