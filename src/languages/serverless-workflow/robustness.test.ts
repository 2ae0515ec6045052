import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { describeImage } from "./describe.ts";
import { decodeImage } from "./image.ts";
import { lintSources } from "./lint/lint.ts";
import { compileFiles, sourcesOf } from "./testing/compile-files.ts";
import { unpackSonataFlow } from "./sonataflow/unpack.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const next: Json = {
  transition: { nextState: "B", produceEvents: [{ eventRef: "e", data: ".x", contextAttributes: { k: "v" } }] },
};

/** All there is, once. */
const base: Json = {
  id: "x",
  version: "1.0",
  specVersion: "0.8",
  start: { stateName: "A", schedule: { cron: { expression: "0 0 * * *", validUntil: "2030-01-01" }, timezone: "UTC" } },
  dataInputSchema: { schema: { type: "object", properties: { x: { type: "string" } } }, failOnValidationErrors: true },
  constants: { a: 1 },
  secrets: ["s"],
  timeouts: {
    workflowExecTimeout: { duration: "PT1H", interrupt: true, runBefore: "B" },
    stateExecTimeout: { single: "PT1S", total: "PT2S" },
  },
  auth: [{ name: "au", scheme: "bearer", properties: { token: "$SECRET.s" } }],
  errors: [{ name: "er", code: "404" }],
  retries: [{ name: "re", delay: "PT1S", multiplier: 2, jitter: "PT1S" }],
  events: [
    {
      name: "e",
      source: "s",
      type: "t",
      kind: "consumed",
      correlation: [{ contextAttributeName: "c", contextAttributeValue: "v" }],
    },
  ],
  functions: [
    { name: "f", type: "custom", operation: "sysout:INFO" },
    { name: "g", type: "expression", operation: "{a: .b}" },
  ],
  extensions: [{ extensionid: "workflow-output-schema", outputSchema: { schema: { type: "object" } } }],
  states: [
    {
      name: "A",
      type: "operation",
      actionMode: "parallel",
      stateDataFilter: { input: ".", output: "." },
      actions: [
        {
          name: "n",
          functionRef: { refName: "f", arguments: { a: [".x", 1, { b: "${ .y }" }] }, invoke: "sync" },
          sleep: { before: "PT1S" },
          actionDataFilter: { results: ".r", toStateData: ".t" },
          retryRef: "re",
          retryableErrors: ["er"],
          condition: ".c",
        },
        { subFlowRef: { workflowId: "w" } },
        { eventRef: { triggerEventRef: "e", resultEventRef: "e", data: {} } },
      ],
      onErrors: [{ errorRef: "er", end: true }],
      ...next,
    },
    {
      name: "B",
      type: "switch",
      dataConditions: [{ condition: '.a[0] == "x"', ...next }],
      defaultCondition: { end: { terminate: true } },
    },
    {
      name: "C",
      type: "parallel",
      completionType: "atLeast",
      numCompleted: 1,
      branches: [{ name: "b", actions: [{ functionRef: "f" }] }],
      ...next,
    },
    {
      name: "D",
      type: "foreach",
      inputCollection: ".l",
      iterationParam: "i",
      batchSize: 2,
      actions: [{ functionRef: "g" }],
      ...next,
    },
    {
      name: "E",
      type: "event",
      onEvents: [{ eventRefs: ["e"], eventDataFilter: { data: ".d", toStateData: ".e" } }],
      ...next,
    },
    {
      name: "F",
      type: "callback",
      action: { functionRef: "f" },
      eventRef: "e",
      timeouts: { eventTimeout: "PT1S" },
      ...next,
    },
    {
      name: "G",
      type: "sleep",
      duration: "PT1S",
      end: { continueAs: { workflowId: "w", data: {} }, compensate: true },
    },
  ],
};

const strange = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -1,
    1.5,
    "",
    " ",
    ".",
    "${ }",
    "$",
    "x",
    "PT1S",
    "#",
    [],
    {},
    [null],
    [[]],
    { __proto__: 1 },
    { name: null },
  ),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);

/** The value with another one, or none, at one place; `steps` tell which way to go at each level. */
function changed(value: Json, steps: readonly number[], replacement: Json | undefined): Json {
  const [step, ...rest] = steps;
  if (typeof value !== "object" || value === null || step === undefined) return replacement ?? null;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return replacement ?? null;
  const isLast = rest.length === 0;
  const copy = structuredClone(value) as Record<string, Json>;
  if (isLast && replacement === undefined) delete copy[key];
  else copy[key] = changed(copy[key]!, rest, replacement);
  return Array.isArray(copy) ? copy.filter((item) => item !== undefined) : copy;
}

test("what is changed below compiles as it is", () => {
  const { diagnostics } = compileFiles({ "a.sw.json": JSON.stringify(base) });
  assert.deepEqual(diagnostics, []);
});

test("whatever a workflow holds, it is compiled or told what is wrong with it, with a place", () => {
  const edit = fc.record({
    steps: fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }),
    to: fc.option(strange, { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      const value = edits.reduce<Json>((at, { steps, to }) => changed(at, steps, to), base);
      const files = { "a.sw.json": JSON.stringify(value, undefined, 1) };
      const { image, diagnostics } = compileFiles(files);
      const hasErrors = diagnostics.some(({ severity }) => severity === "error");
      assert.equal(image === undefined, hasErrors);
      for (const { where, message } of diagnostics) assert.ok(where.line > 0 && where.column > 0 && message !== "");
      if (image !== undefined) describeImage(decodeImage(image.bytes));
      lintSources(sourcesOf(files));
    }),
    { numRuns: 400 },
  );
});

test("whatever stands in a file, reading it does not throw", () => {
  const pieces = fc.constantFrom(
    "a:",
    " ",
    "\n",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "<<: ",
    "|",
    ">",
    "'",
    '"',
    "#",
    "kind: SonataFlow",
    "states:",
    "spec:",
    "flow:",
    "\t",
    "---\n",
    "x",
    "\\",
    "!t ",
    "? ",
    "é",
    "😀",
    "\ud800",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      for (const name of ["a.sw.yaml", "a.sw.json"]) compileFiles({ [name]: text });
      unpackSonataFlow(new Map([["a.yaml", text]]));
    }),
    { numRuns: 600 },
  );
});
