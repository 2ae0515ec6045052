/** What a log has decided and not done yet, in order. It is done once the decision is durable. */
import type { DispatchAnswer, DispatchInput } from "../../protocol/activities.ts";
import type { Candidate, LoggedItem } from "../../protocol/log.ts";
import type { PauseRecord } from "../../protocol/registry.ts";
import type { RunMessage } from "../../protocol/run.ts";

export type Entry =
  /** `item`: unless the clock starts it. `waits`: for the end of another run. */
  | { kind: "start"; seq: number; item?: LoggedItem; candidate: Candidate; waits?: true }
  | { kind: "delivery"; seq: number; item: LoggedItem; runId: string; effect: number }
  | { kind: "refusal"; runId: string; effect: number }
  | { kind: "tell"; runId: string; message: RunMessage }
  | { kind: "pause"; pause: PauseRecord };

/** A wide fan-out is done in so many at a time. */
const mostAtOnce = 100;

export interface Doing {
  pause(pause: PauseRecord): Promise<void>;
  dispatch(input: DispatchInput): Promise<DispatchAnswer>;
}

export class Outbox {
  readonly #project: string;
  /** The number of the workflow task that is under way: what was decided in an earlier one is durable. */
  readonly #task: () => number;
  #entries: { task: number; entry: Entry }[] = [];
  #added = 0;
  #done = 0;

  constructor(project: string, task: () => number) {
    this.#project = project;
    this.#task = task;
  }

  add(entry: Entry): void {
    this.#entries.push({ task: this.#task(), entry });
    this.#added++;
  }

  /** How many there have been. */
  get added(): number {
    return this.#added;
  }

  /** How many of them are done. */
  get done(): number {
    return this.#done;
  }

  get isEmpty(): boolean {
    return this.#done === this.#added;
  }

  /** Whether the first one can be done. */
  get isDurable(): boolean {
    const first = this.#entries[0];
    return first !== undefined && first.task < this.#task();
  }

  /** The first ones that are durable, as many as are done at once. */
  firstDurable(): Entry[] {
    const task = this.#task();
    const first = this.#entries.findIndex((each) => each.task >= task);
    const durable = first < 0 ? this.#entries.length : first;
    return this.#entries.slice(0, Math.min(durable, mostAtOnce)).map(({ entry }) => entry);
  }

  /** They are done. */
  drop(count: number): void {
    this.#entries = this.#entries.slice(count);
    this.#done += count;
  }

  /** Does the first ones that are durable. */
  async doSome(doing: Doing): Promise<DispatchAnswer> {
    const entries = this.firstDurable();
    for (const entry of entries) if (entry.kind === "pause") await doing.pause(entry.pause);
    const input = dispatchInput(this.#project, entries);
    const answer = input === undefined ? { gone: [], failed: [] } : await doing.dispatch(input);
    this.drop(entries.length);
    return answer;
  }
}

function dispatchInput(project: string, entries: readonly Entry[]): DispatchInput | undefined {
  const input: DispatchInput = { project, events: [], starts: [], deliveries: [], refusals: [], messages: [] };
  const events = new Map<number, LoggedItem>();
  for (const entry of entries) {
    if ("item" in entry && entry.item !== undefined) events.set(entry.seq, entry.item);
    add(input, entry);
  }
  input.events = [...events].map(([seq, item]) => ({ seq, item }));
  return entries.every(({ kind }) => kind === "pause") ? undefined : input;
}

function add(input: DispatchInput, entry: Entry): void {
  switch (entry.kind) {
    case "start": {
      const { seq, candidate, waits } = entry;
      input.starts.push({ seq, candidate, ...(waits && { waits }) });
      return;
    }
    case "delivery":
      input.deliveries.push({ runId: entry.runId, effect: entry.effect, seq: entry.seq });
      return;
    case "refusal":
      input.refusals.push({ runId: entry.runId, effect: entry.effect });
      return;
    case "tell":
      input.messages.push({ runId: entry.runId, message: entry.message });
      return;
    default:
  }
}
