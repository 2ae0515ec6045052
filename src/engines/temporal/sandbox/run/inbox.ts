/** Messages to a run on their way to its machine, in order. */
import type { CarriedMessage, RunMessage } from "../../protocol/run.ts";

/** A message, a timer that has fired, or what came of something that the host did. */
export type Incoming = CarriedMessage | { kind: "timer"; effect: number };

export interface Pending {
  readonly incoming: Incoming;
  /** Temporal gives it before all that is no signal. */
  readonly isSignal: boolean;
}

/** So many ids of messages are remembered. A message is sent again within minutes, or not at all. */
const mostSeen = 500;

export class Inbox {
  #pending: Pending[];
  readonly #seen: Set<string>;
  /** The mailbox of the Program is full: it takes no further signals. */
  isFull = false;
  /** The run is about to continue in a new execution, which takes what waits: here only an operator's word is taken. */
  isHeld = false;

  constructor(messages: readonly CarriedMessage[] = [], seen: readonly string[] = []) {
    this.#pending = messages.map((incoming) => ({ incoming, isSignal: true }));
    this.#seen = new Set(seen);
  }

  /** False for a message that has come before. Others are for effects, which are closed by what comes first. */
  isNew(message: Exclude<RunMessage, { kind: "release" }>): boolean {
    if (message.kind === "event" || message.kind === "answer" || message.kind === "child") return true;
    if (this.#seen.has(message.id)) return false;
    this.#seen.add(message.id);
    if (this.#seen.size > mostSeen) for (const oldest of this.#seen) return this.#seen.delete(oldest);
    return true;
  }

  add(pending: Pending): void {
    this.#pending.push(pending);
  }

  /** The next that may be taken. */
  take(): Pending | undefined {
    const at = this.#pending.findIndex(({ incoming }) => !this.#isHeld(incoming));
    return at < 0 ? undefined : this.#pending.splice(at, 1)[0];
  }

  get hasWork(): boolean {
    return this.#pending.some(({ incoming }) => !this.#isHeld(incoming));
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  /** What is left and has to be carried over: a timer that has fired does so again. */
  messages(): CarriedMessage[] {
    return this.#pending.map(({ incoming }) => incoming).filter((incoming) => incoming.kind !== "timer");
  }

  /** What the host did for an effect has come to an end, and the Program has not heard of it. */
  hasResult(effect: number): boolean {
    return this.#pending.some(({ incoming }) => incoming.kind === "result" && incoming.effect === effect);
  }

  seen(): string[] {
    return [...this.#seen];
  }

  #isHeld({ kind }: Incoming): boolean {
    if (this.isHeld && kind !== "cancel" && kind !== "command") return true;
    return this.isFull && kind === "signal";
  }
}
