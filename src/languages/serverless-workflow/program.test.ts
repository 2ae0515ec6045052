import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultLimits, type RunStart, type Turn } from "../../core/program.ts";
import { serverlessWorkflow } from "./program.ts";
import { compileFiles, line, workflowText } from "./testing/compile-files.ts";

function startOf(input: string): RunStart {
  return {
    runId: "r",
    project: "p",
    trigger: "",
    position: 0,
    input,
    time: 0,
    vars: {},
    secrets: [],
    limits: defaultLimits,
  };
}

test("a workflow is compiled, described, loaded and run", () => {
  const text = workflowText(`states:
- {name: One, type: inject, data: {a: 1}, transition: Two}
- name: Two
  type: switch
  dataConditions: [{condition: .n > .a, transition: More}]
  defaultCondition: {end: true}
- {name: More, type: inject, data: {more: true}, end: true}
`);
  const { image, diagnostics } = compileFiles({ "test.sw.yaml": text });
  assert.deepEqual(diagnostics.map(line), []);
  const loaded = serverlessWorkflow.load(image!);
  const { workflow, triggers } = loaded.describe();
  assert.deepEqual(triggers, []);
  assert.deepEqual([workflow?.name, workflow?.version, workflow?.environment], ["test", "1.0", []]);
  const machine = loaded.open(startOf('{"n": 5}'));
  const turn = machine.step(undefined, 1_000_000);
  assert.notEqual(turn, "running");
  const { outcome } = turn as Turn;
  assert.ok(outcome?.kind === "succeeded");
  assert.deepEqual(JSON.parse(outcome.value), { n: 5, a: 1, more: true });
});

test("the same files are the same image, and other ones are not", () => {
  const text = workflowText("states:\n- {name: A, type: inject, data: {a: é😀}, end: true}\n");
  const hash = compileFiles({ "test.sw.yaml": text }).image?.hash;
  assert.match(hash ?? "", /^[0-9a-f]{64}$/);
  assert.equal(compileFiles({ "test.sw.yaml": text }).image?.hash, hash);
  assert.notEqual(compileFiles({ "test.sw.yaml": text.replace("é", "e") }).image?.hash, hash);
});

test("bytes that are no image are refused", () => {
  const { image } = compileFiles({
    "test.sw.yaml": workflowText("states:\n- {name: A, type: inject, data: {}, end: true}\n"),
  });
  const bytes = image!.bytes.slice();
  bytes[bytes.length - 3]! ^= 1;
  assert.throws(() => serverlessWorkflow.load({ ...image!, bytes }), { code: "STATE_DAMAGED" });
});

test("files with errors give no image", () => {
  const { image, diagnostics } = compileFiles({
    "test.sw.yaml": workflowText("states:\n- {name: A, type: inject, transition: B}\n"),
  });
  assert.equal(image, undefined);
  assert.match(diagnostics.map(line).join(), /there is no state "B"/);
});

test("triggers: events by type, source and fixed correlation, and the clock", () => {
  const text = workflowText(`start: {stateName: Wait, schedule: {cron: 0 9 * * 1, timezone: Europe/Berlin}}
events:
- {name: ordered, source: /shop, type: com.example.ordered, correlation: [{contextAttributeName: Region, contextAttributeValue: eu}, {contextAttributeName: order}]}
- {name: paid, type: com.example.paid}
states:
- {name: Wait, type: event, onEvents: [{eventRefs: [ordered, paid]}], end: true}
`);
  const { image } = compileFiles({ "test.sw.yaml": text });
  const { triggers } = serverlessWorkflow.load(image!).describe();
  assert.deepEqual(
    triggers.map(({ unlessReceived }) => unlessReceived),
    [{ by: ["order"] }, undefined, undefined],
  );
  assert.deepEqual(
    triggers.map(({ name, filter, schedule }) => ({ name, filter, schedule })),
    [
      {
        name: "event:ordered",
        filter: {
          types: ["com.example.ordered"],
          fields: [],
          attributes: [
            { name: "source", anyOf: ["/shop"] },
            { name: "region", anyOf: ["eu"] },
          ],
        },
        schedule: undefined,
      },
      { name: "event:paid", filter: { types: ["com.example.paid"], fields: [] }, schedule: undefined },
      {
        name: "schedule",
        filter: { types: [], fields: [] },
        schedule: { cron: "0 9 * * 1", timezone: "Europe/Berlin" },
      },
    ],
  );
});

test("what the environment has to give is told: of the properties that are looked up, without a default", () => {
  const { image } = compileFiles({
    "w.sw.yaml": `id: w
version: "1.0"
specVersion: "0.8"
start: S
functions: [{name: one, type: custom, operation: "rest:get:/one"}]
states:
  - {name: S, type: operation, actions: [{functionRef: {refName: one, arguments: {x: $SECRET.my_ref}}}], end: true}
`,
    "application.properties": `kogito.sw.functions.one.host=\${ONE_HOST}
kogito.sw.functions.one.port=\${ONE_PORT:80}
my_ref=\${other}-\${task.ref}
other=\${OTHER}
quarkus.container-image.registry=\${REGISTRY}
%dev.my_ref=\${DEV_REF}
`,
  });
  const { needs } = serverlessWorkflow.load(image!).describe().workflow!;
  assert.deepEqual(
    needs!.map(({ spellings, property, at }) => [spellings.join(), property, at.file, at.line]),
    [
      ["ONE_HOST", "kogito.sw.functions.one.host", "application.properties", 1],
      ["task.ref,task_ref,TASK_REF", "my_ref", "application.properties", 3],
      ["OTHER", "other", "application.properties", 4],
    ],
  );
});
