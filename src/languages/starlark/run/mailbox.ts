/** Signals that came and were not consumed. Part of the state. */

export interface Message {
  /** Sequence number of the arrival. */
  seq: number;
  /** JSON, as a byte string. */
  payload: string;
}

export class Mailbox {
  readonly #messages = new Map<string, Message[]>();
  /** Bytes of the payloads. */
  bytes = 0;

  add(name: string, message: Message): void {
    const waiting = this.#messages.get(name);
    if (waiting === undefined) this.#messages.set(name, [message]);
    else waiting.push(message);
    this.bytes += message.payload.length;
  }

  /** The oldest message of a name, which stays. */
  first(name: string): Message | undefined {
    return this.#messages.get(name)?.[0];
  }

  /** Takes the oldest message of a name. */
  take(name: string): Message | undefined {
    const waiting = this.#messages.get(name);
    const message = waiting?.shift();
    if (message === undefined) return undefined;
    if (waiting!.length === 0) this.#messages.delete(name);
    this.bytes -= message.payload.length;
    return message;
  }

  get size(): number {
    return this.#messages.size;
  }

  /** By name, names in the order of text, so that equal mailboxes are written alike. */
  entries(): [string, readonly Message[]][] {
    return [...this.#messages].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}
