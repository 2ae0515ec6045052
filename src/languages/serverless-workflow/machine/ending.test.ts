/** Ends of runs: the check of the output, and what is still open. */
import assert from "node:assert/strict";
import { services, serviceOf, testInEveryWay } from "./testing/in-every-way.ts";
import { type Answer, http, load, type SeenCall } from "./testing/virtual-run.ts";

const schema = {
  "out.json": JSON.stringify({ type: "object", required: ["size"], properties: { size: { $ref: "size.json" } } }),
  "size.json": '{"type": "integer"}',
};

function workflow(states: string, { fails = true, header = "" } = {}) {
  const text = `${services.functions}${header}
extensions: [{extensionid: workflow-output-schema, outputSchema: {schema: out.json, failOnValidationErrors: ${fails}}}]
start: S
states:
${states}`;
  return load(text, { ...services.files, ...schema });
}

/** As the image keeps it. */
function compact(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

const inject = `
  - {name: S, type: inject, data: {size: 3}, end: true}`;

const problems = [
  { path: "$.size", keyword: "type", message: 'an integer is expected, but "3" is a string' },
  { path: "$.name", keyword: "required", message: "is missing but it is required" },
];

/** Answers the check; everything else is well. */
function checks(valid: (value: unknown) => boolean): (call: SeenCall) => Answer {
  return ({ action, input }) => {
    if (action !== "json-schema") return http({});
    const isValid = valid(input["value"]);
    return { value: { valid: isValid, problems: isValid ? [] : problems } };
  };
}

const passing = checks(() => true);
const refusing = checks(() => false);

testInEveryWay("the output is checked once, at the end, with the files of its schema", (start) => {
  const run = start(workflow(inject), { calls: passing }).run();
  assert.deepEqual(run.value, { size: 3 });
  const documents = Object.fromEntries(Object.entries(schema).map(([path, text]) => [path, compact(text)]));
  const input = { value: { size: 3 }, path: "out.json", documents };
  assert.deepEqual(run.calls, [{ n: 2, action: "json-schema", input, at: 0 }]);
});

testInEveryWay("an output that does not fit fails the run, with a line for each violation", (start) => {
  const run = start(workflow(inject), { calls: refusing }).run();
  assert.equal(run.failure.code, "WORKFLOW_OUTPUT_INVALID");
  assert.equal(
    run.failure.message,
    '$.size: an integer is expected, but "3" is a string\n$.name: is missing but it is required',
  );
  const { node, violations } = run.failure.details as { node: string; violations: string[] };
  assert.equal(node, "S");
  assert.equal(violations.length, 2);
  assert.deepEqual(
    run.inspect().nodes!.map((open) => [open.node, open.error]),
    [["S", run.failure.message]],
  );
});

testInEveryWay("where it need not fit, what does not is told in the log", (start) => {
  const run = start(workflow(inject, { fails: false }), { calls: refusing }).run();
  assert.deepEqual(run.value, { size: 3 });
  assert.deepEqual(run.logs, [
    'warn: the output does not fit its schema: $.size: an integer is expected, but "3" is a string; $.name: is missing but it is required',
  ]);
});

testInEveryWay("a run whose output does not fit is repaired: with other data, or without the check", (start) => {
  const calls = checks((value) => (value as { size: number }).size === 4);
  const retried = start(workflow(inject), { calls }).run();
  assert.equal(retried.failure.code, "WORKFLOW_OUTPUT_INVALID");
  assert.equal(retried.command("retry").run().failure.code, "WORKFLOW_OUTPUT_INVALID");
  assert.equal(retried.command("data", undefined, { size: 4 }).failure.code, "WORKFLOW_OUTPUT_INVALID");
  assert.deepEqual(retried.command("retry").run().value, { size: 4 });
  const given = start(workflow(inject), { calls }).run();
  assert.deepEqual(given.command("retry", "S", { size: 4 }).run().value, { size: 4 });
  const skipped = start(workflow(inject), { calls }).run();
  assert.deepEqual(skipped.command("skip").value, { size: 3 });
  const elsewhere = start(workflow(inject), { calls }).run();
  assert.equal(elsewhere.command("enter", "S").run().failure.code, "WORKFLOW_OUTPUT_INVALID");
  assert.deepEqual(elsewhere.nodes, ["S", "S"]);
});

testInEveryWay("data that are put in place while they are checked are checked anew", (start) => {
  const calls = checks((value) => (value as { size: number }).size === 4);
  const run = start(workflow(inject), { calls });
  run.command("data", undefined, { size: 4 });
  assert.equal(run.open.size, 1);
  assert.deepEqual(run.run().value, { size: 4 });
});

testInEveryWay("what cannot be checked fails the run, or is told", (start) => {
  const broken = () => ({ error: { code: "ACTION_INPUT_INVALID", message: "out.json: no schema" } });
  const failed = start(workflow(inject), { calls: broken }).run();
  assert.equal(failed.failure.code, "ACTION_INPUT_INVALID");
  assert.match(failed.failure.message, /^the output cannot be checked by its schema: out\.json: no schema$/);
  const told = start(workflow(inject, { fails: false }), { calls: broken }).run();
  assert.deepEqual(told.value, { size: 3 });
  assert.match(told.logs.join(), /^warn: the output cannot be checked by its schema: out\.json: no schema$/);
});

testInEveryWay("an output that is too large to be handed over is not checked", (start) => {
  const large = "x".repeat(600_000);
  const image = (fails: boolean) => workflow(inject, { fails });
  const input = JSON.stringify({ large });
  const failed = start(image(true), { keepsNothing: true }, { input });
  assert.match(
    failed.failure.message,
    /^the output cannot be checked by its schema: together they take 600,\d{3} bytes/,
  );
  const told = start(image(false), { keepsNothing: true }, { input });
  assert.equal(told.outcome?.kind, "succeeded");
  assert.equal(told.calls.length, 0);
});

testInEveryWay("ends that terminate are checked; ends in error, by timeout and by cancelling are not", (start) => {
  const terminating = workflow(`
  - {name: S, type: inject, data: {size: 3}, end: {terminate: true}}`);
  assert.equal(start(terminating, { calls: refusing }).run().failure.code, "WORKFLOW_OUTPUT_INVALID");
  const inError = workflow(`
  - {name: S, type: inject, data: {}, metadata: {errorMessage: no}, end: true}`);
  const failed = start(inError, { calls: refusing });
  assert.equal(failed.failure.code, "WORKFLOW_ERROR_END");
  const late = workflow(
    `
  - {name: S, type: sleep, duration: PT1H, end: true}`,
    { header: "timeouts: {workflowExecTimeout: PT1M}\n" },
  );
  assert.equal(start(late, { calls: refusing }).run().failure.code, "WORKFLOW_TIMEOUT");
  const cancelled = start(workflow(inject), { calls: () => "never" })
    .run()
    .cancel();
  assert.equal(cancelled.outcome?.kind, "cancelled");
});

testInEveryWay("a timeout that passes while the output is checked ends the run", (start) => {
  const header = "timeouts: {workflowExecTimeout: {duration: PT1M, runBefore: Last}}\n";
  const image = workflow(
    `${inject}
  - {name: Last, type: inject, data: {}, end: true}`,
    { header },
  );
  const run = start(image, { calls: () => "never" }).run();
  assert.equal(run.failure.code, "WORKFLOW_TIMEOUT");
  assert.deepEqual(run.nodes, ["S", "Last"]);
});

testInEveryWay("the output is checked behind compensation", (start) => {
  const image = workflow(`
  - {name: S, type: inject, data: {size: 1}, compensatedBy: C, transition: T}
  - {name: C, type: inject, usedForCompensation: true, data: {size: 2}}
  - {name: T, type: inject, data: {}, end: {compensate: true}}`);
  const run = start(image, { calls: refusing }).run();
  assert.deepEqual(
    run.calls.map(({ input }) => input["value"]),
    [{ size: 2 }],
  );
  assert.equal((run.failure.details as { node: string }).node, "T");
  assert.deepEqual(run.command("skip").value, { size: 2 });
});

testInEveryWay("calls that nothing waits for are made while the output is checked", (start) => {
  const image = workflow(`
  - name: S
    type: operation
    actions: [{functionRef: {refName: one, invoke: async}}]
    stateDataFilter: {output: "{size: 3}"}
    end: true`);
  const run = start(image, { calls: passing });
  assert.deepEqual(
    run.calls.map(({ action }) => action),
    ["http", "json-schema"],
  );
  assert.equal(serviceOf(run.calls[0]!), "one");
  assert.deepEqual(run.run().value, { size: 3 });
});

testInEveryWay("a workflow without a schema of its output asks for nothing", (start) => {
  const run = start(load("start: S\nstates: [{name: S, type: inject, data: {size: 3}, end: true}]"));
  assert.deepEqual(run.value, { size: 3 });
  assert.deepEqual(
    run.effects.map(({ kind }) => kind),
    ["node"],
  );
});

testInEveryWay("secrets are checked as what they are, and stay names", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [], stateDataFilter: {output: "{size: $SECRET.PIN}"}, end: true}`);
  const run = start(image, { calls: passing }, { secrets: ["PIN"] }).run();
  assert.deepEqual(run.calls[0]!.input["value"], { size: "<PIN>" });
});

testInEveryWay("a run that takes over gets the timeout that continueAs gives it", (start) => {
  const image = load(`start: S
states:
  - name: S
    type: inject
    data: {a: 1}
    end:
      continueAs:
        workflowId: next
        workflowExecTimeout: {duration: PT5M, interrupt: true, runBefore: Last}`);
  assert.deepEqual(start(image).outcome, {
    kind: "continued",
    definition: { name: "next" },
    input: '{"a":1}',
    timeout: { ms: 300_000, text: "PT5M", interrupt: true, runBefore: "Last" },
  });
});

testInEveryWay("the timeout that a run is given is in the place of its workflow's", (start) => {
  const image = load(`start: S
timeouts: {workflowExecTimeout: {duration: PT1M, runBefore: Own}}
states:
  - {name: S, type: sleep, duration: PT1H, end: true}
  - {name: Own, type: inject, data: {}, end: true}
  - {name: Given, type: inject, data: {}, end: true}`);
  const given = { ms: 300_000, text: "PT5M", interrupt: true };
  const run = start(image, {}, { timeout: { ...given, runBefore: "Given" } }).run();
  assert.match(run.failure.message, /took longer than its timeout \(PT5M\)$/);
  assert.equal(run.time - run.start.time, 300_000);
  assert.deepEqual(run.nodes, ["S! the time of the workflow is over", "Given"]);
  const lost = start(image, {}, { timeout: { ...given, runBefore: "Nowhere" } }).run();
  assert.equal(lost.failure.code, "WORKFLOW_TIMEOUT");
  assert.match(lost.logs.join(), /the state "Nowhere" before it ends: there is no such state/);
});

const detached = (end: string) => `
  - name: S
    type: operation
    actions: [{functionRef: {refName: one, invoke: async}, actionDataFilter: {useResults: false}}]
    end: ${end}`;

testInEveryWay(
  "calls that nothing waits for are made before another workflow takes over, as before any end",
  (start) => {
    const image = load(`${services.functions}start: S\nstates:${detached("{continueAs: next}")}`, services.files);
    const run = start(image);
    assert.equal(run.outcome, undefined);
    assert.equal(run.run().outcome?.kind, "continued");
  },
);

testInEveryWay("an end that terminates leaves calls that nothing waits for alone", (start) => {
  for (const [end, kind] of [
    ["{terminate: true}", "succeeded"],
    ["{terminate: true, continueAs: next}", "continued"],
  ] as const) {
    const image = load(`${services.functions}start: S\nstates:${detached(end)}`, services.files);
    assert.equal(start(image).outcome?.kind, kind);
  }
});

testInEveryWay("a run whose data for the next one cannot be computed is repaired", (start) => {
  const end = "{continueAs: {workflowId: next, data: '${ {sum: (.a + 1)} }'}}";
  const image = load(`${services.functions}start: S\nstates:${detached(end)}`, services.files);
  const run = start(image, {}, { input: '{"a":{}}' }).run();
  assert.equal(run.failure.code, "WORKFLOW_EXPRESSION");
  assert.equal((run.failure.details as { node: string }).node, "S");
  assert.deepEqual(run.command("retry").failure.code, "WORKFLOW_EXPRESSION");
  const { outcome } = run.command("retry", "S", { a: 2 });
  assert.deepEqual(outcome, { kind: "continued", definition: { name: "next" }, input: '{"sum":3}' });
  assert.deepEqual(run.nodes, ["S/1", "S"]);
});
