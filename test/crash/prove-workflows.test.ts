/** The proof for workflows itself: evidence of good runs proves, and every kind of damage to it is noticed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryEntry } from "../../src/core/run.ts";
import type { CallReport, LedgerEntry } from "./ledger-entry.ts";
import { proveWorkflows, type WorkflowEvidence, type WorkflowRun } from "./prove-workflows.ts";
import type { WorkflowStory } from "./workflow-plans.ts";

const tickMs = 2000;

/** Writes a ledger: every call is answered, with the number of its request. */
class Scribe {
  readonly ledger: LedgerEntry<CallReport>[] = [];

  /** Answers the request's number. */
  call(report: CallReport, answered: LedgerEntry["answered"] = 200): number {
    const number = this.ledger.length + 1;
    const key = `key of ${report.story} ${report.call}`;
    const attempt = this.ledger.filter((entry) => entry.key === key).length + 1;
    const path = answered === 500 ? "/workflows/refused" : "/workflows";
    this.ledger.push({ number, path, key, attempt, step: report, answered });
    return number;
  }

  /** Calls of a run, one after the other; answers their numbers by their names. */
  inTurn(about: Omit<CallReport, "call">, ...calls: string[]): Record<string, number> {
    const seen: Record<string, number> = {};
    for (const call of calls) seen[call] = this.call({ ...about, call, sees: { ...seen } });
    return seen;
  }
}

const origin = { file: "fan.sw.yaml", line: 1, column: 1 };

function history(): HistoryEntry[] {
  return [
    { seq: 1, time: 0, kind: "started", text: "" },
    { seq: 2, time: 0, kind: "effect", text: "", effect: { kind: "sleep", n: 1, origin, until: 1 } },
    { seq: 3, time: 0, kind: "arrival", text: "", arrival: { kind: "answer", seq: 1, time: 0, effect: 1 } },
    { seq: 4, time: 0, kind: "effect", text: "", effect: { kind: "sleep", n: 2, origin, until: 1 } },
    { seq: 5, time: 0, kind: "arrival", text: "", arrival: { kind: "answer", seq: 2, time: 0, effect: 2 } },
  ];
}

function run(id: string, workflow: string, data: WorkflowRun["data"]): WorkflowRun {
  return { id, workflow, state: "succeeded", createdAt: 1000, data, history: history() };
}

/** One story of each kind. */
function goodEvidence() {
  const scribe = new Scribe();
  const runs = [...order(scribe), ...fan(scribe), ...family(scribe), ...booking(scribe), ...repair(scribe)];
  const tick = scribe.inTurn({ workflow: "tick", run: "T", story: "T" }, "ticked", "tocked");
  runs.push({ ...run("T", "tick", { seen: tick }), createdAt: 5 * tickMs + 3 });
  const story = (kind: WorkflowStory["kind"], id: string, elements = 0): WorkflowStory => ({
    story: kind,
    kind,
    run: id,
    receives: [],
    elements,
  });
  const { run: _, ...ordered } = story("order", "O");
  return {
    stories: [
      { ...ordered, receives: ["approval", "payment"] },
      story("fan", "F", 2),
      story("family", "P"),
      story("booking", "B"),
      story("repair", "R"),
    ] as WorkflowStory[],
    ledger: scribe.ledger,
    runs,
    tickMs,
    tickedUntil: 5 * tickMs + 3,
  };
}

function order(scribe: Scribe): WorkflowRun[] {
  const seen = scribe.inTurn({ workflow: "order", run: "O", story: "order" }, "placed", "asked");
  const last = { workflow: "order", run: "O", story: "order", call: "shipped", sees: { ...seen } };
  seen["shipped"] = scribe.call({ ...last, received: ["approval", "payment"] });
  const delivered = scribe.inTurn({ workflow: "delivery", run: "D", story: "order" }, "underway", "delivered");
  return [run("O", "order", { story: "order", seen }), run("D", "delivery", { story: "order", seen: delivered })];
}

function fan(scribe: Scribe): WorkflowRun[] {
  const about = { workflow: "fan", run: "F", story: "fan" };
  const seen = {
    ...scribe.inTurn(about, "left1", "left2"),
    ...scribe.inTurn(about, "middle1", "middle2"),
    ...scribe.inTurn(about, "right1"),
  };
  const elements = ["element1", "element2"].map((call) => [call, scribe.call({ ...about, call, sees: { ...seen } })]);
  Object.assign(seen, Object.fromEntries(elements));
  const finished = scribe.call({ ...about, call: "finished", sees: { ...seen } });
  return [run("F", "fan", { story: "fan", seen: { ...seen, finished } })];
}

function family(scribe: Scribe): WorkflowRun[] {
  const story = "family";
  const straggler = scribe.inTurn({ workflow: "straggler", run: "S", story }, "strays", "arrives");
  const child = scribe.inTurn({ workflow: "child", run: "C", story }, "born", "grown");
  const finished = scribe.call({ workflow: "family", run: "P", story, call: "finished", sees: { ...child } });
  const parent = { runId: "P", effect: 1 };
  return [
    run("P", "family", { story, seen: { ...child, finished } }),
    { ...run("C", "child", { story, seen: child }), parent },
    { ...run("S", "straggler", { story, seen: straggler }), parent },
    { ...run("E", "endless", { story }), parent, state: "cancelled" },
  ];
}

function booking(scribe: Scribe): WorkflowRun[] {
  const about = { workflow: "booking", run: "B", story: "booking" };
  const seen = scribe.inTurn(about, "flight", "hotel");
  for (let i = 0; i < 3; i++) scribe.call({ ...about, call: "pay", sees: { ...seen } }, 500);
  for (const call of ["nohotel", "noflight", "finished"]) {
    seen[call] = scribe.call({ ...about, call, sees: { ...seen } });
  }
  return [run("B", "booking", { story: "booking", seen })];
}

function repair(scribe: Scribe): WorkflowRun[] {
  const about = { workflow: "repair", run: "R", story: "repair" };
  const seen = scribe.inTurn(about, "begun");
  scribe.call({ ...about, call: "ill", cure: false, sees: { ...seen } }, 500);
  seen["cured"] = scribe.call({ ...about, call: "cured", cure: true, sees: { ...seen } });
  seen["finished"] = scribe.call({ ...about, call: "finished", sees: { ...seen } });
  return [run("R", "repair", { story: "repair", seen })];
}

type Good = ReturnType<typeof goodEvidence>;

const entryOf = ({ ledger }: Good, story: string, call: string): LedgerEntry<CallReport> =>
  ledger.find(({ step }) => step.story === story && step.call === call)!;
const runOf = ({ runs }: Good, id: string): WorkflowRun => runs.find((each) => each.id === id)!;

/** Makes a call once more, after everything else. */
function again(evidence: Good, story: string, call: string, changes: Partial<LedgerEntry<CallReport>> = {}): void {
  evidence.ledger.push({ ...entryOf(evidence, story, call), number: evidence.ledger.length + 1, ...changes });
}

function remove(evidence: Good, story: string, call: string): void {
  evidence.ledger.splice(evidence.ledger.indexOf(entryOf(evidence, story, call)), 1);
}

const damages: Record<string, { damage: (evidence: Good) => void; noticed: RegExp }> = {
  "an acknowledged start that started nothing": {
    damage: ({ stories }) => stories.push({ ...stories[1]!, story: "fan-2", run: "F2" }),
    noticed: /fan-2 has 0 runs of fan/,
  },
  "a start that started two runs": {
    damage: (evidence) => evidence.runs.push({ ...runOf(evidence, "F"), id: "F2" }),
    noticed: /fan has 2 runs of fan/,
  },
  "an event that a run produced and that started nothing": {
    damage: (evidence) => evidence.runs.splice(evidence.runs.indexOf(runOf(evidence, "D")), 1),
    noticed: /order has 0 runs of delivery/,
  },
  "a run that nobody started": {
    damage: ({ stories }) => stories.splice(1, 1),
    noticed: /nobody told fan, and workflows ran/,
  },
  "another run than the server said": {
    damage: ({ stories }) => (stories[1]!.run = "F9"),
    noticed: /the server said that it has started F9, and it was F/,
  },
  "a run of another workflow": {
    damage: (evidence) => evidence.runs.push({ ...runOf(evidence, "F"), id: "X", workflow: "order" }),
    noticed: /fan has a run of order/,
  },
  "a run that failed": {
    damage: (evidence) => (runOf(evidence, "F").state = "failed"),
    noticed: /fan F is failed, not succeeded/,
  },
  "a run that is stuck": {
    damage: (evidence) => (runOf(evidence, "O").state = "waiting"),
    noticed: /order O is waiting, not succeeded/,
  },
  "a run that no operator has repaired": {
    damage: (evidence) => (runOf(evidence, "R").state = "failed"),
    noticed: /repair R is failed/,
  },
  "a child that was started twice": {
    damage: (evidence) => evidence.runs.push({ ...runOf(evidence, "C"), id: "C2" }),
    noticed: /family has 2 runs of child/,
  },
  "a child that goes on without its parent": {
    damage: (evidence) => (runOf(evidence, "E").state = "waiting"),
    noticed: /endless E is waiting, not cancelled/,
  },
  "a child that ended with its parent and should have gone on": {
    damage: (evidence) => (runOf(evidence, "S").state = "cancelled"),
    noticed: /straggler S is cancelled, not succeeded/,
  },
  "a child of nobody": {
    damage: (evidence) => delete runOf(evidence, "C").parent,
    noticed: /the parent of child C is undefined/,
  },
  "a parent that did not wait for its child": {
    damage: (evidence) => again(evidence, "family", "grown"),
    noticed: /grown was called again, after family: finished/,
  },
  "a call under two keys": {
    damage: (evidence) => again(evidence, "fan", "finished", { key: "other" }),
    noticed: /fan: finished has 2 keys/,
  },
  "a further try under another key": {
    damage: ({ ledger }) => (ledger.findLast(({ step }) => step.call === "pay")!.key = "other"),
    noticed: /booking: pay has 2 keys/,
  },
  "one key for two calls": {
    damage: (evidence) => (entryOf(evidence, "fan", "left2").key = entryOf(evidence, "fan", "left1").key),
    noticed: /was used for two calls/,
  },
  "a call without a key": {
    damage: (evidence) => (entryOf(evidence, "fan", "left2").key = ""),
    noticed: /has no idempotency key/,
  },
  "an action that was never performed": {
    damage: (evidence) => remove(evidence, "fan", "element2"),
    noticed: /fan: element2 was never called/,
  },
  "a call that was never answered": {
    damage: (evidence) => (entryOf(evidence, "fan", "finished").answered = 503),
    noticed: /fan: finished was never answered/,
  },
  "a call that was not tried again": {
    damage: (evidence) => remove(evidence, "booking", "pay"),
    noticed: /booking: pay was tried 2 times of 3/,
  },
  "a call that is not part of the workflow": {
    damage: (evidence) => again(evidence, "family", "finished", { key: "k", step: awakened }),
    noticed: /family: nobody asked for the call awakened/,
  },
  "a call by another run": {
    damage: (evidence) => (entryOf(evidence, "fan", "right1").step.run = "F2"),
    noticed: /fan: right1 was called by F2, the run is F/,
  },
  "a call that was made again after the next one": {
    damage: (evidence) => again(evidence, "fan", "left1", { answered: 503 }),
    noticed: /left1 was called again, after fan: left2/,
  },
  "compensation in the wrong order": {
    damage: (evidence) => {
      const [hotel, flight] = [entryOf(evidence, "booking", "nohotel"), entryOf(evidence, "booking", "noflight")];
      [hotel.step.call, flight.step.call] = ["noflight", "nohotel"];
    },
    noticed: /booking: nohotel sees \[flight,hotel,nohotel\], it has to see \[flight,hotel\]/,
  },
  "compensation that is missing": {
    damage: (evidence) => remove(evidence, "booking", "noflight"),
    noticed: /booking: noflight was never called/,
  },
  "an answer that was forgotten and replaced by another": {
    damage: (evidence) => (entryOf(evidence, "fan", "left2").step.sees!["left1"] = 77),
    noticed: /fan: left2 knows 77 of left1/,
  },
  "results of a collection in the wrong order": {
    damage: (evidence) => {
      const { seen } = runOf(evidence, "F").data;
      [seen!["element1"], seen!["element2"]] = [seen!["element2"]!, seen!["element1"]!];
    },
    noticed: /fan F ends with \d+ for element1/,
  },
  "a branch's result that is lost": {
    damage: (evidence) => delete runOf(evidence, "F").data.seen!["left2"],
    noticed: /fan F ends with undefined for left2/,
  },
  "a result that nothing has answered": {
    damage: (evidence) => (runOf(evidence, "B").data.seen!["pay"] = 3),
    noticed: /booking B ends with 3 for pay, the ledger said undefined/,
  },
  "an event for a wait that another got": {
    damage: (evidence) => (entryOf(evidence, "order", "shipped").step.received = ["approval", "other payment"]),
    noticed: /was sent \[approval,payment\] and received \[approval,other payment\]/,
  },
  "events that nobody received": {
    damage: (evidence) => delete entryOf(evidence, "order", "shipped").step.received,
    noticed: /order: was sent \[approval,payment\] and received \[\]/,
  },
  "a start by the clock that came twice": {
    damage: (evidence) => evidence.runs.push({ ...runOf(evidence, "T"), id: "T2", createdAt: 5 * tickMs + 900 }),
    noticed: /the clock has started T,T2 for one time/,
  },
  "a clock that has stopped": {
    damage: (evidence) => (evidence.tickedUntil += tickMs),
    noticed: /the clock has started nothing in the end/,
  },
  "a start by the clock that did nothing": {
    damage: (evidence) => remove(evidence, "T", "tocked"),
    noticed: /T: tocked was never called/,
  },
  "a run that began twice": {
    damage: (evidence) => (runOf(evidence, "F").history = [history()[0]!, ...history()]),
    noticed: /fan F has 2 entries "started"/,
  },
  "an arrival that came twice": {
    damage: (evidence) => (runOf(evidence, "F").history = history().toSpliced(3, 0, history()[2]!)),
    noticed: /arrivals out of order or twice/,
  },
  "a turn that is missing in the history": {
    damage: (evidence) => (runOf(evidence, "F").history = history().toSpliced(1, 1)),
    noticed: /effects out of order or twice/,
  },
};

const awakened: CallReport = { workflow: "endless", run: "E", story: "family", call: "awakened" };

test("good evidence of workflows proves", () =>
  assert.deepEqual(proveWorkflows(goodEvidence() satisfies WorkflowEvidence), []));

for (const [name, { damage, noticed }] of Object.entries(damages)) {
  test(`workflows: ${name} is noticed`, () => {
    const evidence = goodEvidence();
    damage(evidence);
    const problems = proveWorkflows(evidence);
    assert.ok(
      problems.some((problem) => noticed.test(problem)),
      JSON.stringify(problems, undefined, 1),
    );
  });
}
