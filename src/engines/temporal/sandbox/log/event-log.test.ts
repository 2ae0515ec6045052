import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { EventDecision } from "../../../../core/engine.ts";
import type { Filter } from "../../../../core/filter.ts";
import { fingerprint } from "../../../../core/hash.ts";
import type { ConcurrencyMode } from "../../../../core/program.ts";
import type { AppendItem, AppendOutcome, Candidate, RunReport } from "../../protocol/log.ts";
import { budgets, type LogCarry } from "./carry.ts";
import { EventLog, type Search } from "./event-log.ts";
import type { Entry } from "./outbox.ts";

const never = (): boolean => false;

/** A log whose outbox is emptied after every step; `sent` is what was in it. */
class Harness {
  now = 1_000_000;
  task = 1;
  log = this.#newLog();
  readonly sent: Entry[] = [];

  append(item: AppendItem): AppendOutcome {
    const outcome = this.log.take(item, () => true);
    this.#collect();
    return outcome;
  }

  report(report: Partial<RunReport> & { runId: string }): Search[] {
    const searches = this.log.report({
      n: 1,
      position: 0,
      heard: 0,
      definitionKey: "d",
      opens: [],
      closes: [],
      stands: "standing",
      ...report,
    });
    this.#collect();
    return searches;
  }

  /** In the form in which the next execution gets it. */
  renew(): void {
    const { carry, keys } = this.log.carry();
    this.log = this.#newLog();
    this.log.restore(JSON.parse(JSON.stringify(carry)) as LogCarry, keys);
  }

  deliveries(): [runId: string, effect: number, seq: number][] {
    return this.sent.flatMap((entry) =>
      entry.kind === "delivery" ? [[entry.runId, entry.effect, entry.seq] as [string, number, number]] : [],
    );
  }

  drop(runId: string): void {
    this.log.drop(runId);
    this.#collect();
  }

  failStart(runId: string, reason: string): void {
    this.log.failStart(runId, reason);
    this.#collect();
  }

  take(due: Candidate): EventDecision {
    const decision = this.log.takeTime(due);
    this.#collect();
    return decision;
  }

  found(...args: Parameters<EventLog["found"]>): void {
    this.log.found(...args);
    this.#collect();
  }

  #newLog(): EventLog {
    return new EventLog("1", { now: () => this.now, task: () => this.task });
  }

  #collect(): void {
    this.task++;
    const { outbox } = this.log;
    while (!outbox.isEmpty) {
      const entries = outbox.firstDurable();
      this.sent.push(...entries);
      outbox.drop(entries.length);
    }
  }
}

let ids = 0;

function item(type: string, extra: Partial<AppendItem> = {}, id = `e${++ids}`): AppendItem {
  return {
    attributes: { id, source: "test", type, datacontenttype: "application/json" },
    body: "{}",
    overlay: "",
    key: fingerprint(id).repeat(2),
    candidates: [],
    nearMisses: [],
    whyNone: "no trigger for this type",
    ...extra,
  };
}

function candidate(n: number, extra: Partial<Candidate> = {}): Candidate {
  const runId = `00000000-0000-8000-8000-${String(n).padStart(12, "0")}`;
  const start = { imageHash: "i", language: "toy" };
  return { runId, definition: "f", project: "1", definitionKey: "d", trigger: "t", start, ...extra };
}

const of = (type: string): Filter => ({ types: [type], fields: [] });

const opens = (effect: number, type: string, since: number | "now"): RunReport["opens"] => [
  { effect, filter: of(type), since },
];

test("an event is known by its key, with the runs that it started, also in the next execution", () => {
  const harness = new Harness();
  const sent = item("go", { candidates: [candidate(1)] });
  const first = harness.append(sent);
  harness.append(item("go"));
  for (let round = 0; round < 3; round++) {
    const again = harness.append(sent);
    assert.deepEqual([again.seq, again.duplicate, again.runs], [1, true, first.runs]);
    harness.renew();
  }
  assert.equal(harness.log.last, 2);
  assert.equal(harness.sent.length, 1);
});

test("as many keys are kept as fit, and the carry stays within its budget", () => {
  const harness = new Harness();
  const hex = (n: number): string => n.toString(16).padStart(16, "0").padEnd(32, "0");
  for (let n = 1; n <= 40_000; n++) harness.log.take(item("go", { key: hex(n) }), () => true);
  const { carry, keys } = harness.log.carry();
  assert.ok(keys.length <= budgets.keys && keys.length > budgets.keys / 2);
  assert.ok(JSON.stringify(carry).length <= budgets.recent + 20_000);
  harness.renew();
  assert.equal(harness.append(item("go", { key: hex(40_000) })).duplicate, true);
  assert.equal(harness.append(item("go", { key: hex(1) })).duplicate, false);
});

test("what is not in memory any more is searched only for types of which there is some", () => {
  const harness = new Harness();
  harness.append(item("early"));
  for (let n = 0; n < 10; n++) harness.append(item("large", { body: `"${"x".repeat(100_000)}"` }));
  harness.append(item("late"));
  for (let round = 0; round < 2; round++) {
    const [early] = harness.report({ runId: `early ${round}`, opens: opens(1, "early", 0) });
    assert.deepEqual([early!.after, early!.upTo < harness.log.last], [0, true]);
    assert.deepEqual(harness.report({ runId: `since ${round}`, opens: opens(1, "early", 1) }), []);
    assert.deepEqual(harness.report({ runId: `late ${round}`, opens: opens(1, "late", 0) }), []);
    harness.found(early!.wait, undefined);
    harness.renew();
  }
  const delivered = harness.deliveries().map(([runId, , seq]) => [runId, seq]);
  assert.deepEqual(delivered, [
    ["late 0", 12],
    ["late 1", 12],
  ]);
});

test("a wait takes the first event after its position, whichever comes first", () => {
  const harness = new Harness();
  harness.append(item("a"));
  harness.append(item("more"));
  harness.report({ runId: "r", opens: opens(1, "more", 0) });
  assert.deepEqual(harness.deliveries(), [["r", 1, 2]]);
  harness.report({ runId: "r", n: 2, heard: 2, opens: opens(2, "more", 2) });
  harness.append(item("other"));
  const taken = harness.append(item("more"));
  assert.deepEqual([taken.receivedBy, taken.reason], [["r"], undefined]);
  const late = harness.append(item("more"));
  assert.deepEqual([late.receivedBy, late.reason], [[], "no trigger for this type"]);
  assert.deepEqual(harness.deliveries(), [
    ["r", 1, 2],
    ["r", 2, 4],
  ]);
});

test("a report that comes twice opens nothing again", () => {
  const harness = new Harness();
  const report = { runId: "r", n: 1, opens: opens(1, "more", "now" as const) };
  harness.report(report);
  harness.append(item("more"));
  harness.report(report);
  harness.append(item("more"));
  assert.equal(harness.deliveries().length, 1);
});

test("waits that are closed, and those of runs that have ended, take nothing", () => {
  const harness = new Harness();
  harness.report({ runId: "a", opens: opens(1, "more", "now") });
  harness.report({ runId: "b", opens: opens(1, "more", "now") });
  harness.report({ runId: "a", n: 2, closes: [1] });
  harness.report({ runId: "b", n: 2, stands: "ended" });
  assert.equal(harness.append(item("more")).receivedBy.length, 0);
  assert.equal(harness.log.view.subscriptions, 0);
});

test("a search for what came before is waited for, and what is found first is taken", () => {
  for (const isFound of [true, false]) {
    const harness = new Harness();
    const body = JSON.stringify("x".repeat(300_000));
    const old = item("more", { body });
    harness.append(old);
    for (let n = 0; n < 3; n++) harness.append(item("big", { body }));
    harness.renew();
    const [search] = harness.report({ runId: "r", opens: opens(1, "more", 0) });
    assert.deepEqual([search!.after, harness.log.isSearching], [0, true]);
    assert.ok(search!.upTo >= 1);
    const next = harness.append(item("more"));
    assert.deepEqual([harness.deliveries(), next.receivedBy], [[], []]);
    harness.found(search!.wait, isFound ? { seq: 1, item: old } : undefined);
    assert.deepEqual(harness.deliveries(), [["r", 1, isFound ? 1 : next.seq]]);
    assert.equal(harness.log.isSearching, false);
  }
});

test("nothing is searched for where no event of the type came since", () => {
  const harness = new Harness();
  const body = JSON.stringify("x".repeat(300_000));
  harness.append(item("more", { body }));
  for (let n = 0; n < 4; n++) harness.append(item("big", { body }));
  assert.deepEqual(harness.report({ runId: "r", opens: opens(1, "more", 1) }), []);
  assert.deepEqual(harness.report({ runId: "s", opens: opens(1, "mor*", 1) }), []);
});

test("what nobody can read elsewhere yet stays in memory", () => {
  const harness = new Harness();
  const body = JSON.stringify("x".repeat(600_000));
  harness.log.take(item("more", { body }), never);
  harness.log.take(item("big", { body }), never);
  assert.deepEqual(harness.report({ runId: "r", opens: opens(1, "more", 0) }), []);
  assert.deepEqual(harness.deliveries(), [["r", 1, 1]]);
});

test("an event that a flag holds back, and one that names another run, reach nobody", () => {
  const harness = new Harness();
  harness.append(item("more", { heldBy: "autoflow_enabled" }));
  harness.append(item("more", { named: "other" }));
  harness.report({ runId: "r", opens: opens(1, "more", 0) });
  const other = harness.append(item("more", { named: "other", candidates: [candidate(1)] }));
  assert.equal(other.reason, "the run other that it names does not wait for it");
  assert.deepEqual(harness.sent, []);
  assert.deepEqual(harness.append(item("more", { named: "r" })).receivedBy, ["r"]);
});

test("a trigger that starts too often for one object is paused, and told", () => {
  const harness = new Harness();
  const start = (n: number) => harness.append(item("go", { candidates: [candidate(n, { object: "o" })] }));
  for (let n = 0; n < 20; n++) assert.equal(start(n).decisions[0]!.outcome, "started");
  harness.renew();
  assert.equal(start(20).decisions[0]!.outcome, "rate");
  harness.renew();
  assert.equal(start(21).reason, "paused for o: LOOP_RATE: more than 20 runs in a minute for o");
  assert.equal(harness.sent.filter(({ kind }) => kind === "pause").length, 1);
  harness.log.resume("d", "t");
  assert.equal(start(22).decisions[0]!.outcome, "started");
});

test("a long chain of events ends", () => {
  const harness = new Harness();
  const cause = { runId: "r", hops: 32 };
  const { decisions, runs, reason } = harness.append(item("go", { cause, candidates: [candidate(1)] }));
  assert.deepEqual([decisions[0]!.outcome, runs], ["hops", []]);
  assert.match(reason!, /LOOP_HOPS/);
});

test("a run that cannot be started is told in the answer, and stops nothing", () => {
  const harness = new Harness();
  const sent = item("go", { candidates: [candidate(1), candidate(2, { trigger: "u" })] });
  const outcome = harness.append(sent);
  harness.log.failStart(candidate(1).runId, "IMAGE_MISSING: gone");
  const { runs, decisions, reason } = harness.log.answer(outcome);
  assert.deepEqual([runs, reason], [[candidate(2).runId], undefined]);
  assert.deepEqual(
    decisions.map((decision) => [decision.outcome, decision.reason]),
    [
      ["failed", "IMAGE_MISSING: gone"],
      ["started", ""],
    ],
  );
  assert.deepEqual(harness.append(sent).runs, [candidate(2).runId]);
});

test("more waits than fit are refused", () => {
  const harness = new Harness();
  for (let n = 0; n < 20_000; n++) harness.report({ runId: `run-${n}`, opens: opens(1, `type ${n}`, "now") });
  const refused = harness.sent.filter(({ kind }) => kind === "refusal").length;
  assert.equal(harness.log.view.subscriptions, 20_000 - refused);
  assert.ok(refused > 0);
  const carried = JSON.stringify(harness.log.carry().carry.waits).length;
  assert.ok(carried <= budgets.waits && carried > budgets.waits / 3, String(carried));
  for (let n = 0; n < 20_000; n++) harness.report({ runId: `run-${n}`, n: 2, stands: "ended" });
  assert.equal(JSON.stringify(harness.log.carry().carry.waits).length, 41);
});

test("events that may be for a run by correlation wait until it is known what it waits for", () => {
  const harness = new Harness();
  const sent = (id: number) =>
    item("go", { candidates: [candidate(id, { unlessReceived: { by: ["source"] } })] }, `c${id}`);
  const { runId } = candidate(1);
  harness.append(sent(1));
  assert.equal(harness.log.isWaitingFor(sent(2)), true);
  assert.equal(harness.log.isWaitingFor(sent(1)), false, "a duplicate waits for nothing");
  harness.renew();
  assert.equal(harness.log.isWaitingFor(sent(2)), true);
  const filter: Filter = { ...of("go"), attributes: [{ name: "source", anyOf: ["test"] }] };
  harness.report({ runId, position: 1, heard: 1, opens: [{ effect: 1, filter, since: 1 }] });
  assert.equal(harness.log.isWaitingFor(sent(2)), false);
  const taken = harness.append(sent(2));
  assert.deepEqual([taken.runs, taken.receivedBy, taken.decisions[0]!.outcome], [[], [runId], "received"]);
  assert.equal(harness.append(sent(3)).runs.length, 1, "its wait has taken one");
});

test("a run that is lost is waited for no longer", () => {
  const harness = new Harness();
  const sent = (id: number) =>
    item("go", { candidates: [candidate(id, { unlessReceived: { by: ["source"] } })] }, `c${id}`);
  harness.append(sent(1));
  assert.deepEqual(harness.log.giveUpOn(sent(2)), [candidate(1).runId]);
  assert.equal(harness.log.isWaitingFor(sent(2)), false);
  harness.renew();
  assert.equal(harness.log.isWaitingFor(sent(2)), false);
});

test("a run that takes events one after another takes those that come while it is busy", () => {
  const harness = new Harness();
  const unlessReceived = { by: ["source"], repeatedly: true as const };
  const sent = (id: number) => item("go", { candidates: [candidate(id, { unlessReceived })] }, `c${id}`);
  const { runId } = candidate(1);
  const filter: Filter = { ...of("go"), attributes: [{ name: "source", anyOf: ["test"] }] };
  harness.append(sent(1));
  harness.report({ runId, position: 1, heard: 1, stands: "busy" });
  assert.equal(harness.append(sent(2)).reason, `received by run ${runId}`);
  harness.report({ runId, n: 2, position: 1, heard: 1, opens: [{ effect: 1, filter, since: 1 }] });
  assert.deepEqual(harness.deliveries(), [[runId, 1, 2]]);
  // It has been sent an event of which it had not heard when it told that it stands.
  assert.equal(harness.append(sent(3)).reason, `received by run ${runId}`);
  harness.renew();
  harness.report({ runId, n: 3, position: 1, heard: 2, stands: "standing" });
  assert.equal(harness.append(sent(4)).runs.length, 1);
});

test("property: every wait takes the first event that passes, once, however logs are carried over", () => {
  const type = fc.constantFrom("a", "b", "c*", "cd", "ce");
  const step = fc.record({
    kind: fc.constantFrom("event", "event", "report", "renew"),
    type,
    bytes: fc.constantFrom(10, 90_000, 300_000),
    run: fc.nat(3),
    back: fc.nat(6),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const harness = new Harness();
      const events: { seq: number; item: AppendItem }[] = [];
      const waits: { runId: string; effect: number; filter: Filter; since: number }[] = [];
      const counts = new Map<string, number>();
      for (const each of steps) {
        if (each.kind === "renew") harness.renew();
        else if (each.kind === "event") {
          const sent = item(each.type, { body: JSON.stringify("x".repeat(each.bytes)) });
          events.push({ seq: harness.append(sent).seq, item: sent });
        } else {
          const runId = `run-${each.run}`;
          const effect = (counts.get(runId) ?? 0) + 1;
          counts.set(runId, effect);
          const since = Math.max(0, harness.log.last - each.back);
          const wait = { runId, effect, filter: of(each.type), since };
          waits.push(wait);
          for (const search of harness.report({ runId, n: effect, position: 0, opens: [wait] })) {
            const found = events.find(
              ({ seq, item }) => seq > search.after && seq <= search.upTo && passes(each.type, item.attributes.type),
            );
            harness.found(search.wait, found);
          }
        }
      }
      const expected = waits.flatMap(({ runId, effect, filter, since }) => {
        const first = events.find(({ seq, item }) => seq > since && passes(filter.types[0]!, item.attributes.type));
        return first === undefined ? [] : [`${runId}:${effect}:${first.seq}`];
      });
      const delivered = harness.deliveries().map((delivery) => delivery.join(":"));
      assert.deepEqual(delivered.toSorted(), expected.toSorted());
    }),
    { numRuns: 200 },
  );
});

function passes(pattern: string, type: string): boolean {
  return pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

/** What runs were told, and which of those that were started have to wait. */
function done({ sent }: Harness): string[] {
  return sent.flatMap((entry) => {
    if (entry.kind === "start") return [`start ${entry.candidate.runId.at(-1)}${entry.waits === true ? " held" : ""}`];
    return entry.kind === "tell" ? [`${entry.message.kind} ${entry.runId.at(-1)}`] : [];
  });
}

const ofKey = (n: number, mode: ConcurrencyMode, key = "k"): AppendItem =>
  item("go", { candidates: [candidate(n, { keyed: { key, mode } })] });

const ended = (n: number): { runId: string; stands: "ended" } => ({ runId: candidate(n).runId, stands: "ended" });

test("a run waits for those of its key, and begins when they have ended, in whichever execution", () => {
  const harness = new Harness();
  for (const n of [1, 2, 3]) harness.append(ofKey(n, "queue"));
  harness.append(ofKey(4, "queue", "other"));
  assert.deepEqual(done(harness), ["start 1", "start 2 held", "start 3 held", "start 4"]);
  assert.equal(harness.log.keyed.holderOf(candidate(3).runId), candidate(1).runId);
  harness.report({ ...ended(2) });
  harness.renew();
  harness.report({ ...ended(1) });
  harness.report({ ...ended(1), n: 2 });
  harness.renew();
  // Terminated: whoever tells it something notices.
  harness.drop(candidate(3).runId);
  harness.append(ofKey(5, "queue"));
  assert.deepEqual(done(harness).slice(4), ["release 3", "start 5"]);
});

test("an event is skipped because of the open run of its key, and counts for no pause", () => {
  const harness = new Harness();
  const skipped = (n: number): AppendItem =>
    item("go", { candidates: [candidate(n, { object: "issues/1", keyed: { key: "k", mode: "skip" } })] });
  harness.append(skipped(1));
  for (let n = 2; n < 30; n++) {
    const { runs, decisions } = harness.append(skipped(n));
    const { runId } = candidate(1);
    assert.deepEqual(runs, []);
    const reason = `run ${runId} of the same key is open`;
    assert.deepEqual(decisions, [{ definition: "f", trigger: "t", outcome: "skipped", runId, reason }]);
  }
  harness.report({ ...ended(1) });
  assert.deepEqual(harness.append(skipped(30)).runs, [candidate(30).runId]);
});

test("of a burst the last waits in place of the others, and of replaced runs each is asked once", () => {
  const coalescing = new Harness();
  for (const n of [1, 2, 3]) coalescing.append(ofKey(n, "coalesce"));
  coalescing.report({ ...ended(2) });
  coalescing.report({ ...ended(1) });
  assert.deepEqual(done(coalescing), ["start 1", "start 2 held", "cancel 2", "start 3 held", "release 3"]);
  const replacing = new Harness();
  for (const n of [1, 2, 3]) replacing.append(ofKey(n, "replace"));
  replacing.report({ ...ended(1) });
  assert.deepEqual(done(replacing), ["start 1", "cancel 1", "start 2 held", "cancel 2", "start 3 held", "release 3"]);
});

test("a run that cannot be started holds up nobody", () => {
  const harness = new Harness();
  const first = harness.append(ofKey(1, "queue"));
  harness.append(ofKey(2, "queue"));
  harness.failStart(candidate(1).runId, "its image is gone");
  assert.deepEqual(done(harness), ["start 1", "start 2 held", "release 2"]);
  assert.equal(harness.log.answer(first).decisions[0]!.outcome, "failed");
});

test("a time that has come starts a run once, and takes the keys of events into account", () => {
  const harness = new Harness();
  harness.append(item("other"));
  const due = (n: number, mode: ConcurrencyMode = "queue"): EventDecision =>
    harness.take(candidate(n, { keyed: { key: "k", mode } }));
  assert.equal(due(1).outcome, "started");
  assert.equal(due(1).outcome, "started");
  assert.equal(due(2, "skip").outcome, "skipped");
  due(3);
  assert.deepEqual(done(harness), ["start 1", "start 3 held"]);
  const [start] = harness.sent;
  assert.deepEqual(start?.kind === "start" && [start.seq, start.item], [1, undefined]);
});

test("a project has as many open runs with keys as its log can carry", () => {
  const harness = new Harness();
  let outcome: AppendOutcome;
  let n = 0;
  do outcome = harness.append(ofKey(++n, "queue", String(n).padStart(32, "0")));
  while (outcome.runs.length > 0 && n < 20_000);
  assert.ok(n > 2000 && n < 10_000, String(n));
  assert.match(outcome.decisions[0]!.reason, /as many as it can/);
  assert.ok(JSON.stringify(harness.log.carry().carry.keyed).length <= budgets.keyed);
});

test("what an execution of an earlier version takes along is read", () => {
  const harness = new Harness();
  harness.append(item("go"));
  const { carry, keys } = harness.log.carry();
  const { keyed: _, ...earlier } = carry;
  const log = new EventLog("1", { now: () => 0, task: () => 0 });
  log.restore(earlier, keys);
  assert.deepEqual([log.last, log.keyed.size], [1, 0]);
});
