/** Futures: answers that a run can wait for. They are plain data; the run that they belong to acts on them. */
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import type { MethodTable } from "../library/attributes.ts";
import { EvalError } from "../values/errors.ts";
import type { Value } from "../values/value.ts";
import { CallableValue } from "../vm/calls.ts";
import { type CompletionKind, type RunPort, runOf } from "./host.ts";

/** The answer that an open effect will have. */
export class Future extends CallableValue {
  /** The effect's number. */
  readonly effect: number;
  readonly completion: CompletionKind;
  state: "pending" | "ready" | "failed" | "cancelled" = "pending";
  /** Sequence number of the arrival that completed it. */
  seq = 0;
  /** The value; of a failed one the failure as JSON text; of an event that nobody took yet its text. */
  value: Value = null;
  /** For an event: which subscription takes note of it, its place in the log, and whether somebody took it. */
  subscription = "";
  position = 0;
  taken = false;

  constructor(effect: number, completion: CompletionKind) {
    super();
    this.effect = effect;
    this.completion = completion;
  }

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

const getSpec: BuiltinSpec = {
  name: "get",
  doc: "Waits until the future has its value, and answers it. Calling the future does the same.",
  parameters: [],
  returns: "any",
  call(thread, self, args, named) {
    if (args.length + named.length > 0) throw new EvalError("get: takes no arguments");
    const waiting = { on: [self as Future], deadline: undefined, timeoutValue: null, select: false, owned: false };
    return runOf(thread, "get").wait(waiting);
  },
};

const doneSpec: BuiltinSpec = {
  name: "done",
  doc: "Whether the future has its value, or has failed.",
  parameters: [],
  returns: "bool",
  call(_thread, self, args, named) {
    if (args.length + named.length > 0) throw new EvalError("done: takes no arguments");
    return (self as Future).state !== "pending";
  },
};

const get = new Builtin(getSpec);

export const futureMethods: MethodTable = new Map([
  ["get", getSpec],
  ["done", doneSpec],
]);

/** A timer that is done after so many ms. */
export function openTimer(run: RunPort, ms: number, label?: string): Future {
  return run.openEffect({ kind: "sleep", until: run.now() + ms }, "none", label);
}
