/** Decides whether a run is started: loop guards, and runs that share its key. */
import type { EventDecision } from "../../../../core/engine.ts";
import { endsHopChain } from "../../../../events/loop-guard.ts";
import { inTheWayText, newerEvent } from "../../../run/keys.ts";
import type { Candidate, KeyOfRun, LoggedItem } from "../../protocol/log.ts";
import { budgets } from "./carry.ts";
import { KeyedRuns } from "./keyed-runs.ts";
import type { Outbox } from "./outbox.ts";
import { StartGuards } from "./start-guards.ts";

type Refused = Omit<EventDecision, "definition" | "trigger">;

export class Starts {
  readonly guards = new StartGuards();
  readonly keyed = new KeyedRuns(budgets.keyed);
  readonly #project: string;
  readonly #outbox: Outbox;
  readonly #now: () => number;

  constructor(project: string, outbox: Outbox, now: () => number) {
    this.#project = project;
    this.#outbox = outbox;
    this.#now = now;
  }

  /** For an event at a position. */
  byEvent(candidate: Candidate, seq: number, item: LoggedItem): EventDecision {
    const { definition, trigger, keyed } = candidate;
    const refused = hopsRefusal(item) ?? this.#inTheWay(keyed) ?? this.#guard(candidate) ?? this.#full(keyed);
    if (refused !== undefined) return { definition, trigger, ...refused };
    return this.#start(candidate, seq, item);
  }

  /** For a time that has come; the same again starts nothing more. */
  bySchedule(candidate: Candidate, seq: number): EventDecision {
    const { definition, trigger, runId, keyed } = candidate;
    if (this.keyed.has(runId)) return { definition, trigger, outcome: "started", runId, reason: "" };
    const refused = this.#inTheWay(keyed) ?? this.#full(keyed);
    if (refused !== undefined) return { definition, trigger, ...refused };
    return this.#start(candidate, seq);
  }

  /** A run is not open any more: the next of its key begins. */
  ended(runId: string): void {
    const next = this.keyed.end(runId, this.#now());
    if (next === undefined) return;
    this.#outbox.add({ kind: "tell", runId: next, message: { kind: "release", id: `${next}:release` } });
  }

  #start(candidate: Candidate, seq: number, item?: LoggedItem): EventDecision {
    const { definition, trigger, runId, keyed } = candidate;
    const waits = keyed !== undefined && this.#take(runId, keyed);
    this.#outbox.add({ kind: "start", seq, candidate, ...(item && { item }), ...(waits && { waits }) });
    return { definition, trigger, outcome: "started", runId, reason: "" };
  }

  /** A run gets its place among those of its key. True when it has to wait. */
  #take(runId: string, key: KeyOfRun): boolean {
    for (const other of this.keyed.makeRoom(key)) {
      const message = { kind: "cancel", id: `${runId}:key`, reason: newerEvent, kin: true } as const;
      this.#outbox.add({ kind: "tell", runId: other, message });
    }
    return this.keyed.add(runId, key, this.#now());
  }

  #inTheWay(key: KeyOfRun | undefined): Refused | undefined {
    const runId = key && this.keyed.inTheWay(key);
    return runId === undefined ? undefined : { outcome: "skipped", runId, reason: inTheWayText(runId) };
  }

  #guard(candidate: Candidate): Refused | undefined {
    if (candidate.keyed !== undefined && this.keyed.takesPlace(candidate.keyed)) return undefined;
    const refused = this.guards.refuse(candidate, this.#now());
    if (refused?.outcome === "rate") this.#tellPause(candidate, refused.reason);
    return refused;
  }

  #full(key: KeyOfRun | undefined): Refused | undefined {
    if (key === undefined || this.keyed.fits(key)) return undefined;
    const reason = `the log of the project knows of ${this.keyed.size} open runs with keys, which is as many as it can`;
    return { outcome: "failed", reason };
  }

  #tellPause({ project, definition, trigger, object = "" }: Candidate, reason: string): void {
    const pause = { project, path: definition, trigger, log: this.#project, object, reason, since: this.#now() };
    this.#outbox.add({ kind: "pause", pause });
  }
}

function hopsRefusal(item: LoggedItem): Refused | undefined {
  if (!endsHopChain(item)) return undefined;
  const hops = item.cause?.hops ?? 0;
  return { outcome: "hops", reason: `LOOP_HOPS: the event is number ${hops} in a chain of events that runs caused` };
}
