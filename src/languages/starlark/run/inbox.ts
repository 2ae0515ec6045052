/** What reached a run, or will: answers to open effects, events, signals. Part of the state. */
import type { AnswerArrival, EventArrival, SignalArrival } from "../../../core/arrival.ts";
import { lookBackMs } from "../../../core/event.ts";
import type { Failure } from "../../../core/failure.ts";
import type { WireText } from "../../../core/wire.ts";
import { CallFailed, FiberFailed } from "../api/attempt.ts";
import { Channel, type Waitable } from "../api/channel.ts";
import { FiberFuture, type Future } from "../api/future.ts";
import type { CompletionKind } from "../api/host.ts";
import { readResponse } from "../api/response.ts";
import type { Thread } from "../library/builtin.ts";
import { decodeJson, decodeWireValue } from "../library/json-decode.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { fromText, toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { Mailbox } from "./mailbox.ts";

/** The last event of a type and filter that a run took. */
interface Received {
  /** In the log. */
  position: number;
  /** When it was taken, in epoch ms. */
  time: number;
}

/** From this many on, what is too old to matter is forgotten. */
const forgetFrom = 32;

export class Inbox {
  readonly #thread: Thread;
  readonly mailbox = new Mailbox();
  /** Effects that will be answered, by number. */
  readonly open = new Map<number, Future>();
  /** What was received last, by fingerprint of type and filter. */
  readonly received = new Map<string, Received>();
  /** Bytes of events that came and were not taken. */
  eventBytes = 0;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** Bytes of messages that nobody consumed yet. */
  get unreadBytes(): number {
    return this.mailbox.bytes + this.eventBytes;
  }

  /** Takes in what arrived; an answer to an effect that is not open is ignored. Throws LimitReached. */
  receive(arrival: AnswerArrival | EventArrival | SignalArrival): void {
    if (arrival.kind === "signal") {
      this.mailbox.add(fromText(arrival.name), { seq: arrival.seq, payload: fromText(arrival.payload) });
      return;
    }
    const future = this.open.get(arrival.effect);
    if (future === undefined) return;
    this.open.delete(arrival.effect);
    future.seq = arrival.seq;
    if (arrival.kind === "event") {
      future.state = "ready";
      future.position = arrival.position;
      const text = fromText(arrival.event);
      future.value = text;
      this.eventBytes += text.length;
    } else {
      this.#answer(future, arrival);
    }
  }

  #answer(future: Future, { value, error }: AnswerArrival): void {
    if (error !== undefined) {
      fail(future, error);
      return;
    }
    try {
      future.value = this.#complete(future.completion, value ?? ("null" as WireText));
      future.state = "ready";
    } catch (cause) {
      if (!(cause instanceof EvalError)) throw cause;
      const message = `the answer cannot be used: ${toText(cause.message)}`;
      fail(future, { type: "action", code: "RUN_FAILED", message, retryable: false });
    }
  }

  #complete(completion: CompletionKind, answer: WireText): Value {
    switch (completion) {
      case "http_response":
        return readResponse(this.#thread, answer);
      case "gitlab_body":
        return bodyOf(decodeWireValue(this.#thread, answer, { records: true }));
      case "none":
        return null;
      case "bool":
        return decodeWireValue(this.#thread, answer) === true;
      default:
        return decodeWireValue(this.#thread, answer, { records: true });
    }
  }

  /** The case that became ready first: its index, or -1. */
  firstReady(cases: readonly Waitable[]): number {
    let first = -1;
    let firstSeq = Infinity;
    for (let i = 0; i < cases.length; i++) {
      const seq = this.readySince(cases[i]!);
      if (seq < firstSeq) {
        first = i;
        firstSeq = seq;
      }
    }
    return first;
  }

  /**
   * Sequence number of the arrival that made a case ready; Infinity while it is not. Fibers that end within one turn follow that
   * arrival, in their order.
   */
  readySince(waitable: Waitable): number {
    if (waitable instanceof Channel) return this.mailbox.first(waitable.name)?.seq ?? Infinity;
    if (waitable.state === "pending") return Infinity;
    return waitable instanceof FiberFuture ? waitable.seq + waitable.nth / mostInTurn : waitable.seq;
  }

  /** The value of a ready case, which is consumed. Throws CallFailed for one that failed or was cancelled. */
  take(waitable: Waitable): Value {
    if (waitable instanceof Channel) {
      const message = this.mailbox.take(waitable.name)!;
      return decodeJson(this.#thread, message.payload, { records: true });
    }
    if (waitable.state === "cancelled") throw new CallFailed(cancelled);
    if (waitable instanceof FiberFuture) return takeResult(waitable);
    if (waitable.state === "failed") throw new CallFailed(failureIn(waitable));
    if (waitable.completion === "event" && !waitable.taken) this.#takeEvent(waitable);
    return waitable.value;
  }

  #takeEvent(future: Future): void {
    const text = future.value as string;
    future.value = decodeJson(this.#thread, text, { records: true });
    future.taken = true;
    this.eventBytes -= text.length;
    const before = this.received.get(future.subscription)?.position ?? 0;
    const time = this.#thread.now();
    this.received.set(future.subscription, { position: Math.max(before, future.position), time });
    if (this.received.size >= forgetFrom) this.#forget(time - lookBackMs);
  }

  /** Where a wait for events looks back no further than an entry is old, the entry changes nothing. */
  #forget(before: number): void {
    for (const [subscription, { time }] of this.received) if (time < before) this.received.delete(subscription);
  }

  visit(each: (value: Value) => void): void {
    for (const future of this.open.values()) each(future);
    for (const [, messages] of this.mailbox.entries()) for (const { payload } of messages) each(payload);
  }
}

/** More fibers than can end in one turn: each takes several steps. */
const mostInTurn = 2 ** 24;

const cancelled: Failure = {
  type: "cancelled",
  code: "FUTURE_CANCELLED",
  message: "the future was cancelled",
  retryable: false,
};

function takeResult(future: FiberFuture): Value {
  if (future.state === "ready") return future.value;
  future.seen = true;
  throw new FiberFailed(failureIn(future));
}

/** What a failed future failed with. */
export function failureIn(future: Future | FiberFuture): Failure {
  return JSON.parse(toText(future.value as string)) as Failure;
}

/** What GitLab answered, of the answer of the gitlab action. */
function bodyOf(answer: Value): Value {
  const body = answer instanceof Dict ? answer.get("body") : undefined;
  if (body === undefined) throw new EvalError("the gitlab action answered with something that has no body");
  return body;
}

function fail(future: Future, failure: Failure): void {
  future.state = "failed";
  future.value = fromText(JSON.stringify(failure));
}
