import assert from "node:assert/strict";
import { test } from "node:test";
import type { EnvironmentNeed } from "../../core/program.ts";
import { missingEnvironment } from "./missing-environment.ts";

const at = { file: "application.properties", line: 3, column: 1 };

function need(property: string, ...spellings: string[]): EnvironmentNeed {
  return { property, spellings, at };
}

test("names that neither variables nor secrets of the project give are told", () => {
  const needs = [need("a.url", "MY_URL"), need("b.url", "b.host", "b_host", "B_HOST"), need("c.token", "C_TOKEN")];
  const workflow = { name: "w", version: "1", environment: [], graph: { nodes: [], edges: [] }, needs };
  const told = (vars: Record<string, string>, names: string[]) =>
    missingEnvironment(workflow, "1", {
      variables: { values: () => vars },
      secrets: { names: () => names, value: () => undefined },
    }).map(({ severity, code, message, where }) => [severity, code, where.line, message.split(",")[0]]);
  assert.deepEqual(told({ B_HOST: "x" }, ["C_TOKEN"]), [
    ["warning", "WORKFLOW_ENVIRONMENT", 3, "the property a.url refers to MY_URL"],
  ]);
  assert.deepEqual(told({ B_HOST: "x", MY_URL: "" }, ["C_TOKEN"]), []);
  assert.equal(told({}, []).length, 3);
});
