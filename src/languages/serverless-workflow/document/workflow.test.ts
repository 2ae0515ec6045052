import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFiles, line, problemsOf, stateOf, workflowOf, workflowText } from "../testing/compile-files.ts";

const end = "end: true";
const oneState = `states:\n- {name: A, type: inject, data: {a: 1}, ${end}}\n`;

function withState(state: string, more = ""): string {
  return workflowText(`${more}states:\n${state}\n`);
}

test("a workflow needs little", () => {
  const { workflow, problems } = checkFiles({ "flows/hello.sw.yaml": oneState });
  assert.deepEqual(problems.diagnostics.map(({ code }) => code).toSorted(), ["missing-id", "missing-spec-version"]);
  assert.equal(workflow?.id, "hello");
  assert.equal(workflow?.version, "1.0");
  assert.deepEqual(workflow?.start, { stateName: "A", at: { file: "flows/hello.sw.yaml", line: 2, column: 3 } });
});

test("numbers, nulls and single things stand for what is meant", () => {
  const workflow = workflowOf(
    `key: x\nversion: 1.0\nspecVersion: 0.8\nfunctions: null\nevents:\nsecrets: one\nannotations: just one\nstart: {stateName: A}\n${oneState}`,
  );
  assert.equal(workflow.id, "x");
  assert.equal(workflow.version, "1.0");
  assert.equal(workflow.specVersion, "0.8");
  assert.deepEqual(workflow.functions, []);
  assert.deepEqual(workflow.secrets, ["one"]);
  assert.deepEqual(workflow.annotations, ["just one"]);
});

test("transition and end in all their forms", () => {
  const workflow = workflowOf(
    withState(
      `
- {name: A, type: inject, data: {}, transition: B}
- name: B
  type: inject
  data: {}
  transition: {nextState: C, compensate: true, produceEvents: [{eventRef: out, data: .x, contextAttributes: {who: .me, what: plain text}}]}
- {name: C, type: inject, data: {}, end: {terminate: "true"}}
- {name: D, type: inject, data: {}, end: {continueAs: {workflowId: next, version: 2.0, data: '\${ .d }', workflowExecTimeout: {duration: PT1H}}}}
- {name: E, type: inject, data: {}, end: {continueAs: next}}
- {name: F, type: inject, data: {}, end: "true"}
- {name: G, type: inject, data: {}}`,
      "events:\n- {name: out, type: com.example.out, kind: produced}\n",
    ),
  );
  const next = (name: string) => stateOf(workflow, name, "inject").next;
  assert.equal(next("A").kind, "transition");
  const b = next("B");
  assert.equal(b.compensate, true);
  assert.deepEqual(
    b.produceEvents[0]?.contextAttributes.map(({ name, value }) => [name, value.kind]),
    [
      ["who", "expression"],
      ["what", "literal"],
    ],
  );
  const c = next("C");
  assert.ok(c.kind === "end" && c.terminate);
  const d = next("D");
  assert.ok(d.kind === "end");
  assert.equal(d.continueAs?.version, "2.0");
  assert.equal(d.continueAs?.data?.kind, "expression");
  assert.equal(d.continueAs?.workflowTimeout?.duration.ms, 3_600_000);
  const e = next("E");
  assert.ok(e.kind === "end" && e.continueAs?.workflowId === "next");
  assert.equal(next("F").kind, "end");
  assert.equal(next("G").kind, "end");
});

test("a text as data of continueAs is an expression", () => {
  const text = "- {name: A, type: inject, data: {}, end: {continueAs: {workflowId: next, data: no thing}}}";
  assert.match(
    problemsOf(withState(text)).join("\n"),
    /error test\.sw\.yaml:5:\d+ [^:]*: data of continueAs is no expression/,
  );
});

test("a state that leads nowhere is an end, and told", () => {
  assert.deepEqual(problemsOf(withState("- {name: A, type: inject, data: {}}")), [
    'warning test.sw.yaml:5:3 missing-next: state "A" has neither transition nor end: the run ends there',
  ]);
});

const functions = `functions:
- {name: add, type: expression, operation: '.a + .b'}
- {name: log, type: custom, operation: sysout}
`;

test("actions in all their forms", () => {
  const workflow = workflowOf(
    withState(
      `
- name: A
  type: operation
  actions:
  - functionRef: log
  - name: second
    functionRef: {refName: add, arguments: {a: .x, b: {c: [1, "a text", .y]}}, invoke: async}
    sleep: {before: PT1S, after: PT2S}
    condition: .x > 1
    actionDataFilter: {fromStateData: '\${ .in }', useResults: false, results: .r, toStateData: .a.b}
  - subFlowRef: other
  - subFlowRef: {workflowId: other, version: '2', invoke: async, onParentComplete: continue}
  - eventRef: {triggerEventRef: out, resultEventRef: in, resultEventTimeout: PT5S, data: {a: .b}, contextAttributes: {k: v}}
  - eventRef: {produceEventRef: out, consumeEventRef: in, consumeEventTimeout: PT5S}
  ${end}`,
      `${functions}events:\n- {name: out, type: t.out, kind: produced}\n- {name: in, source: s, type: t.in}\n`,
    ),
  );
  const { actions } = stateOf(workflow, "A", "operation");
  assert.deepEqual(
    actions.map(({ id, name }) => [id, name]),
    [
      ["A/1", "log"],
      ["A/2", "second"],
      ["A/3", "other"],
      ["A/4", "other"],
      ["A/5", "out"],
      ["A/6", "out"],
    ],
  );
  const second = actions[1]!;
  assert.equal(second.before?.ms, 1000);
  assert.equal(second.after?.text, "PT2S");
  assert.equal(second.condition?.text, ".x > 1");
  assert.deepEqual(second.filter.toStateData?.path, ["a", "b"]);
  assert.equal(second.filter.fromStateData?.text, ".in");
  assert.equal(second.filter.useResults, false);
  assert.ok(second.does.kind === "function" && second.does.invoke === "async");
  const given = second.does.arguments;
  assert.ok(given?.kind === "object");
  assert.deepEqual(given.entries[0]?.value.kind, "expression");
  const nested = given.entries[1]?.value;
  assert.ok(nested?.kind === "object" && nested.entries[0]?.value.kind === "array");
  assert.deepEqual(nested.entries[0].value.items.slice(0, 2), [
    { kind: "literal", json: "1" },
    { kind: "literal", json: '"a text"' },
  ]);
  assert.deepEqual(actions[2]?.does, {
    kind: "subflow",
    workflowId: "other",
    invoke: "sync",
    onParentComplete: "terminate",
  });
  assert.deepEqual(actions[3]?.does, {
    kind: "subflow",
    workflowId: "other",
    version: "2",
    invoke: "async",
    onParentComplete: "continue",
  });
  const event = actions[4]?.does;
  assert.ok(event?.kind === "event" && event.resultEventTimeout?.ms === 5000 && event.data?.kind === "object");
  const old = actions[5]?.does;
  assert.ok(old?.kind === "event" && old.triggerEventRef === "out" && old.resultEventRef === "in");
});

test("retries become one rule", () => {
  const text = (header: string): string =>
    workflowText(
      `${functions}errors:\n- {name: e1, code: '404'}\n- {name: e2}\nretries:\n- {name: r, delay: PT1S, maxDelay: PT9S, increment: PT2S, multiplier: "1.5", maxAttempts: "3", jitter: 0.2}\nstates:
- name: A
  type: operation
  actions:
  - {functionRef: log}
  - {functionRef: log, retryRef: r}
  - {functionRef: log, retryRef: r, retryableErrors: [e1]}
  - {functionRef: log, nonRetryableErrors: e2}
  ${end}\n`,
      header,
    );
  const rules = (header: string) =>
    stateOf(workflowOf(text(header)), "A", "operation").actions.map(({ retry }) =>
      retry === undefined ? undefined : [retry.policy.name, retry.on, retry.except],
    );
  assert.deepEqual(rules(""), [undefined, ["r", "any", []], ["r", ["e1"], []], undefined]);
  assert.deepEqual(rules("autoRetries: true\n"), [
    ["", "any", []],
    ["r", "any", []],
    ["r", "any", []],
    ["", "any", ["e2"]],
  ]);
  const { retries, errors } = workflowOf(text(""));
  assert.deepEqual(
    { ...retries[0], at: 0 },
    {
      name: "r",
      delay: { ms: 1000, text: "PT1S" },
      maxDelay: { ms: 9000, text: "PT9S" },
      increment: { ms: 2000, text: "PT2S" },
      multiplier: 1.5,
      maxAttempts: 3,
      jitter: { fraction: 0.2 },
      at: 0,
    },
  );
  assert.equal(errors[0]?.code, "404");
});

test("every type of state", () => {
  const workflow = workflowOf(
    withState(
      `
- name: Event
  type: event
  exclusive: false
  onEvents:
  - {eventRefs: [in, in], actionMode: parallel, actions: [{functionRef: log}], eventDataFilter: {useData: false, data: .d, toStateData: .t}}
  - {eventRefs: in}
  timeouts: {eventTimeout: PT1M, stateExecTimeout: {single: PT2M, total: PT3M}, actionExecTimeout: PT4S}
  transition: Switch
- name: Switch
  type: switch
  dataConditions: [{name: big, condition: .n > 1, transition: Events}, {condition: '\${ .n < 0 }', end: true}]
  default: {transition: Sleep}
- name: Events
  type: switch
  eventConditions: [{eventRef: in, transition: Sleep, eventDataFilter: {toStateData: '\${ .seen }'}}]
  defaultCondition: {end: {terminate: true}}
  timeouts: {eventTimeout: PT5S}
- {name: Sleep, type: sleep, duration: PT10S, transition: Sleep2}
- {name: Sleep2, type: sleep, timeouts: {stateExecTimeout: PT7S}, transition: Parallel}
- name: Parallel
  type: parallel
  completionType: atLeast
  numCompleted: "1"
  timeouts: {branchExecTimeout: PT1S}
  branches:
  - {name: one, actions: [{functionRef: log}], timeouts: {branchExecTimeout: PT2S, actionExecTimeout: PT3S}}
  - {name: two, actions: [{functionRef: log}]}
  transition: Inject
- {name: Inject, type: inject, data: {a: [1, {b: null}]}, transition: Foreach}
- name: Foreach
  type: foreach
  inputCollection: .items
  outputCollection: .out
  iterationParam: item
  batchSize: "2"
  mode: sequential
  actions: [{functionRef: {refName: add, arguments: {x: $item.n}}}]
  transition: Callback
- {name: Callback, type: callback, action: {functionRef: log}, eventRef: in, eventDataFilter: {toStateData: .c}, transition: Operation}
- name: Operation
  type: operation
  actionMode: parallel
  actions: [{functionRef: log}]
  stateDataFilter: {input: '{a: .a}', output: '\${ .b }'}
  onErrors: [{errorRef: e, transition: Undo}, {errorRefs: [e, '*'], end: true}]
  compensatedBy: Undo
  metadata: {errorMessage: '"no " + .a'}
  end: {compensate: true}
- {name: Undo, type: operation, usedForCompensation: true, actions: [{functionRef: log}]}`,
      `${functions}events:\n- {name: in, type: t, correlation: [{contextAttributeName: k}, {contextAttributeName: l, contextAttributeValue: v}]}\nerrors: [{name: e, code: HTTP:404}]\n`,
    ),
  );
  const event = stateOf(workflow, "Event", "event");
  assert.equal(event.exclusive, false);
  assert.deepEqual(
    event.onEvents.map(({ eventRefs, actionMode }) => [eventRefs, actionMode]),
    [
      [["in"], "parallel"],
      [["in"], "sequential"],
    ],
  );
  assert.equal(event.onEvents[0]?.actions[0]?.id, "Event/1/1");
  assert.equal(event.timeouts.stateExec?.total?.ms, 180_000);
  assert.equal(event.timeouts.event?.ms, 60_000);
  const choice = stateOf(workflow, "Switch", "switch");
  assert.deepEqual(
    choice.dataConditions.map(({ condition }) => condition.text),
    [".n > 1", ".n < 0"],
  );
  assert.equal(choice.defaultCondition?.kind, "transition");
  assert.equal(
    stateOf(workflow, "Events", "switch").eventConditions[0]?.eventDataFilter.toStateData?.text,
    '.["seen"]',
  );
  assert.equal(stateOf(workflow, "Sleep2", "sleep").duration.ms, 7000);
  const parallel = stateOf(workflow, "Parallel", "parallel");
  assert.equal(parallel.numCompleted, 1);
  assert.deepEqual(
    parallel.branches.map(({ timeouts }) => [timeouts.branchExec?.ms, timeouts.actionExec?.ms]),
    [
      [2000, 3000],
      [1000, undefined],
    ],
  );
  assert.equal(parallel.branches[0]?.actions[0]?.id, "Parallel/one/1");
  assert.equal(stateOf(workflow, "Inject", "inject").data, '{"a":[1,{"b":null}]}');
  const foreach = stateOf(workflow, "Foreach", "foreach");
  assert.deepEqual([foreach.batchSize, foreach.mode, foreach.iterationParam], [2, "sequential", "item"]);
  assert.deepEqual(workflow.variables, ["SECRET", "CONST", "WORKFLOW", "item"]);
  assert.equal(stateOf(workflow, "Callback", "callback").action?.id, "Callback/1");
  const operation = stateOf(workflow, "Operation", "operation");
  assert.equal(operation.errorMessage?.kind, "expression");
  assert.deepEqual(
    operation.onErrors.map(({ errors }) => errors),
    [["e"], "any"],
  );
  assert.deepEqual(workflow.events[0]?.correlation, [
    { contextAttributeName: "k" },
    { contextAttributeName: "l", contextAttributeValue: "v" },
  ]);
});

test("workflow timeouts are in force in states that say nothing else", () => {
  const workflow = workflowOf(
    withState(
      `- {name: A, type: inject, data: {}, ${end}}\n- {name: B, type: inject, data: {}, timeouts: {stateExecTimeout: PT1S}, ${end}}`,
      "timeouts: {workflowExecTimeout: {duration: PT1H, interrupt: true, runBefore: A}, stateExecTimeout: {total: PT9S}, eventTimeout: PT3S}\n",
    ),
  );
  assert.equal(workflow.states[0]?.timeouts.stateExec?.total?.ms, 9000);
  assert.equal(workflow.states[1]?.timeouts.stateExec?.total?.ms, 1000);
  assert.equal(workflow.states[1]?.timeouts.event?.ms, 3000);
  assert.deepEqual(
    [workflow.workflowTimeout?.duration.ms, workflow.workflowTimeout?.interrupt, workflow.workflowTimeout?.runBefore],
    [3_600_000, true, "A"],
  );
});

test("start by the clock", () => {
  const schedule = (text: string) =>
    workflowOf(workflowText(`start: {stateName: A, schedule: ${text}}\n${oneState}`)).start.schedule;
  assert.deepEqual(schedule("R/PT15M"), { every: 900_000 });
  assert.deepEqual(schedule("{interval: R3/PT1H}"), { every: 3_600_000, repeat: 3 });
  assert.deepEqual(schedule("{cron: '0 0/15 * * * ?', timezone: Europe/Berlin}"), {
    cron: "0 0/15 * * * ?",
    timezone: "Europe/Berlin",
  });
  assert.deepEqual(schedule("{cron: {expression: '0 9 * * 1', validUntil: '2030-01-01T00:00:00Z'}}"), {
    cron: "0 9 * * 1",
    until: Date.UTC(2030, 0, 1),
  });
});

test("expressions and literals, SonataFlow's rule", () => {
  const workflow = workflowOf(
    withState(
      `
- name: A
  type: operation
  actions:
  - functionRef:
      refName: log
      arguments:
        a: Create OCP Namespace workflow
        b: .x
        c: '\${ .x }'
        d: '{{ .x }}'
        e: Hello \\(.name)
        f: fn:add
        g: ''
        h: '# a title'
        i: '42'
        j: '\${ .a } and \${ .b }'
        k: '"a" + .b'
        l: close
        m: length
        n: trim
        o: $undefined
        p: $SECRET.x + "y"
  ${end}`,
      functions,
    ),
  );
  const does = stateOf(workflow, "A", "operation").actions[0]?.does;
  assert.ok(does?.kind === "function" && does.arguments?.kind === "object");
  const shown = does.arguments.entries.map(({ key, value }) => {
    if (value.kind === "expression") return `${key} ${value.expression.text} | ${value.literal}`;
    return value.kind === "literal" ? `${key} ${value.json}` : key;
  });
  assert.deepEqual(shown, [
    'a "Create OCP Namespace workflow"',
    "b .x | .x",
    "c .x | ${ .x }",
    "d .x | {{ .x }}",
    'e "Hello \\(.name)" | Hello \\(.name)',
    "f .a + .b | undefined",
    'g ""',
    'h "# a title"',
    "i 42 | 42",
    'j "${ .a } and ${ .b }"',
    'k "a" + .b | "a" + .b',
    'l "close"',
    "m length | length",
    'n "trim"',
    'o "$undefined"',
    'p $SECRET.x + "y" | $SECRET.x + "y"',
  ]);
});

test("expressions and literals, strictly", () => {
  const text = withState(
    `- {name: A, type: operation, actions: [{functionRef: {refName: log, arguments: {a: .x, b: '\${ .x }'}}}], ${end}}`,
    `${functions}metadata: {autoflow.dev/expressions: strict, autoflow.dev/merge: specification}\n`,
  );
  const workflow = workflowOf(text);
  assert.equal(workflow.merge, "specification");
  const does = stateOf(workflow, "A", "operation").actions[0]?.does;
  assert.ok(does?.kind === "function" && does.arguments?.kind === "object");
  assert.deepEqual(
    does.arguments.entries.map(({ value }) => value.kind),
    ["literal", "expression"],
  );
  assert.ok(!JSON.stringify(does.arguments).includes('"literal":"'));
});

test("an expression's error has its place inside the text", () => {
  assert.match(
    problemsOf(
      withState(
        `- {name: A, type: switch, dataConditions: [{condition: "\${ .a ==  }", ${end}}], defaultCondition: {${end}}}`,
      ),
    )[0] ?? "",
    /^error test\.sw\.yaml:5:\d\d EXPRESSION_INVALID: a condition of state "A" is no expression/,
  );
  const block = withState(
    `- name: A\n  type: inject\n  data: {}\n  ${end}\n  stateDataFilter:\n    output: |\n      {a: 1,\n       b: )}\n`,
  );
  assert.match(problemsOf(block)[0] ?? "", /^error test\.sw\.yaml:12:11 EXPRESSION_INVALID/);
});

test("a text that begins as an expression does and is none is told", () => {
  const told = (text: string) =>
    problemsOf(
      withState(
        `- {name: A, type: operation, actions: [{functionRef: {refName: log, arguments: {a: ${JSON.stringify(text)}}}}], ${end}}`,
        "functions:\n- {name: log, type: custom, operation: sysout}\n",
      ),
    ).filter((problem) => problem.includes("literal-like-expression")).length;
  for (const text of ['"hello " + (.who', ".a | nofn", "$SECRET.x +", '(.a + "b"', '"never closed', "[.a, .b"]) {
    assert.equal(told(text), 1, text);
  }
  for (const text of [
    "plain text",
    ".a",
    '"a"',
    "Hello (you",
    "costs $5",
    "a | b",
    "5.x",
    "[bracket",
    '"it" is quoted',
  ]) {
    assert.equal(told(text), 0, text);
  }
});

test("what cannot run is told with its place", () => {
  const cases: [string, RegExp][] = [
    [withState("- {name: '#end', type: inject, end: true}"), /is the name of a node of the graph/],
    ["[]", /1:1 WORKFLOW_INVALID: a workflow has to be an object, got a list/],
    ["", /1:1 WORKFLOW_INVALID: the file is empty/],
    ["document: {dsl: 1.0.0}\ndo: []\n", /DSL 1\.0/],
    [workflowText("states: []\n"), /the workflow has no states/],
    [workflowText(oneState, "start: B\n"), /4:8 WORKFLOW_INVALID: there is no state "B"/],
    [
      withState("- {name: A, type: inject, data: {}, transition: Bee}\n- {name: Be, type: inject, end: true}"),
      /there is no state "Bee"; did you mean Be\?/,
    ],
    [
      withState("- {name: A, type: inyect, end: true}"),
      /5:19 WORKFLOW_INVALID: type of state "A" has to be event, .* did you mean inject\?/,
    ],
    [withState("- {type: inject, end: true}"), /state 1 has no name/],
    [withState("- {name: A, type: sleep, end: true}"), /state "A" has no duration/],
    [
      withState("- {name: A, type: sleep, duration: 5s, end: true}"),
      /duration of state "A" has to be an ISO 8601 duration/,
    ],
    [withState("- {name: A, type: operation, actions: [{functionRef: no}], end: true}"), /there is no function "no"/],
    [
      withState("- {name: A, type: operation, actions: [{name: x}], end: true}"),
      /action A\/1 has to have one of functionRef/,
    ],
    [withState("- {name: A, type: callback, eventRef: e, end: true}"), /there is no event "e"/],
    [withState("- {name: A, type: inject, data: 5, end: true}"), /data of state "A" has to be an object, got number 5/],
    [withState("- {name: A, type: parallel, end: true}"), /state "A" has no branches/],
    [withState("- {name: A, type: switch}"), /has no dataConditions and no eventConditions/],
    [
      withState("- {name: A, type: inject, end: true}\n- {name: A, type: inject, end: true}"),
      /6:10 WORKFLOW_INVALID: there are two states of the name "A"/,
    ],
    [withState("- {name: A, type: inject, end: true, onErrors: [{errorRef: x, end: true}]}"), /there is no error "x"/],
    [workflowText(oneState, "expressionLang: cel\n"), /expressionLang of the workflow has to be jq or jsonpath/],
    [workflowText(oneState, "specVersion: '1.0'\n"), /is not supported/],
    [workflowText(oneState, "start: {schedule: often}\n"), /an interval has to be like/],
    [workflowText(oneState, "start: {schedule: {cron: '* *'}}\n"), /five to seven fields/],
    [
      workflowText(oneState, "metadata: {autoflow.dev/merge: deep}\n"),
      /has to be sonataflow or specification, got deep/,
    ],
    [
      workflowText(oneState, "dataInputSchema: none.json\n"),
      /4:18 WORKFLOW_REFERENCE_MISSING: there is no file none\.json/,
    ],
  ];
  for (const [text, message] of cases) {
    const told = problemsOf(text).filter((one) => one.startsWith("error"));
    assert.ok(
      told.some((one) => message.test(one)),
      `${text}\n${told.join("\n")}`,
    );
  }
});

test("unknown fields are warnings with a hint", () => {
  assert.deepEqual(
    problemsOf(withState("- {name: A, type: inject, dta: {a: 1}, data: {}, end: true}", "kepActive: true\n")),
    [
      'warning test.sw.yaml:6:27 unknown-field: state "A" has no field dta: it means nothing; did you mean data?',
      "warning test.sw.yaml:4:1 unknown-field: the workflow has no field kepActive: it means nothing; did you mean keepActive?",
    ],
  );
});

test("definitions in files of their own, and schemas with what they refer to", () => {
  const { workflow, problems } = checkFiles({
    "flows/a.sw.json": JSON.stringify({
      id: "a",
      specVersion: "0.8",
      version: "1",
      functions: "defs/functions.yaml",
      events: "classpath:defs/events.json",
      errors: "file://defs/errors.yaml",
      constants: "defs/constants.json",
      secrets: "defs/secrets.json",
      dataInputSchema: { schema: "schemas/in.json", failOnValidationErrors: false },
      extensions: [
        { extensionid: "workflow-output-schema", outputSchema: { schema: { type: "object", properties: {} } } },
      ],
      states: [{ name: "A", type: "operation", actions: [{ functionRef: "f" }], end: true }],
    }),
    "flows/defs/functions.yaml": "functions:\n- {name: f, type: expression, operation: .a}\n",
    "src/main/resources/defs/events.json": '[{"name": "e", "type": "t"}]',
    "flows/defs/errors.yaml": "- {name: x, code: '5..'}\n",
    "flows/defs/constants.json": '{"constants": {"10": 1, "9": 2}}',
    "flows/defs/secrets.json": '["a", "b"]',
    "flows/schemas/in.json": '{"$ref": "parts.yaml#/definitions/x"}',
    "flows/schemas/parts.yaml": "definitions:\n  x: {type: object}\n",
    "flows/application.properties": "a.b = 1\n%dev.a.b=2\n",
    "application.properties": "a.b = 0\nc: d\\\n  e\n",
  });
  assert.deepEqual(problems.diagnostics.map(line), []);
  assert.equal(workflow?.functions[0]?.at.file, "flows/defs/functions.yaml");
  assert.equal(workflow?.events[0]?.name, "e");
  assert.equal(workflow?.errors[0]?.code, "5..");
  assert.equal(workflow?.constants, '{"10":1,"9":2}');
  assert.deepEqual(workflow?.secrets, ["a", "b"]);
  assert.equal(workflow?.input?.failOnValidationErrors, false);
  assert.deepEqual(workflow?.input?.schema, {
    path: "flows/schemas/in.json",
    documents: {
      "flows/schemas/in.json": '{"$ref":"parts.yaml#/definitions/x"}',
      "flows/schemas/parts.yaml": '{"definitions":{"x":{"type":"object"}}}',
    },
  });
  assert.equal(workflow?.output?.schema.path, "flows/a.sw.json");
  const values = new Map(workflow?.properties.map(({ key, value }) => [key, value]));
  assert.equal(values.get("a.b"), "1");
  assert.equal(values.get("c"), "de");
});

test("correlation: a value in ${ } is an expression, which an event that starts runs cannot have evaluated", () => {
  const events = `events:\n- {name: in, type: t, correlation: [{contextAttributeName: k, contextAttributeValue: "\${ .a }"}, {contextAttributeName: l, contextAttributeValue: .a}]}\n`;
  const state = `- {name: A, type: event, onEvents: [{eventRefs: [in], actions: []}], ${end}}`;
  const { correlation } = workflowOf(withState(state, events)).events[0]!;
  assert.equal(correlation[0]!.contextAttributeExpression?.text, ".a");
  assert.deepEqual(correlation[1], { contextAttributeName: "l", contextAttributeValue: ".a" });
  assert.match(problemsOf(withState(state, events)).join("\n"), /warning .* start-correlation: event "in" starts runs/);
});
