import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, services, serviceOf, testInEveryWay } from "./testing/in-every-way.ts";
import { type Answer, http, load, type SeenCall, VirtualRun } from "./testing/virtual-run.ts";

function workflow(states: string, header = "") {
  return load(`${services.functions}${header}start: S\nstates:\n${states}`, services.files);
}

/** Services that answer with what they are called and what they got. */
function echo(call: SeenCall): Answer {
  return http({ [serviceOf(call)]: bodyOf(call) ?? null });
}

testInEveryWay("inject states merge their data, one after the other", (start) => {
  const image = workflow(`
  - {name: S, type: inject, data: {a: 1, deep: {x: 1}}, transition: T}
  - {name: T, type: inject, data: {b: [1], deep: {y: 2}}, transition: U}
  - {name: U, type: inject, data: {b: [2]}, end: true}`);
  const run = start(image, {}, { input: '{"in":true,"10":1,"9":2}' });
  assert.deepEqual(run.value, { in: true, a: 1, deep: { x: 1, y: 2 }, b: [2], 9: 2, 10: 1 });
  assert.deepEqual(run.nodes, ["S", "T", "U"]);
});

testInEveryWay("the specification's rule of merging by choice", (start) => {
  const image = workflow(
    `
  - {name: S, type: inject, data: {l: [1, 2], o: {x: 1}}, transition: T}
  - {name: T, type: inject, data: {l: [2, 3], o: {y: 1}}, end: true}`,
    "metadata: {autoflow.dev/merge: specification}\n",
  );
  assert.deepEqual(start(image).value, { l: [1, 2, 3], o: { y: 1 } });
});

testInEveryWay("a sleep state sleeps", (start) => {
  const image = workflow(`
  - {name: S, type: sleep, duration: PT1H30M, end: true}`);
  const run = start(image);
  assert.ok(!run.hasEnded);
  assert.equal(run.inspect().nodes?.[0]?.node, "S");
  run.run();
  assert.equal(run.time - run.start.time, 5_400_000);
  assert.equal(run.outcome?.kind, "succeeded");
});

testInEveryWay("a switch takes the first condition that holds, or the default", (start) => {
  const image = workflow(`
  - name: S
    type: switch
    dataConditions:
      - {condition: "\${ .n > 10 }", transition: Large}
      - {condition: ".n > 5", transition: Middle}
    defaultCondition: {transition: Small}
  - {name: Large, type: inject, data: {is: large}, end: true}
  - {name: Middle, type: inject, data: {is: middle}, end: true}
  - {name: Small, type: inject, data: {is: small}, end: true}`);
  for (const [n, is] of [
    [11, "large"],
    [6, "middle"],
    [5, "small"],
    [null, "small"],
  ] as const) {
    assert.deepEqual(start(image, {}, { input: JSON.stringify({ n }) }).value, { n, is });
  }
});

testInEveryWay("state data filters replace the data on the way in and out", (start) => {
  const image = workflow(`
  - name: S
    type: inject
    data: {b: 2}
    stateDataFilter: {input: "{a: .x}", output: "{sum: (.a + .b), a}"}
    end: true`);
  assert.deepEqual(start(image, {}, { input: '{"x":1,"y":5}' }).value, { sum: 3, a: 1 });
});

testInEveryWay("actions one after the other see what those before have done", (start) => {
  const image = workflow(`
  - name: S
    type: operation
    actions:
      - {functionRef: {refName: one, arguments: {a: .n}}}
      - {functionRef: {refName: two, arguments: {b: .one.a, c: 'literal text', d: [.n, 7]}}, actionDataFilter: {results: .two.b, toStateData: .deep.er}}
      - {functionRef: count}
      - {functionRef: count, condition: .count > 5}
    end: true`);
  const run = start(image, { calls: echo }, { input: '{"n":1}' }).run();
  assert.deepEqual(run.value, { n: 1, one: { a: 1 }, deep: { er: 1 }, count: 1 });
  assert.deepEqual(bodyOf(run.calls[1]!), { b: 1, c: "literal text", d: [1, 7] });
  assert.deepEqual(run.nodes, ["S/1", "S/2", "S/3", "S"]);
});

testInEveryWay("actions side by side run at the same time and merge in their order", (start) => {
  const image = workflow(`
  - name: S
    type: operation
    actionMode: parallel
    actions:
      - {functionRef: one, sleep: {before: PT10S}, actionDataFilter: {toStateData: .last}}
      - {functionRef: two, actionDataFilter: {toStateData: .last}}
    end: true`);
  const run = start(image, { calls: (call) => http(serviceOf(call)) }).run();
  assert.deepEqual(run.calls.map(serviceOf), ["two", "one"]);
  assert.deepEqual(run.value, { last: "two" });
});

testInEveryWay("sleeps before and after actions", (start) => {
  const image = workflow(`
  - name: S
    type: operation
    actions:
      - {functionRef: one, sleep: {before: PT5S, after: PT7S}}
      - {functionRef: two}
    end: true`);
  const run = start(image).run();
  assert.deepEqual(
    run.calls.map(({ at }) => at),
    [5000, 12_001],
  );
});

testInEveryWay("branches work on copies, which are merged in their order", (start) => {
  const image = workflow(`
  - name: S
    type: parallel
    branches:
      - {name: A, actions: [{functionRef: one, sleep: {before: PT5S}}, {functionRef: count}]}
      - {name: B, actions: [{functionRef: two}, {functionRef: count}]}
    end: true`);
  const run = start(image, { calls: (call) => http({ by: serviceOf(call) }) }, { input: '{"keep":[1]}' }).run();
  assert.deepEqual(run.value, { keep: [1], by: "two", count: 1 });
  assert.deepEqual(run.calls.map(serviceOf), ["two", "one"]);
});

testInEveryWay("a branch that left a member alone does not undo another's change", (start) => {
  const image = workflow(`
  - name: S
    type: parallel
    branches:
      - {name: A, actions: [{functionRef: one, actionDataFilter: {toStateData: .list}}]}
      - {name: B, actions: [{functionRef: two}]}
    end: true`);
  const calls = (call: SeenCall) => http(serviceOf(call) === "one" ? [9] : { b: 1 });
  assert.deepEqual(start(image, { calls }, { input: '{"list":[]}' }).run().value, { list: [9], b: 1 });
});

testInEveryWay("a parallel state goes on when enough branches are done, and breaks the others off", (start) => {
  const image = workflow(`
  - name: S
    type: parallel
    completionType: atLeast
    numCompleted: 1
    branches:
      - {name: A, actions: [{functionRef: one}]}
      - {name: B, actions: [{functionRef: two}]}
    transition: E
  - {name: E, type: sleep, duration: PT1S, end: true}`);
  const calls = (call: SeenCall): Answer => (serviceOf(call) === "one" ? "never" : http({ won: "B" }));
  const run = start(image, { calls }).run();
  assert.deepEqual(run.value, { won: "B" });
  assert.ok(run.effects.some((effect) => effect.kind === "cancel" && effect.target === run.calls[0]!.n));
});

testInEveryWay("foreach, one after the other: each element sees what those before have done", (start) => {
  const image = workflow(`
  - name: S
    type: foreach
    mode: sequential
    inputCollection: .numbers
    iterationParam: number
    actions:
      - {functionRef: {refName: one, arguments: {n: $number, same: .number}}, actionDataFilter: {results: "{sum: .one.n}", toStateData: .last}}
      - {functionRef: count}
    end: true`);
  const run = start(image, { calls: echo }, { input: '{"numbers":[1,2,3]}' }).run();
  assert.deepEqual(
    run.calls.map(bodyOf),
    [1, 2, 3].map((n) => ({ n, same: n })),
  );
  assert.deepEqual(run.value, { numbers: [1, 2, 3], last: { sum: 3 }, count: 3 });
});

testInEveryWay("foreach with expressions alone is as if it were one after the other", (start) => {
  const adding = load(`
functions: [{name: add, type: expression, operation: "{sum: (.sum + $n)}"}]
start: S
states:
  - {name: S, type: foreach, inputCollection: .numbers, iterationParam: n, actions: [{functionRef: add}], end: true}`);
  assert.deepEqual(start(adding, {}, { input: '{"numbers":[1,2,3],"sum":0}' }).value, { numbers: [1, 2, 3], sum: 6 });
});

testInEveryWay("foreach side by side, some at a time, collects results in the order of the elements", (start) => {
  const image = workflow(`
  - name: S
    type: foreach
    batchSize: 2
    inputCollection: .numbers
    iterationParam: n
    outputCollection: .out
    actions: [{functionRef: {refName: one, arguments: {n: $n}}, actionDataFilter: {results: .one.n}, sleep: {before: "PT1S"}}]
    end: true`);
  const run = start(image, { calls: echo }, { input: '{"numbers":[1,2,3,4,5],"out":[0]}' });
  assert.equal([...run.open.values()].length, 2);
  run.run();
  assert.deepEqual(run.value, { numbers: [1, 2, 3, 4, 5], out: [0, 1, 2, 3, 4, 5] });
});

testInEveryWay("an empty collection, and none", (start) => {
  const image = workflow(`
  - {name: S, type: foreach, inputCollection: .numbers, iterationParam: n, outputCollection: .out, actions: [{functionRef: one}], end: true}`);
  assert.deepEqual(start(image, {}, { input: '{"numbers":[]}' }).value, { numbers: [], out: [] });
  assert.deepEqual(start(image).value, { out: [] });
  assert.match(start(image, {}, { input: '{"numbers":5}' }).failure.message, /no array/);
});

testInEveryWay("what is written to a collection of another name than a plain path", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [{functionRef: one, actionDataFilter: {toStateData: '.list[.list | length]'}}], end: true}`);
  assert.deepEqual(start(image, { calls: () => http(3) }, { input: '{"list":[1,2]}' }).run().value, {
    list: [1, 2, 3],
  });
});

testInEveryWay("variables: $CONST, $SECRET, $WORKFLOW", (start) => {
  const image = workflow(
    `
  - name: S
    type: operation
    actions:
      - {functionRef: {refName: one, arguments: {c: $CONST.who, s: '"Bearer " + $SECRET.TOKEN', plain: $SECRET.GREETING, file: '$SECRET["from.file"]', none: $SECRET.NOTHING}}}
      - {functionRef: {refName: two, arguments: {id: $WORKFLOW.instanceId, of: $WORKFLOW.id, before: $WORKFLOW.prevActionResult, status: $WORKFLOW.statusCode, who: $WORKFLOW.identity, key: $WORKFLOW.businessKey, head: $WORKFLOW.headers.x}}}
    end: true`,
    "constants: {who: me}\n",
  );
  const withProperties = load(
    `${services.functions}constants: {who: me}
start: S
states:
  - {name: S, type: operation, actions: [{functionRef: {refName: one, arguments: {f: '$SECRET["from.file"]', d: $SECRET.with_default}}}], end: true}`,
    {
      ...services.files,
      "application.properties": "from.file=a ${GREETING} ${TOKEN}\nwith_default=${NO:${NEITHER:fallback}}\n",
    },
  );
  const environment = {
    vars: { GREETING: "hello" },
    secrets: ["TOKEN"],
    starter: { identity: "ann", businessKey: "k", headers: { x: "1" } },
  };
  const run = start(image, { calls: echo }, environment).run();
  assert.deepEqual(run.calls[0]!.input["body"] === undefined, false);
  assert.ok(String(run.calls[0]!.input["body"]).includes("Bearer <TOKEN>"));
  assert.ok(String(run.calls[0]!.input["body"]).includes('"plain":"hello"'));
  assert.deepEqual(bodyOf(run.calls[1]!), {
    id: "run-1",
    of: "test",
    before: { one: { c: "me", s: "Bearer <TOKEN>", plain: "hello" } },
    status: 200,
    who: "ann",
    key: "k",
    head: "1",
  });
  const second = start(withProperties, { calls: echo }, environment).run();
  assert.deepEqual(bodyOf(second.calls[0]!), { f: "a hello <TOKEN>", d: "fallback" });
});

testInEveryWay("secrets show as stars to people, and stay secrets in what the run ends with", (start) => {
  const image = load(`
functions: [{name: keep, type: expression, operation: "{url: (\\"https://x?t=\\" + $SECRET.TOKEN)}"}]
start: S
states:
  - {name: S, type: operation, actions: [{functionRef: keep}], transition: T}
  - {name: T, type: sleep, duration: PT1S, end: true}`);
  const run = start(image, {}, { secrets: ["TOKEN"] });
  assert.deepEqual(run.data, { url: "https://x?t=***" });
  assert.deepEqual(run.run().value, { url: "https://x?t=<TOKEN>" });
});

testInEveryWay("no string from outside is taken for a secret", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [{functionRef: {refName: one, arguments: {x: .evil}}}], end: true}`);
  const evil = "\uFDD0TOKEN\uFDD1";
  const run = start(
    image,
    { calls: () => http({ got: evil }) },
    { input: JSON.stringify({ evil }), secrets: ["TOKEN"] },
  ).run();
  assert.deepEqual(bodyOf(run.calls[0]!), { x: "\uFFFDTOKEN\uFFFD" });
  assert.ok(!JSON.stringify(run.value).includes("<TOKEN>"));
});

testInEveryWay("a call that nothing waits for is made before the run ends", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [{functionRef: {refName: one, invoke: async}}, {functionRef: count}], end: true}`);
  const run = start(image);
  assert.ok(!run.hasEnded);
  assert.deepEqual(run.run().value, { count: 1 });
});

testInEveryWay("sysout writes to the log, and leaves the data alone", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [{functionRef: {refName: say, arguments: {message: '"n is " + (.n|tostring)'}}}], end: true}`);
  const run = start(image, {}, { input: '{"n":3}' });
  assert.deepEqual(run.value, { n: 3 });
  assert.deepEqual(run.logs, ["info: n is 3"]);
});

testInEveryWay("an argument whose expression fails is taken as a text", (start) => {
  const image = workflow(`
  - {name: S, type: operation, actions: [{functionRef: {refName: one, arguments: {x: .n.m, y: "\${ .n.m }", z: 'Hi \\(.n)'}}}], end: true}`);
  const run = start(image, {}, { input: '{"n":3}' }).run();
  assert.deepEqual(bodyOf(run.calls[0]!), { x: ".n.m", y: "${ .n.m }", z: "Hi 3" });
  assert.equal(run.logs.length, 2);
});

testInEveryWay("children: awaited or not, with their version", (start) => {
  const image = workflow(`
  - name: S
    type: operation
    actions:
      - {subFlowRef: child, actionDataFilter: {fromStateData: "{n}", toStateData: .child}}
      - {subFlowRef: {workflowId: child, version: '2.0', invoke: async, onParentComplete: continue}}
    end: true`);
  const run = start(
    image,
    { children: (child) => ({ value: { got: child.input } }) },
    { input: '{"n":3,"m":4}' },
  ).run();
  assert.deepEqual(run.value, { n: 3, m: 4, child: { got: '{"n":3}' } });
  const spawns = run.effects.filter((effect) => effect.kind === "spawn");
  assert.deepEqual(
    spawns.map(({ definition, awaited, onParentEnd }) => ({ definition, awaited, onParentEnd })),
    [
      { definition: { name: "child" }, awaited: true, onParentEnd: "cancel" },
      { definition: { name: "child", version: "2.0" }, awaited: false, onParentEnd: "continue" },
    ],
  );
});

testInEveryWay("another workflow takes over", (start) => {
  const image = workflow(`
  - {name: S, type: inject, data: {a: 1}, end: {continueAs: {workflowId: next, version: '3', data: "\${ {b: .a} }"}}}`);
  const { outcome } = start(image);
  assert.deepEqual(outcome, { kind: "continued", definition: { name: "next", version: "3" }, input: '{"b":1}' });
});

testInEveryWay("metadata.errorMessage that is blank is no error", (start) => {
  const image = workflow(`
  - {name: S, type: inject, data: {a: 1}, metadata: {errorMessage: 'if .bad then "bad" else "" end'}, end: true}`);
  assert.deepEqual(start(image).value, { a: 1 });
  assert.equal(start(image, {}, { input: '{"bad":true}' }).failure.message, "bad");
});

test("an input that is no object is refused", () => {
  const image = workflow(`
  - {name: S, type: inject, data: {a: 1}, end: true}`);
  testFailure(image, "[1]", "WORKFLOW_INPUT");
});

function testFailure(image: ReturnType<typeof workflow>, input: string, code: string): void {
  const machine = image.open({
    runId: "r",
    project: "p",
    trigger: "",
    position: 0,
    time: 0,
    vars: {},
    secrets: [],
    limits: {} as never,
    input,
  });
  const turn = machine.step(undefined, 1000);
  assert.ok(turn !== "running" && turn.outcome?.kind === "failed");
  assert.equal(turn.outcome.error.code, code);
}

testInEveryWay("JSONPath as the expression language", (start) => {
  const image = load(
    `${services.functions.replace(/ {2}- \{name: count.*\n/, "")}expressionLang: jsonpath
start: S
states:
  - name: S
    type: operation
    actions: [{functionRef: {refName: one, arguments: {who: "$.people[0].name", plain: some text}}, actionDataFilter: {results: $.one.who, toStateData: $.found.name}}]
    transition: T
  - {name: T, type: switch, dataConditions: [{condition: "$.people[?(@.age > 30)]", end: true}], defaultCondition: {transition: U}}
  - {name: U, type: inject, data: {young: true}, end: true}`,
    services.files,
  );
  const run = start(image, { calls: echo }, { input: '{"people":[{"name":"ann","age":31}]}' }).run();
  assert.deepEqual(bodyOf(run.calls[0]!), { who: "ann", plain: "some text" });
  assert.deepEqual(run.value, { people: [{ name: "ann", age: 31 }], found: { name: "ann" } });
});

test("a call whose address the environment does not give names what is missing", () => {
  const image = load(
    `functions:
  - {name: one, operation: "api.yaml#one"}
  - {name: get, type: custom, operation: "rest:get:/x"}
start: S
states:
  - {name: S, type: operation, actions: [{functionRef: one}], end: true}`,
    {
      "api.yaml": `openapi: 3.0.0
info: {title: Api, version: "1"}
servers: [{url: "/"}]
paths: {/one: {post: {operationId: one, responses: {}}}}`,
      "application.properties": "quarkus.rest-client.api_yaml.url=${API_URL}\n",
    },
  );
  const { message } = new VirtualRun(image).run().failure;
  assert.match(message, /the property quarkus\.rest-client\.api_yaml\.url refers to API_URL, which the environment/);
  const vars = { API_URL: "http://there" };
  assert.equal(new VirtualRun(image, { vars }).run().calls[0]!.input["url"], "http://there/one");
});

testInEveryWay("words that native jq 1.6 does not know are texts, unless they stand in braces", (start) => {
  const image = workflow(`
  - name: S
    type: operation
    actions:
      - functionRef: {refName: one, arguments: {a: date, b: ascii, c: isvalid, d: "\${ 0 | date }", e: .n | ascii, f: length}}
    end: true`);
  const run = start(image, {}, { input: '{"n":65}' }).run();
  const epoch = "1970-01-01T00:00:00Z";
  assert.deepEqual(bodyOf(run.calls[0]!), { a: "date", b: "ascii", c: "isvalid", d: epoch, e: "A", f: 1 });
  assert.deepEqual(run.logs, []);
});
