import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunCondition, RunField } from "../../../core/workflows.ts";
import type { RegistryMirror } from "./context.ts";
import { type RunQuery, runQuery } from "./run-query.ts";

const registry = {
  digest: (...parts: readonly (string | number)[]) => parts.join("/"),
} as Pick<RegistryMirror, "digest"> as RegistryMirror;
const context = { registry, taskQueue: "q" };

function is(field: RunField, value: string | number): RunCondition {
  return { kind: "compare", field, operator: "eq", value };
}

function like(field: RunField, value: string): RunCondition {
  return { kind: "compare", field, operator: "like", value };
}

/** The text of a query with "~" behind one that finds more than is wanted; "all" and "none" for those without. */
function written(condition: RunCondition | undefined): string {
  const query: RunQuery = runQuery(context, condition);
  if (query.kind === "none") return "none";
  return (query.kind === "all" ? "all" : query.text) + (query.exact ? "" : "~");
}

const run = "0193e3f0-0000-7000-8000-000000000000";
const labels = "AutoFlowLabels";

test("what there are labels, statuses and ids for is asked of Temporal", () => {
  assert.equal(written(undefined), "all");
  assert.equal(written(is("name", "w")), `${labels} = 'label/workflow/w'`);
  assert.equal(written(is("project", "it's \\")), `${labels} = 'label/project/it\\'s \\\\'`);
  assert.equal(
    written({ kind: "in", field: "businessKey", values: ["a", "b"] }),
    `${labels} IN ('label/businessKey/a', 'label/businessKey/b')`,
  );
  assert.equal(written({ kind: "in", field: "identity", values: [] }), "none");
  assert.equal(written(is("parent", run)), `${labels} = 'label/parent/${run}'`);
  assert.equal(written(is("id", run.toUpperCase())), `WorkflowId = 'q/run/${run}'`);
  assert.equal(written(is("id", "nonsense' OR 1=1")), "none");
  assert.equal(written(is("state", "waiting")), "(CloseTime IS NULL AND AutoFlowState = 'waiting')");
  assert.equal(written(is("state", "failed")), "ExecutionStatus IN ('Failed', 'TimedOut')");
  assert.equal(written(is("state", "nonsense")), "none");
  assert.equal(
    written({ kind: "in", field: "state", values: ["succeeded", "waiting"] }),
    "(ExecutionStatus = 'Completed' OR (CloseTime IS NULL AND AutoFlowState = 'waiting'))",
  );
  assert.equal(written(like("state", "%")), "all");
});

test("times narrow down, and what is always there is no question", () => {
  assert.equal(
    written({ kind: "compare", field: "createdAt", operator: "gte", value: Date.UTC(2026, 0, 1) }),
    "StartTime >= '2025-12-31T23:59:00.000Z'~",
  );
  assert.equal(written({ kind: "compare", field: "createdAt", operator: "lt", value: Date.UTC(2026, 0, 1) }), "all~");
  assert.equal(
    written({ kind: "between", field: "endedAt", from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2) }),
    "(CloseTime >= '2025-12-31T23:59:00.000Z' AND CloseTime <= '2026-01-02T00:01:00.000Z')~",
  );
  assert.equal(written({ kind: "isNull", field: "endedAt", isNull: true }), "CloseTime IS NULL");
  assert.equal(written({ kind: "isNull", field: "endedAt", isNull: false }), "CloseTime IS NOT NULL");
  assert.equal(written({ kind: "isNull", field: "createdAt", isNull: true }), "none");
  assert.equal(written({ kind: "isNull", field: "name", isNull: false }), "all");
  assert.equal(written({ kind: "isNull", field: "identity", isNull: true }), "all~");
  assert.equal(written(is("endedAt", "soon")), "all~");
  assert.equal(written(is("createdAt", 1e300)), "all~");
});

test("a query finds at least what its condition finds", () => {
  const known = is("name", "w");
  const unknown = like("name", "w%");
  const never = is("id", "x");
  const text = `${labels} = 'label/workflow/w'`;
  const cases: [RunCondition, string][] = [
    [{ kind: "and", of: [] }, "all"],
    [{ kind: "or", of: [] }, "none"],
    [{ kind: "and", of: [known, unknown] }, `${text}~`],
    [{ kind: "and", of: [known, never] }, "none"],
    [{ kind: "and", of: [known, is("version", "1")] }, `(${text} AND ${labels} = 'label/version/1')`],
    [{ kind: "or", of: [known, unknown] }, "all~"],
    [{ kind: "or", of: [known, never] }, text],
    [{ kind: "or", of: [known, { kind: "and", of: [] }] }, "all"],
    [{ kind: "not", of: known }, `NOT (${text})`],
    [{ kind: "not", of: unknown }, "all~"],
    [{ kind: "not", of: { kind: "and", of: [known, unknown] } }, "all~"],
    [{ kind: "not", of: never }, "all"],
    [{ kind: "not", of: { kind: "and", of: [] } }, "none"],
  ];
  for (const [condition, expected] of cases) assert.equal(written(condition), expected, JSON.stringify(condition));
});
