/** `ask`, seen from outside. Every turn is computed by a restored machine as well. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { WireValue } from "../../../core/wire.ts";
import { Run, startTime } from "../testing/handler-run.ts";

interface Asked {
  kind: string;
  task: Record<string, unknown>;
  path?: string;
}

const decided = (more: Record<string, WireValue> = {}): Record<string, WireValue> => {
  const answer = {
    action: "approve",
    values: null,
    comment: "ok",
    by: "ada",
    at: startTime + 60_000,
    via: "api",
    ...more,
  };
  return { ...answer, answers: [answer] };
};

const show = "print(a.action, a.values, a.by, a.comment, a.via, a.at.format('15:04'), [x.by for x in a.answers])";

/** Numbers of the open effects of a kind. */
function open(run: Run, kind: string): number[] {
  return [...run.open.values()].filter((effect) => effect.kind === kind).map(({ n }) => n);
}

/** What it asks GitLab, as "METHOD path body". */
function calls(run: Run): string[] {
  return run.effects.flatMap((effect) => {
    if ((effect as { kind: string }).kind !== "call") return [];
    const { method, path, body } = JSON.parse((effect as { input: string }).input) as {
      method: string;
      path: string;
      body?: { body: string };
    };
    return [`${method} ${path}${body === undefined ? "" : ` ${body.body}`}`];
  });
}

/** The call that is under way is answered. */
function answerCall(run: Run, body: WireValue = {}): Run {
  return run.answer(open(run, "call")[0]!, { status_code: 200, body, next: null });
}

const user = { id: 5, username: "ada" };

function comment(note: string, by = user): object {
  return {
    id: "c",
    type: "com.gitlab.events.note_created",
    data: { user: by, object_attributes: { note, system: false } },
  };
}

function labelled(previous: string[], current: string[]): object {
  const titles = (labels: string[]) => labels.map((title) => ({ title }));
  const changes = { labels: { previous: titles(previous), current: titles(current) } };
  return { id: "l", type: "com.gitlab.events.issue_updated", data: { user, changes } };
}

test("a task is asked with everything that is said of it, and its answer is a struct", () => {
  const run = new Run(
    `a = w.ask("Go?", body="**b**", actions=["yes", "no"], assignees=["@ada", "ben"], groups="a/b", quorum=2, allow_self=True, timeout="1h", label="gate")\n${show}`,
  );
  const [{ task }, sleep] = run.effects as [Asked, object];
  assert.deepEqual(task, {
    title: "Go?",
    body: "**b**",
    actions: ["yes", "no"],
    assignees: ["ada", "ben"],
    groups: ["a/b"],
    quorum: 2,
    allowSelf: true,
    due: startTime + 3_600_000,
  });
  assert.deepEqual(sleep, { kind: "sleep", until: startTime + 3_600_000 });
  assert.equal(run.last.effects[0]!.origin.label, "gate");
  run.answer(1, decided());
  assert.deepEqual(run.printed, ['approve None ada ok api 09:01 ["ada"]']);
  assert.equal(run.open.size, 0);
});

test("a form brings values, and the first action is to submit it", () => {
  const run = new Run(
    'a = w.ask("Why?", form={"type": "object", "ui:order": ["x"]})\nprint(a.values.x, a.values["y"][0])',
  );
  const [{ task }] = run.effects as [Asked];
  assert.deepEqual([task["actions"], task["form"]], [["submit"], '{"type":"object","ui:order":["x"]}']);
  assert.deepEqual(run.answer(1, decided({ values: { x: 1, y: [true] } })).printed, ["1 True"]);
});

test("when the time is over the task ends, and the run fails", () => {
  const run = new Run('w.ask("Go?", due="2026-11-24T10:00:00Z")').tick();
  const [amend, cancel] = run.effects;
  assert.deepEqual(amend, { kind: "amend", target: 1, amendment: { expired: true } });
  assert.deepEqual(cancel, { kind: "cancel", target: 1 });
  const { outcome } = run.last;
  assert.equal(outcome?.kind === "failed" && outcome.error.code, "TASK_EXPIRED");
  assert.match(run.error, /nobody answered in time: Go\?/);
});

test("what happens when the time is over can be an action, a value, or what a function says", () => {
  const after = (argument: string): string[] =>
    new Run(`a = w.ask("Go?", timeout=60, on_timeout=${argument})\nprint(a)`).tick().printed;
  assert.deepEqual(after("None"), ["None"]);
  assert.deepEqual(after("7"), ["7"]);
  assert.deepEqual(after('lambda: "late"'), ["late"]);
  const run = new Run(`a = w.ask("Go?", timeout=60, on_timeout="deny")\n${show}`).tick();
  assert.deepEqual(run.printed, ["deny None None None timeout 09:01 []"]);
  const caught = new Run('r = w.attempt(w.ask, "Go?", timeout=1)\nprint(r.ok, r.error.code)').tick();
  assert.deepEqual(caught.printed, ["False TASK_EXPIRED"]);
});

test("people are reminded again and again, and others asked too", () => {
  const run = new Run('w.ask("Go?", assignees="ada", timeout="10h", remind="4h", escalate_to=["cy", "group:top/ops"])');
  const happened: object[] = [];
  for (let i = 0; i < 4; i++) happened.push(run.tick().effects[0]!);
  const note = (text: string, more = {}) => ({ kind: "amend", target: 1, amendment: { ...more, note: text } });
  assert.deepEqual(happened, [
    note("reminded"),
    note("escalated", { assignees: ["cy"], groups: ["top/ops"] }),
    note("reminded"),
    { kind: "amend", target: 1, amendment: { expired: true } },
  ]);
  const listed = new Run('w.ask("Go?", remind=["2h", "1h"])').tick().tick();
  assert.deepEqual(open(listed, "sleep"), []);
  assert.equal(listed.output.length, 0);
});

test("a task about an issue is told there, and a comment answers it", () => {
  const run = new Run(`a = w.ask("Go?", issue={"iid": 7, "project_id": 42}, assignees=["ada"], timeout="1h")\n${show}`);
  const [ask, hear] = run.effects as [Asked, { filter: object; since: string }];
  assert.deepEqual(ask.task["linked"], { project: "42", kind: "issue", iid: 7 });
  assert.deepEqual(hear.filter, {
    types: ["com.gitlab.events.note_created"],
    fields: [
      { path: ["object_attributes", "noteable_type"], anyOf: ["Issue"] },
      { path: ["issue", "iid"], anyOf: [7] },
    ],
  });
  assert.equal(hear.since, "now");
  const [asked] = calls(run);
  assert.match(
    asked!,
    /^POST projects\/42\/issues\/7\/notes \*\*Go\?\*\*\n\n@ada\n\nAnswer with a comment whose first line is `approve` or `deny`\.\n\nUntil 2026-11-24 10:00 UTC\.$/,
  );
  answerCall(run);
  run.event(open(run, "await")[0]!, comment("I would approve"), 3);
  assert.deepEqual(
    run.effects.map((effect) => (effect as Asked).kind),
    ["await"],
  );
  assert.equal((run.effects[0] as { since: number }).since, 3);
  run.event(open(run, "await")[0]!, comment("/Approve: looks good\n\nreally"), 4);
  assert.deepEqual(run.effects[1], {
    kind: "reply",
    target: 1,
    answer: {
      action: "approve",
      by: "ada",
      at: startTime + 3000,
      via: "comment",
      comment: "looks good\n\nreally",
      memberOf: [],
    },
  });
  run.answer(1, decided({ via: "comment" }));
  assert.deepEqual(run.printed, ['approve None ada ok comment 09:01 ["ada"]']);
  assert.equal(run.open.size, 0);
});

test("a label that is added answers it; members of its groups are looked for", () => {
  const run = new Run('a = w.ask("Go?", issue=7, labels={"approve": "go"}, groups="a/b")\nprint(a.via)');
  assert.match(calls(run)[0]!, /Or add a label: ~"go" for approve\./);
  answerCall(run);
  const change = open(run, "await")[1]!;
  run.event(change, labelled(["go"], ["go", "x"]), 3);
  assert.deepEqual(calls(run), []);
  run.event(open(run, "await").at(-1)!, labelled([], ["go"]), 4);
  assert.deepEqual(calls(run), ["GET groups/a%2Fb/members/all/5"]);
  answerCall(run, { id: 5 });
  const [{ kind, answer }] = run.effects as [{ kind: string; answer: object }];
  assert.deepEqual(
    [kind, answer],
    ["reply", { action: "approve", by: "ada", at: startTime + 4000, via: "label", memberOf: ["a/b"] }],
  );
  assert.deepEqual(run.answer(1, decided({ via: "label" })).printed, ["label"]);
});

test("one who is no member is told to the engine as such, and a comment that cannot be written is logged", () => {
  const run = new Run('w.ask("Go?", merge_request={"iid": 3, "target_project_id": 9}, groups=["a"])');
  const failure = { type: "gitlab", code: "GITLAB_STATUS", message: "404", retryable: false };
  run.fail(open(run, "call")[0]!, failure);
  assert.deepEqual(run.output, ["the comment about the task could not be written: 404"]);
  run.event(open(run, "await")[0]!, comment("deny"), 3);
  run.fail(open(run, "call")[0]!, failure);
  assert.deepEqual((run.effects[0] as { answer: { memberOf: string[] } }).answer.memberOf, []);
});

test("reminders are comments there, and the end too", () => {
  const run = new Run(
    'w.ask("Go?", issue=7, assignees="ada", timeout="2h", remind=["1h"], on_timeout=None)\nprint("over")',
  );
  answerCall(run).tick();
  assert.match(calls(run)[0]!, /\*\*Go\?\*\* still needs an answer\.\n\n@ada/);
  answerCall(run).tick();
  assert.match(calls(run)[0]!, /nobody has answered in time/);
  assert.deepEqual(answerCall(run).printed, ["over"]);
  assert.equal(run.open.size, 0);
});

test("an answer that comes while something is told is not lost", () => {
  const run = new Run(`a = w.ask("Go?", issue=7)\n${show}`).answer(1, decided());
  assert.deepEqual(run.printed, []);
  assert.deepEqual(answerCall(run).printed, ['approve None ada ok api 09:01 ["ada"]']);
});

test("fibers ask side by side, and a cancelled one takes its task along", () => {
  const run = new Run('f = w.go(w.ask, "A?")\ng = w.go(w.ask, "B?")\na = w.race({"f": f, "g": g})\nprint(a[0])');
  const [first] = open(run, "ask");
  run.answer(first!, decided());
  assert.deepEqual(run.printed, ["f"]);
  assert.equal(run.open.size, 0);
});

test("what is wrong with arguments is told", () => {
  const cases: [string, RegExp][] = [
    ["w.ask()", /ask: missing argument for title/],
    ['w.ask(" ")', /ask: title: want one line of 1 to 500 characters/],
    ['w.ask("a\\nb")', /ask: title: want one line/],
    ['w.ask("a", form="x")', /form/],
    ['w.ask("a", actions=[])', /ask: actions: want 1 to 20 different names/],
    ['w.ask("a", actions=["x", "x"])', /different names/],
    ['w.ask("a", actions=["x:y"])', /ask: actions: "x:y" is no name/],
    ['w.ask("a", assignees=[7])', /assignees: got int/],
    ['w.ask("a", quorum=0)', /ask: quorum: want an int from 1 to 100, got 0/],
    ['w.ask("a", quorum=2, assignees="ada")', /ask: quorum: 2 people have to agree, and only 1 may answer/],
    ['w.ask("a", issue=1, merge_request=1)', /give issue or merge_request, not both/],
    ['w.ask("a", issue="x")', /for parameter issue: got string, want its iid/],
    ['w.ask("a", labels={"approve": "x"})', /labels are of an issue or merge_request/],
    ['w.ask("a", issue=1, labels={"maybe": "x"})', /ask: labels: there is no action maybe/],
    ['w.ask("a", due=1, timeout=1)', /give due or timeout, not both/],
    ['w.ask("a", remind=0)', /ask: remind: want a second at least/],
    ['w.ask("a", escalate_to="b")', /escalate_to needs escalate_after/],
    ['w.ask("a", escalate_after="1h")', /escalate_after needs escalate_to/],
    [
      'w.ask("a", on_timeout="denied")',
      /ask: on_timeout: got "denied", want "fail", an action \("approve", "deny"\), or no text/,
    ],
  ];
  for (const [body, expected] of cases) assert.match(new Run(body).error, expected, body);
});
