/** Futures: what a run can wait for. They are plain data; the run that they belong to acts on them. */
import { defineBuiltin } from "../library/arguments.ts";
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import type { MethodTable } from "../library/attributes.ts";
import { parameter, tableOf } from "../library/parameters.ts";
import type { Value } from "../values/value.ts";
import { CallableValue } from "../vm/calls.ts";
import { type CompletionKind, type RunPort, runOf } from "./host.ts";
import { durationMs } from "./options.ts";

/** A value that is there later. */
export abstract class AnyFuture extends CallableValue {
  state: "pending" | "ready" | "failed" | "cancelled" = "pending";
  /** Sequence number of the arrival in whose turn it was completed. */
  seq = 0;
  /** The value; of a failed one the failure as JSON text. */
  value: Value = null;

  get type(): string {
    return "future";
  }

  override get hashedByIdentity(): boolean {
    return true;
  }

  get called(): Builtin {
    return get;
  }

  override methods(): MethodTable {
    return futureMethods;
  }

  override describe(): string {
    return `<future ${this.state}>`;
  }

  override visit(each: (value: Value) => void): void {
    each(this.value);
  }

  override byteSize(): number {
    return 96;
  }
}

/** The answer that an open effect will have. The value of an event that nobody took yet is its text. */
export class Future extends AnyFuture {
  /** The effect's number. */
  readonly effect: number;
  readonly completion: CompletionKind;
  /** The fiber that asked for it. */
  readonly fiber: number;
  /** For an event: which subscription takes note of it, its place in the log, and whether somebody took it. */
  subscription = "";
  position = 0;
  taken = false;

  constructor(effect: number, completion: CompletionKind, fiber = 0) {
    super();
    this.effect = effect;
    this.completion = completion;
    this.fiber = fiber;
  }
}

/** What the function of a fiber will return. */
export class FiberFuture extends AnyFuture {
  /** The fiber's number. */
  readonly fiber: number;
  /** Which one it was of those completed within its turn, from 1. */
  nth = 0;
  /** Of a failed one: whether the failure reached, or will reach, a fiber that waits for it. */
  seen = false;

  constructor(fiber: number) {
    super();
    this.fiber = fiber;
  }
}

const getSpec: BuiltinSpec = defineBuiltin(
  {
    name: "get",
    doc:
      "Waits until the future has its value, and answers it; raises its error when it failed or was cancelled. Calling the future " +
      "does the same. After `timeout` it answers `timeout_value`, and what the future stands for goes on.",
    parameters: [parameter("timeout", "duration | None", "None"), parameter("timeout_value", "any", "None")],
    returns: "any",
  },
  (thread, self, timeout, timeoutValue) => {
    const run = runOf(thread, "get");
    const on = [self as AnyFuture as Future | FiberFuture];
    const deadline =
      run.firstReady(on) >= 0 || timeout === undefined || timeout === null
        ? undefined
        : openTimer(run, durationMs("get", "timeout", timeout));
    return run.wait({ on, deadline, timeoutValue: timeoutValue ?? null, select: false, owned: false });
  },
);

const doneSpec: BuiltinSpec = defineBuiltin(
  {
    name: "done",
    doc: "Whether the future has its value, has failed, or was cancelled.",
    parameters: [],
    returns: "bool",
  },
  (_thread, self) => (self as AnyFuture).state !== "pending",
);

const cancelSpec: BuiltinSpec = defineBuiltin(
  {
    name: "cancel",
    doc:
      "Ends what the future stands for: a fiber, with the fibers it started and the calls and waits it has open, or a timer, event or " +
      "call. Who waits for the future gets an error. Answers False when there was nothing left to end.",
    parameters: [],
    returns: "bool",
  },
  (thread, self) => runOf(thread, "cancel").cancel(self as AnyFuture as Future | FiberFuture),
);

const get = new Builtin(getSpec);

export const futureMethods: MethodTable = tableOf([getSpec, doneSpec, cancelSpec]);

/** A timer that is done after so many ms. */
export function openTimer(run: RunPort, ms: number, label?: string): Future {
  return run.openEffect({ kind: "sleep", until: run.now() + ms }, "none", label);
}
