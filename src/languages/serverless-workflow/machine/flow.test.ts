/** Errors, retries, timeouts, events, compensation. */
import assert from "node:assert/strict";
import { bodyOf, services, serviceOf, testInEveryWay } from "./testing/in-every-way.ts";
import { type Answer, http, load, type SeenCall } from "./testing/virtual-run.ts";

function workflow(states: string, header = "") {
  return load(`${services.functions}${header}start: S\nstates:\n${states}`, services.files);
}

const caught = `
  - {name: Caught, type: inject, data: {caught: true}, end: true}
  - {name: Other, type: inject, data: {other: true}, end: true}`;

function failing(status: number, times = Infinity): (call: SeenCall) => Answer {
  let left = times;
  return () => (left-- > 0 ? http({ message: "not today" }, status) : http({ ok: true }));
}

testInEveryWay("errors are handled by HTTP status, by regular expression, by all", (start) => {
  const errors = `errors: [{name: missing, code: "404"}, {name: any5, code: "HTTP:503"}, {name: text, code: "not to.ay"}]\n`;
  const image = (onErrors: string) =>
    workflow(
      `
  - {name: S, type: operation, actions: [{functionRef: one}], onErrors: ${onErrors}, end: true}${caught}`,
      errors,
    );
  const named = image("[{errorRef: missing, transition: Other}, {errorRefs: [any5], transition: Caught}]");
  assert.deepEqual(start(named, { calls: failing(503) }).run().value, { caught: true });
  assert.deepEqual(start(named, { calls: failing(404) }).run().value, { other: true });
  assert.equal(start(named, { calls: failing(500) }).run().failure.code, "HTTP_STATUS");
  const byText = image("[{errorRef: text, transition: Caught}]");
  const error = { error: { message: "sorry, not today" } };
  assert.deepEqual(start(byText, { calls: () => error }).run().value, { caught: true });
  const run = start(named, { calls: failing(404) }).run();
  assert.match(run.nodes.join("\n"), /^S\/1! .*\nS! .*\nOther$/);
});

testInEveryWay("what a handled error was is told by $WORKFLOW.error", (start) => {
  const image = workflow(
    `
  - {name: S, type: operation, actions: [{functionRef: one}], onErrors: [{errorRef: all, transition: T}], end: true}
  - name: T
    type: operation
    actions: [{functionRef: {refName: two, arguments: {code: $WORKFLOW.error.code, status: $WORKFLOW.error.details.status_code}}}]
    end: true`,
    "errors: [{name: all, code: '.*'}]\n",
  );
  const run = start(image, { calls: failing(418, 1) }).run();
  assert.deepEqual(bodyOf(run.calls[1]!), { code: "HTTP_STATUS", status: 418 });
});

testInEveryWay("failOnStatusCode: false makes data of an error", (start) => {
  const image = workflow(`
  - name: S
    type: operation
    actions:
      - {functionRef: lenient, actionDataFilter: {toStateData: .answer}}
      - {functionRef: {refName: two, arguments: {status: $WORKFLOW.statusCode}}, actionDataFilter: {useResults: false}}
    end: true`);
  const run = start(image, {
    calls: (call) => (serviceOf(call) === "one" ? http({ m: 1 }, 404) : http({ no: 1 })),
  }).run();
  assert.deepEqual(run.value, { answer: { m: 1 } });
  assert.deepEqual(bodyOf(run.calls[1]!), { status: 404 });
});

const retries = `
retries:
  - {name: thrice, delay: PT2S, multiplier: 3, maxAttempts: 3}
  - {name: capped, delay: PT2S, increment: PT2S, maxDelay: PT5S, maxAttempts: 5}
errors: [{name: missing, code: "404"}, {name: busy, code: "503"}]
`;

testInEveryWay("retries: delays, the number of attempts, one idempotency key", (start) => {
  const image = workflow(
    `
  - {name: S, type: operation, actions: [{functionRef: one, retryRef: thrice}], end: true}`,
    retries,
  );
  const run = start(image, { calls: failing(503) }).run();
  assert.deepEqual(
    run.calls.map(({ at }) => at),
    [0, 2001, 8002],
  );
  assert.deepEqual(
    run.calls.map(({ repeats }) => repeats),
    [undefined, run.calls[0]!.n, run.calls[0]!.n],
  );
  assert.equal(run.failure.attempts, 3);
  assert.deepEqual(start(image, { calls: failing(503, 2) }).run().value, { ok: true });
});

testInEveryWay("retries grow by an increment up to the longest delay", (start) => {
  const image = workflow(
    `
  - {name: S, type: operation, actions: [{functionRef: one, retryRef: capped}], end: true}`,
    retries,
  );
  const run = start(image, { calls: failing(503) }).run();
  const delays = run.calls.slice(1).map(({ at }, i) => at - run.calls[i]!.at - 1);
  assert.deepEqual(delays, [2000, 4000, 5000, 5000]);
});

testInEveryWay("errors that are retried, and errors that are not", (start) => {
  const image = (rule: string) =>
    workflow(
      `
  - {name: S, type: operation, actions: [{functionRef: one, retryRef: thrice, ${rule}}], end: true}`,
      `${retries}autoRetries: true\n`,
    );
  assert.equal(start(image("nonRetryableErrors: [missing]"), { calls: failing(404) }).run().calls.length, 1);
  assert.equal(start(image("nonRetryableErrors: [missing]"), { calls: failing(503) }).run().calls.length, 3);
});

testInEveryWay("an action that takes too long is broken off, and tried again", (start) => {
  const image = workflow(
    `
  - name: S
    type: operation
    timeouts: {actionExecTimeout: PT10S}
    actions: [{functionRef: one, retryRef: thrice}]
    end: true`,
    retries,
  );
  const run = start(image, { calls: () => "never" }).run();
  assert.deepEqual(
    run.calls.map(({ at }) => at),
    [0, 12_000, 28_000],
  );
  assert.equal(run.failure.code, "WORKFLOW_TIMEOUT");
});

testInEveryWay("a state that takes too long is handled as an error", (start) => {
  const image = workflow(
    `
  - name: S
    type: operation
    timeouts: {stateExecTimeout: {total: PT1M}}
    actions: [{functionRef: one, sleep: {before: PT50S}}, {functionRef: two, sleep: {before: PT50S}}]
    onErrors: [{errorRef: late, transition: Caught}]
    end: true${caught}`,
    "errors: [{name: late, code: took longer}]\n",
  );
  const run = start(image).run();
  assert.deepEqual(run.value, { caught: true });
  assert.equal(run.time - run.start.time, 60_000);
});

testInEveryWay("a single attempt of a state ends where its next begins", (start) => {
  const image = workflow(
    `
  - {name: S, type: operation, timeouts: {stateExecTimeout: {single: PT3S}}, actions: [{functionRef: one, retryRef: thrice}], end: true}`,
    retries,
  );
  const run = start(image, { calls: failing(503, 1) }).run();
  assert.equal(run.outcome?.kind, "succeeded");
});

testInEveryWay("a branch that takes too long fails the state, unless enough others remain", (start) => {
  const image = (type: string) =>
    workflow(`
  - name: S
    type: parallel
    ${type}
    branches:
      - {name: A, timeouts: {branchExecTimeout: PT5S}, actions: [{functionRef: one}]}
      - {name: B, actions: [{functionRef: two, sleep: {before: PT10S}}]}
    end: true`);
  const calls = (call: SeenCall): Answer => (serviceOf(call) === "one" ? "never" : http({ b: 1 }));
  assert.equal(start(image("completionType: allOf"), { calls }).run().failure.code, "WORKFLOW_TIMEOUT");
  assert.deepEqual(start(image("completionType: atLeast\n    numCompleted: 1"), { calls }).run().value, { b: 1 });
});

testInEveryWay("the time of the workflow is over: after the state under way, or at once", (start) => {
  const image = (rest: string) =>
    workflow(
      `
  - {name: S, type: sleep, duration: PT1M, transition: T}
  - {name: T, type: inject, data: {t: 1}, end: true}
  - {name: Last, type: operation, actions: [{functionRef: one}], end: true}`,
      `timeouts: {workflowExecTimeout: {duration: PT10S, ${rest}}}\n`,
    );
  const patient = start(image("interrupt: false")).run();
  assert.equal(patient.failure.code, "WORKFLOW_TIMEOUT");
  assert.equal(patient.time - patient.start.time, 10_000);
  const action = (sleep: string) =>
    workflow(
      `
  - {name: S, type: operation, actions: [{functionRef: one, sleep: ${sleep}}, {functionRef: two}], end: true}`,
      "timeouts: {workflowExecTimeout: PT10S}\n",
    );
  for (const [sleep, calls] of [
    ["{before: PT1M}", 0],
    ["{after: PT1M}", 1],
  ] as const) {
    const sleeping = start(action(sleep)).run();
    assert.equal(sleeping.failure.code, "WORKFLOW_TIMEOUT");
    assert.equal(sleeping.time - sleeping.start.time, 10_000);
    assert.equal(sleeping.calls.length, calls);
  }
  const broken = start(image("interrupt: true")).run();
  assert.equal(broken.failure.code, "WORKFLOW_TIMEOUT");
  assert.equal(broken.time - broken.start.time, 10_000);
  const hasty = start(image("interrupt: true, runBefore: Last")).run();
  assert.equal(hasty.failure.code, "WORKFLOW_TIMEOUT");
  assert.equal(hasty.time - hasty.start.time, 10_001);
  assert.equal(hasty.calls.length, 1);
  assert.deepEqual(hasty.nodes, ["S! the time of the workflow is over", "Last/1", "Last"]);
});

const events = `
events:
  - {name: Asked, type: asked, source: test, kind: produced}
  - {name: Yes, type: yes, source: test, correlation: [{contextAttributeName: order}, {contextAttributeName: tenant}]}
  - {name: No, type: "no", source: test, correlation: [{contextAttributeName: order}]}
  - {name: Whole, type: whole, source: test, dataOnly: false}
  - {name: Plain, type: plain}
`;

testInEveryWay(
  "the time of the workflow is over while it only waits for events: no state goes on for ever",
  (start) => {
    const image = (state: string, rest = "PT10S") =>
      workflow(
        `
  - {name: S, ${state}}
  - {name: T, type: inject, data: {t: 1}, end: true}
  - {name: Last, type: inject, data: {last: 1}, end: true}`,
        `timeouts: {workflowExecTimeout: ${rest}}\n${events}`,
      );
    const before = "{duration: PT10S, runBefore: Last}";
    for (const state of [
      "type: event, onEvents: [{eventRefs: [Plain], actions: []}], end: true",
      "type: switch, eventConditions: [{eventRef: Plain, transition: T}], defaultCondition: {end: true}",
      "type: callback, action: {functionRef: one}, eventRef: Plain, end: true",
      "type: operation, actions: [{eventRef: {triggerEventRef: Asked, resultEventRef: Plain}}], end: true",
    ]) {
      const run = start(image(state)).run();
      assert.equal(run.failure.code, "WORKFLOW_TIMEOUT", state);
      assert.equal(run.time - run.start.time, 10_000, state);
      assert.equal(start(image(state, before)).run().nodes.at(-1), "Last", state);
    }
  },
);

testInEveryWay("event states: one of several events, with its actions", (start) => {
  const image = workflow(
    `
  - name: S
    type: event
    onEvents:
      - {eventRefs: [Yes], actions: [{functionRef: {refName: one, arguments: {got: .answer}}}], eventDataFilter: {data: .text, toStateData: .answer}}
      - {eventRefs: [No], actions: []}
    end: true`,
    events,
  );
  const run = start(image, { calls: () => http(null) }).run();
  assert.equal(run.open.size, 2);
  run.event("yes", { text: "hi" }).run();
  assert.deepEqual(bodyOf(run.calls[0]!), { got: "hi" });
  assert.deepEqual(run.value, { answer: "hi" });
  assert.ok(run.effects.some(({ kind }) => kind === "cancel"));
});

testInEveryWay("event states: all events have to come", (start) => {
  const image = workflow(
    `
  - name: S
    type: event
    exclusive: false
    onEvents:
      - {eventRefs: [Yes, Plain], actions: [{functionRef: one}]}
      - {eventRefs: [No], actions: [{functionRef: two}]}
    end: true`,
    events,
  );
  const run = start(image, { calls: (call) => http({ [serviceOf(call)]: true }) }).run();
  run.event("plain", { p: 1 }).run();
  assert.equal(run.calls.length, 0);
  run.event("no", { n: 1 }).run();
  assert.deepEqual(run.calls.map(serviceOf), ["two"]);
  assert.ok(!run.hasEnded);
  run.event("yes", { y: 1 }).run();
  assert.deepEqual(run.value, { n: 1, two: true, y: 1, p: 1, one: true });
});

testInEveryWay("events without an answer in time: the run goes on", (start) => {
  const image = workflow(
    `
  - {name: S, type: event, timeouts: {eventTimeout: PT1H}, onEvents: [{eventRefs: [Yes], actions: [{functionRef: one}]}], transition: C}
  - {name: C, type: callback, action: {functionRef: two}, eventRef: Yes, timeouts: {eventTimeout: PT1H}, transition: W}
  - name: W
    type: switch
    timeouts: {eventTimeout: PT1H}
    eventConditions: [{eventRef: Yes, transition: Caught}]
    defaultCondition: {transition: Other}${caught}`,
    events,
  );
  const run = start(image).run();
  assert.deepEqual(run.value, { other: true });
  assert.equal(run.time - run.start.time, 3 * 3_600_000 + 1);
  assert.equal(run.open.size, 0);
});

testInEveryWay("correlation by an expression: evaluated for the data when the wait begins", (start) => {
  const image = workflow(
    `
  - {name: S, type: operation, actions: [{functionRef: one}], transition: T}
  - {name: T, type: event, onEvents: [{eventRefs: [Mine], actions: []}], end: true}`,
    `events:
  - {name: Mine, type: mine, correlation: [{contextAttributeName: customer, contextAttributeValue: "\${ .customer.id }"}]}\n`,
  );
  const run = start(image, { calls: () => http({ customer: { id: 7 } }) }).run();
  assert.deepEqual(run.event("mine", { not: true }, { customer: "8" }).outcome, undefined);
  assert.deepEqual(run.event("mine", { yes: true }, { customer: "7" }).value, { customer: { id: 7 }, yes: true });
  const without = start(image, { calls: () => http({}) }).run();
  assert.equal(without.failure.code, "WORKFLOW_EXPRESSION");
  assert.match(without.failure.message, /customer of the event "Mine" has to be a text/);
});

testInEveryWay("a switch by which event comes first", (start) => {
  const image = workflow(
    `
  - name: S
    type: switch
    timeouts: {eventTimeout: PT1H}
    eventConditions:
      - {eventRef: Yes, transition: Caught}
      - {eventRef: No, transition: Other, eventDataFilter: {useData: false}}
    defaultCondition: {end: true}${caught}`,
    events,
  );
  assert.deepEqual(start(image).run(0).event("yes", { a: 1 }).run().value, { a: 1, caught: true });
  assert.deepEqual(start(image).run(0).event("no", { a: 1 }).run().value, { other: true });
});

testInEveryWay("callbacks: an action, and the event that answers it, even when that is faster", (start) => {
  const image = workflow(
    `
  - {name: S, type: callback, action: {functionRef: one}, eventRef: Whole, eventDataFilter: {data: "{id, d: .data}", toStateData: .event}, end: true}`,
    events,
  );
  const run = start(image, { calls: () => http({ asked: true }) });
  run.event("whole", { x: 1 }).run();
  assert.deepEqual(run.value, { asked: true, event: { id: "e101", d: { x: 1 } } });
});

testInEveryWay("correlation: the first event says what the others have to carry", (start) => {
  const image = workflow(
    `
  - {name: S, type: event, onEvents: [{eventRefs: [Yes], actions: []}], transition: T}
  - {name: T, type: event, onEvents: [{eventRefs: [No], actions: []}], end: true}`,
    events,
  );
  const run = start(image).run();
  run.event("yes", { y: 1 }, { order: "7", tenant: "a" }).run();
  run.event("no", { wrong: 1 }, { order: "8" }).run();
  assert.ok(!run.hasEnded);
  run.event("no", { n: 1 }, { order: "7" }).run();
  assert.deepEqual(run.value, { y: 1, n: 1 });
});

testInEveryWay("what is learned from one event holds for those that were waited for already", (start) => {
  const image = workflow(
    `
  - name: S
    type: event
    exclusive: false
    onEvents: [{eventRefs: [Yes, "No"], actions: []}]
    end: true`,
    events,
  );
  const run = start(image).run();
  run.event("yes", { y: 1 }, { order: "7", tenant: "a" }).run();
  run.event("no", { wrong: 1 }, { order: "8" }).run();
  assert.ok(!run.hasEnded);
  run.event("no", { n: 1 }, { order: "7" }).run();
  assert.deepEqual(run.value, { y: 1, n: 1 });
});

testInEveryWay("an event that names a run is for that run", (start) => {
  const image = workflow(
    `
  - {name: S, type: event, onEvents: [{eventRefs: [Plain], actions: []}], end: true}`,
    events,
  );
  const run = start(image).run();
  run.event("plain", { wrong: 1 }, { kogitoprocrefid: "run-2" }).run();
  assert.ok(!run.hasEnded);
  const [wait] = run.open.values();
  assert.ok(wait?.kind === "await" && wait.since === 101);
  run.event("plain", { right: 1 }, { kogitoprocrefid: "run-1" }).run();
  assert.deepEqual(run.value, { right: 1 });
});

testInEveryWay("actions by events: produced, and answered", (start) => {
  const image = workflow(
    `
  - name: S
    type: operation
    actions:
      - eventRef: {triggerEventRef: Asked, resultEventRef: Plain, resultEventTimeout: PT1M, data: "\${ {q: .n} }", contextAttributes: {order: "\${ .n }"}}
        actionDataFilter: {toStateData: .reply}
    end: true`,
    events,
  );
  const run = start(image, {}, { input: '{"n":5}' }).run(0);
  const [emitted] = run.emitted();
  assert.equal(emitted?.type, "asked");
  assert.equal(emitted.source, "test");
  assert.equal(emitted.data, '{"q":5}');
  assert.equal(emitted.extensions?.["order"], 5);
  assert.equal(emitted.extensions["kogitoprocinstanceid"], "run-1");
  run.event("plain", { r: 1 }).run();
  assert.deepEqual(run.value, { n: 5, reply: { r: 1 } });
  assert.equal(start(image, {}, { input: '{"n":5}' }).run().failure.code, "WORKFLOW_TIMEOUT");
});

testInEveryWay("events that transitions and ends produce", (start) => {
  const image = workflow(
    `
  - {name: S, type: inject, data: {a: 1}, transition: {nextState: T, produceEvents: [{eventRef: Asked, data: .a}]}}
  - {name: T, type: inject, data: {b: 2}, end: {produceEvents: [{eventRef: Asked, data: {sum: "\${ .a + .b }"}}, {eventRef: Asked}]}}`,
    events,
  );
  assert.deepEqual(
    start(image)
      .emitted()
      .map(({ data }) => data),
    ["1", '{"sum":3}', '{"a":1,"b":2}'],
  );
});

testInEveryWay("no event carries a secret", (start) => {
  const image = workflow(
    `
  - {name: S, type: inject, data: {a: 1}, end: {produceEvents: [{eventRef: Asked, data: {t: $SECRET.TOKEN}}]}}`,
    events,
  );
  assert.equal(start(image, {}, { secrets: ["TOKEN"] }).failure.code, "WORKFLOW_SECRET");
});

testInEveryWay("a run that an event starts", (start) => {
  const image = workflow(
    `
  - {name: S, type: event, exclusive: false, onEvents: [{eventRefs: [Yes, No], actions: [{functionRef: one}]}], end: true}`,
    events,
  );
  const event = { id: "1", source: "test", type: "yes", order: "7", data: { y: 1 } };
  const run = start(image, { calls: () => http(null) }, { event: JSON.stringify(event), trigger: "event:Yes" }).run();
  run.event("no", { n: 0 }, { order: "8" }).run();
  assert.ok(!run.hasEnded);
  run.event("no", { n: 1 }, { order: "7" }).run();
  assert.deepEqual(run.value, { y: 1, n: 1 });
});

testInEveryWay("a run that is kept active goes on with the next event", (start) => {
  const image = workflow(
    `
  - {name: S, type: event, onEvents: [{eventRefs: [Plain], actions: [{functionRef: count}]}], transition: T}
  - {name: T, type: switch, dataConditions: [{condition: .stop, end: {terminate: true}}], defaultCondition: {end: true}}`,
    `${events}keepActive: true\n`,
  );
  const event = { id: "1", source: "x", type: "plain", data: { n: 1 } };
  const run = start(image, {}, { event: JSON.stringify(event), trigger: "event:Plain" }).run();
  assert.ok(!run.hasEnded);
  run.event("plain", { n: 2 }).run();
  run.event("plain", { stop: true }).run();
  assert.deepEqual(run.value, { n: 2, count: 3, stop: true });
});

testInEveryWay("compensation: what was completed is undone, the last first, each once", (start) => {
  const undo = (name: string) =>
    `  - {name: ${name}, type: inject, usedForCompensation: true, data: {undone${name}: true}}`;
  const image = workflow(`
  - {name: S, type: inject, data: {s: 1}, compensatedBy: UndoS, transition: T}
  - {name: T, type: inject, data: {t: 1}, compensatedBy: UndoT, transition: U}
  - {name: U, type: inject, data: {u: 1}, transition: {nextState: V, compensate: true}}
  - {name: V, type: inject, data: {v: 1}, compensatedBy: UndoV, end: {compensate: true}}
${undo("UndoS")}
${undo("UndoT")}
${undo("UndoV")}`);
  const run = start(image);
  assert.deepEqual(run.nodes, ["S", "T", "U", "UndoT", "UndoS", "V", "UndoV"]);
  assert.equal(run.outcome?.kind, "succeeded");
});

testInEveryWay("compensation after an error", (start) => {
  const image = workflow(
    `
  - {name: S, type: operation, actions: [{functionRef: one}], compensatedBy: Undo, transition: T}
  - {name: T, type: operation, actions: [{functionRef: two}], onErrors: [{errorRef: all, transition: {nextState: Z, compensate: true}}], end: true}
  - {name: Z, type: inject, data: {z: 1}, end: true}
  - {name: Undo, type: operation, usedForCompensation: true, actions: [{functionRef: three}]}`,
    "errors: [{name: all, code: '.'}]\n",
  );
  const calls = (call: SeenCall) => (serviceOf(call) === "two" ? http({}, 500) : http({}));
  const run = start(image, { calls }).run();
  assert.deepEqual(run.calls.map(serviceOf), ["one", "two", "three"]);
  assert.deepEqual(run.value, { z: 1 });
});

testInEveryWay("a subflow that ends in error is an error to handle, unlike the state's own end", (start) => {
  const image = workflow(
    `
  - {name: S, type: operation, actions: [{subFlowRef: sub}], onErrors: [{errorRef: all, transition: Caught}], end: true}${caught}`,
    "errors: [{name: all, code: '.*'}]\n",
  );
  const error = { code: "WORKFLOW_ERROR_END", type: "workflow", message: "enough" };
  assert.deepEqual(start(image, { children: () => ({ error }) }).run().value, { caught: true });
});

testInEveryWay("the version latest of a subflow or a continuation is the newest", (start) => {
  const image = (version: string) =>
    workflow(`
  - name: S
    type: operation
    actions: [{subFlowRef: {workflowId: sub, version: ${version}}}]
    end: {continueAs: {workflowId: next, version: ${version}}}`);
  const definitions = (version: string) => {
    const run = start(image(version)).run();
    assert.equal(run.outcome?.kind, "continued");
    const spawned = run.effects.flatMap((effect) => (effect.kind === "spawn" ? [effect.definition] : []));
    return [...spawned, run.outcome.definition];
  };
  assert.deepEqual(definitions("latest"), [{ name: "sub" }, { name: "next" }]);
  assert.deepEqual(definitions("'2.0'"), [
    { name: "sub", version: "2.0" },
    { name: "next", version: "2.0" },
  ]);
});

testInEveryWay("operators: data, skip, enter, leave, cancel", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [{functionRef: one}, {functionRef: two}], transition: T}
  - {name: T, type: sleep, duration: PT1H, end: true}`);
  const calls = (call: SeenCall) => (serviceOf(call) === "one" ? http({}, 500) : http({ two: true }));
  const skipped = start(image, { calls }).run().command("skip").run();
  assert.deepEqual(skipped.value, { two: true });
  assert.deepEqual(skipped.nodes, ["S/1! skipped", "S/2", "S", "T"]);
  const edited = start(image, { calls: failing(500, 1) }, { input: '{"a":1}' }).run();
  assert.deepEqual(
    edited.inspect().nodes?.map(({ node, error }) => [node, error !== undefined]),
    [
      ["S", true],
      ["S/1", true],
    ],
  );
  edited.command("retry", undefined, { b: 2 }).run(10_000);
  edited.command("data", undefined, { c: 3 }).run();
  assert.deepEqual(edited.value, { c: 3 });
  const entered = start(image, { calls }).run().command("enter", "T").run(1000);
  assert.equal(entered.inspect().nodes?.[0]?.node, "T");
  entered.command("leave", "T");
  assert.deepEqual(entered.value, {});
  const repeated = start(image, { calls: () => "never" }).command("retry", "S/1");
  assert.deepEqual(repeated.calls.map(serviceOf), ["one", "one"]);
  assert.deepEqual(repeated.cancel("enough").outcome, { kind: "cancelled", reason: "enough" });
});

testInEveryWay("what was under way beside a failure goes on when that is repaired", (start) => {
  const image = workflow(
    `
  - name: S
    type: parallel
    branches:
      - {name: A, actions: [{functionRef: one}]}
      - {name: B, actions: [{functionRef: two}]}
      - {name: C, actions: [{functionRef: three, sleep: {before: PT1H}}]}
      - {name: D, actions: [{eventRef: {triggerEventRef: Asked, resultEventRef: Plain}}]}
    end: true`,
    events,
  );
  let isDown = true;
  const calls = (call: SeenCall): Answer => {
    if (serviceOf(call) === "one") return isDown ? http({}, 500) : http({ a: 1 });
    return isDown ? "never" : http({ [serviceOf(call)]: 1 });
  };
  const run = start(image, { calls }).run();
  assert.equal(run.failure.code, "HTTP_STATUS");
  isDown = false;
  run.command("retry").run();
  run.event("plain", { d: 1 }).run();
  assert.deepEqual(run.value, { a: 1, two: 1, three: 1, d: 1 });
  const twos = run.calls.filter((call) => serviceOf(call) === "two");
  assert.deepEqual(
    twos.map(({ repeats }) => repeats),
    [undefined, twos[0]!.n],
  );
  assert.equal(run.time - run.start.time, 3_600_001);
});

testInEveryWay("a loop without a wait ends by its steps", (start) => {
  const image = workflow(`
  - {name: S, type: inject, data: {a: 1}, transition: T}
  - {name: T, type: inject, data: {a: 1}, transition: S}`);
  const { defaults } = { defaults: start(image, {}, { input: "[]" }).start.limits };
  const run = start(image, {}, { limits: { ...defaults, stepsPerTurn: 20_000 } });
  assert.equal(run.failure.code, "LIMIT_STEPS");
});

testInEveryWay("data that grow too large end the run", (start) => {
  const image = load(`
functions: [{name: grow, type: expression, operation: "{list: [.list[], .list[], 1]}"}]
start: S
states:
  - {name: S, type: operation, actions: [{functionRef: grow}], transition: T}
  - {name: T, type: inject, data: {}, transition: S}`);
  const limits = { ...start(image, {}, { input: "[]" }).start.limits, memoryBytes: 100_000 };
  const run = start(image, {}, { input: '{"list":[]}', limits });
  assert.equal(run.failure.code, "LIMIT_MEMORY");
});

testInEveryWay("what is nested too deep is an error, wherever it comes from", (start) => {
  const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const image = load(`
functions: [{name: nest, type: expression, operation: "reduce range(100000) as $i (null; [.])"}]
start: S
states:
  - {name: S, type: operation, actions: [{functionRef: nest}], end: true}`);
  assert.match(start(image).failure.message, /nested deeper than 500/);
  assert.equal(start(image, {}, { input: `{"a":${deep(600)}}` }).failure.code, "WORKFLOW_INPUT");
  const calling = workflow(`
  - {name: S, type: operation, actions: [{functionRef: one}], end: true}`);
  const calls = () => http(JSON.parse(deep(600)) as unknown);
  assert.equal(start(calling, { calls }).run().failure.code, "FUNCTION_ANSWER_INVALID");
});

testInEveryWay("a place that no array has is an error", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [{functionRef: one, actionDataFilter: {toStateData: '.list[.n]'}}], end: true}`);
  const run = start(image, {}, { input: '{"list":[],"n":1000000000}' }).run();
  assert.match(run.failure.message, /no array has an index/);
});

testInEveryWay("neither logs nor messages nor nodes show what stands for a secret", (start) => {
  const image = workflow(`
  - name: S
    type: operation
    actions:
      - {functionRef: {refName: say, arguments: {message: '"token " + $SECRET.TOKEN'}}}
      - {functionRef: one, actionDataFilter: {results: 'error("no " + $SECRET.TOKEN)'}}
    end: true`);
  const run = start(image, {}, { secrets: ["TOKEN"] }).run();
  assert.deepEqual(run.logs, ["info: token ***"]);
  assert.match(run.failure.message, /no \*\*\*/);
});

testInEveryWay("an operator merges into the data: objects deeply, everything else in place", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [{functionRef: one}], end: true}`);
  const input = '{"a":{"b":1,"c":[1,2]},"10":1,"9":2,"n":{"m":1}}';
  const run = start(image, { calls: failing(500, 1) }, { input }).run();
  run.command("merge", undefined, { a: { c: [3], d: null }, "9": { x: 1 }, n: 5 });
  assert.equal(run.failure.code, "HTTP_STATUS");
  const merged = { "10": 1, "9": { x: 1 }, a: { b: 1, c: [3], d: null }, n: 5 };
  assert.deepEqual(run.data, merged);
  assert.deepEqual(run.command("retry").run().value, { ...merged, ok: true });
});

testInEveryWay("secrets in the data stay what they are when an operator merges into these", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [], stateDataFilter: {output: "{pin: $SECRET.PIN}"}, transition: T}
  - {name: T, type: sleep, duration: PT1H, end: true}`);
  const run = start(image, {}, { secrets: ["PIN"] });
  run.command("merge", undefined, { more: 1 });
  assert.deepEqual(run.run().value, { pin: "<PIN>", more: 1 });
});

testInEveryWay("a foreach element that failed sees what is merged into the data, and keeps its own", (start) => {
  const image = workflow(`
  - name: S
    type: foreach
    inputCollection: .items
    iterationParam: item
    mode: parallel
    actions:
      - {functionRef: {refName: one, arguments: {x: .extra, item: $item}}}
    end: true`);
  const run = start(image, { calls: failing(500, 1) }, { input: '{"items":["p"]}' }).run();
  run.command("merge", undefined, { extra: "e" });
  run.command("retry").run();
  assert.deepEqual(bodyOf(run.calls.at(-1)!), { x: "e", item: "p" });
});
