/** The proof itself: evidence of a good run proves, and every kind of damage to it is noticed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryEntry } from "../../src/core/run.ts";
import type { WireText } from "../../src/core/wire.ts";
import type { LedgerEntry, StepReport } from "./ledger-entry.ts";
import { type Evidence, prove, type RunWithHistory } from "./prove.ts";
import type { Story } from "./sender.ts";

const origin = { file: "main.star", line: 1, column: 1 };

/** A run of two steps that consumed one event and one signal; the first step needed two attempts. */
function goodEvidence() {
  const common = { run: "r", handler: "race", event: "e" };
  const first: StepReport = { ...common, step: 1, before: null, consumed: ["m"] };
  const last: StepReport = { ...common, step: 2, before: 2, poked: 0, branches: 1, last: true, answers: [2] };
  const entry = (number: number, key: string, attempt: number, step: StepReport): LedgerEntry => ({
    number,
    path: "/steps",
    key,
    attempt,
    step,
    answered: number === 1 ? 503 : 200,
  });
  const call = (n: number): HistoryEntry["effect"] => ({
    kind: "call",
    n,
    origin,
    action: "http",
    input: '{"url":"http://ledger/steps"}' as WireText,
  });
  const branch = (number: number, n: number, step: Partial<StepReport>): LedgerEntry => ({
    ...entry(number, `r:b${number}`, 1, { ...common, step: n, before: null, branch: 0, ...step }),
    path: "/branches",
    answered: 200,
  });
  const log = { kind: "log" as const, n: 3, origin, level: "info" as const, message: "finished race e" };
  const history: HistoryEntry[] = [
    { seq: 1, time: 0, kind: "started", text: "" },
    { seq: 2, time: 0, kind: "effect", text: "", effect: call(1)! },
    { seq: 3, time: 0, kind: "arrival", text: "", arrival: { kind: "answer", seq: 1, time: 0, effect: 1 } },
    { seq: 4, time: 0, kind: "effect", text: "", effect: call(2)! },
    { seq: 5, time: 0, kind: "arrival", text: "", arrival: { kind: "answer", seq: 2, time: 0, effect: 2 } },
    { seq: 6, time: 0, kind: "effect", text: "", effect: log },
    { seq: 7, time: 0, kind: "ended", text: "succeeded" },
  ];
  const branches = [branch(4, 1, {}), branch(5, 2, { before: 4, last: true, answers: [4] })];
  return {
    stories: [{ event: "e", handler: "race", consumes: ["m"], pokes: 1, counts: 0 }] as Story[],
    otherEvents: ["n"],
    events: ["e", "m", "n"],
    ledger: [entry(1, "r:1", 1, first), entry(2, "r:1", 2, first), entry(3, "r:2", 1, last), ...branches],
    runs: [{ id: "r", trigger: "race", state: "succeeded", eventId: "e", history }] as RunWithHistory[],
  };
}

type Good = ReturnType<typeof goodEvidence>;

const damages: Record<string, { damage: (evidence: Good) => void; noticed: RegExp }> = {
  "an acknowledged event that started nothing": {
    damage: ({ stories }) => stories.push({ event: "f", handler: "race", consumes: [], pokes: 0, counts: 0 }),
    noticed: /f started 0 runs/,
  },
  "an event that started two runs": {
    damage: ({ ledger, runs }) => {
      for (const { step, ...rest } of ledger.slice()) {
        ledger.push({ ...rest, number: rest.number + 3, key: `s${rest.key}`, step: { ...step, run: "s" } });
      }
      runs.push({ ...runs[0]!, id: "s" });
    },
    noticed: /e started 2 runs/,
  },
  "an acknowledged event for nobody that is not in the log": {
    damage: ({ events }) => events.pop(),
    noticed: /n was acknowledged and is not in the log/,
  },
  "an acknowledged event for a wait that is not in the log": {
    damage: ({ events }) => events.splice(1, 1),
    noticed: /m was acknowledged and is not in the log/,
  },
  "an event that is in the log twice": {
    damage: ({ events }) => events.push("e"),
    noticed: /1 events are in the log twice/,
  },
  "an event for nobody that was handled": {
    damage: ({ stories, otherEvents }) => otherEvents.push(stories.pop()!.event),
    noticed: /nobody sent e, and it was handled/,
  },
  "a run that nobody knows of": {
    damage: ({ stories }) => stories.splice(0),
    noticed: /nobody sent e/,
  },
  "a step under two keys": {
    damage: ({ ledger }) => (ledger[1]!.key = "r:9"),
    noticed: /step 1 has two keys/,
  },
  "one key for two steps": {
    damage: ({ ledger }) => (ledger[2]!.key = "r:1"),
    noticed: /the key r:1 was used for two calls/,
  },
  "a call without a key": {
    damage: ({ ledger }) => (ledger[2]!.key = ""),
    noticed: /request 3 has no idempotency key/,
  },
  "a step that was performed again after the next one": {
    damage: ({ ledger }) => ledger.push({ ...ledger[1]!, number: 4, attempt: 3 }),
    noticed: /step 1 was performed again, after step 2/,
  },
  "a step that is missing": {
    damage: ({ ledger }) => ledger.splice(0, 2),
    noticed: /step 2 came after step 0/,
  },
  "an answer that was forgotten and replaced by another": {
    damage: ({ ledger }) => (ledger[2]!.step.before = 1),
    noticed: /step 2 knows 1 of the step before, the ledger said 2/,
  },
  "answers that the state does not remember": {
    damage: ({ ledger }) => (ledger[2]!.step.answers = [1]),
    noticed: /remembers 1, the ledger said 2/,
  },
  "a run that never finished": {
    damage: ({ ledger }) => ledger.splice(2),
    noticed: /never finished/,
  },
  "a run that failed": {
    damage: ({ runs }) => (runs[0]!.state = "failed"),
    noticed: /is failed/,
  },
  "a fiber that is missing": {
    damage: ({ ledger }) => ledger.splice(3),
    noticed: /has had 1 fibers, the ledger knows 0/,
  },
  "a fiber's step that was performed again after the next one": {
    damage: ({ ledger }) => ledger.push({ ...ledger[3]!, number: 6, attempt: 2 }),
    noticed: /fiber r 0: .*step 1 was performed again, after step 2/,
  },
  "a fiber that never finished": {
    damage: ({ ledger }) => ledger.splice(4),
    noticed: /fiber r 0: .*never finished/,
  },
  "a run that is held back": {
    damage: ({ runs }) => (runs[0]!.state = "suspended"),
    noticed: /is suspended/,
  },
  "a line that was printed twice": {
    damage: ({ runs }) => (runs[0]!.history = [...runs[0]!.history, runs[0]!.history[5]!]),
    noticed: /printed its last line 2 times/,
  },
  "an arrival that came twice": {
    damage: ({ runs }) => (runs[0]!.history = runs[0]!.history.toSpliced(3, 0, runs[0]!.history[2]!)),
    noticed: /arrivals out of order or twice/,
  },
  "a turn that is missing in the history": {
    damage: ({ runs }) => (runs[0]!.history = runs[0]!.history.toSpliced(3, 1)),
    noticed: /effects out of order or twice/,
  },
  "a message that a lost wait took": {
    damage: ({ ledger }) => ledger.slice(0, 2).forEach(({ step }) => (step.consumed = [])),
    noticed: /was sent \[m\] and received \[\]/,
  },
  "a message that was received twice": {
    damage: ({ ledger }) => (ledger[2]!.step.consumed = ["m"]),
    noticed: /was sent \[m\] and received \[m,m\]/,
  },
  "a signal that was lost": {
    damage: ({ stories }) => (stories[0]!.pokes = 2),
    noticed: /was poked 2 times, got \[0\]/,
  },
  "an emitted event that started nothing": {
    damage: ({ ledger }) => (ledger[2]!.step.emitted = ["r:7"]),
    noticed: /r:7 started 0 runs/,
  },
  "a result that is wrong": {
    damage: ({ stories, ledger }) => {
      stories[0]!.counts = 50;
      Object.assign(ledger[2]!.step, { counted: 50, total: 1 });
    },
    noticed: /counted to 50 and got 1/,
  },
};

test("good evidence proves", () => assert.deepEqual(prove(goodEvidence() satisfies Evidence), []));

for (const [name, { damage, noticed }] of Object.entries(damages)) {
  test(`${name} is noticed`, () => {
    const evidence = structuredClone(goodEvidence());
    damage(evidence);
    const problems = prove(evidence);
    assert.ok(
      problems.some((problem) => noticed.test(problem)),
      JSON.stringify(problems, undefined, 1),
    );
  });
}
