/** `attempt`: errors as values. */
import type { Failure } from "../../../core/failure.ts";
import type { BuiltinSpec, PreludeCall } from "../library/builtin.ts";
import { decodeJson } from "../library/json-decode.ts";
import type { Thread } from "../library/builtin.ts";
import { parameter } from "../library/parameters.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { makeStruct } from "../values/struct.ts";
import { fromText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { HeapValue, Tuple, type Value } from "../values/value.ts";
import { catchErrorsInCaller } from "./host.ts";

/** A call that failed for good. */
export class CallFailed extends EvalError {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(fromText(failure.message));
    this.name = "CallFailed";
    this.failure = failure;
  }
}

/** A fiber failed that this one waits for. */
export class FiberFailed extends CallFailed {
  override readonly trace: string;
  constructor(failure: Failure) {
    super(failure);
    this.trace = fromText(failure.traceback ?? failure.message);
  }
}

export const attempt: BuiltinSpec & { waits: boolean } = {
  name: "attempt",
  doc:
    "Calls a function with the arguments that follow. Answers struct(ok, value, error): error is None, or a struct of type, code, " +
    "message, retryable, attempts and details. It catches failed calls and errors of the script, but no limits.",
  parameters: [
    parameter("function", "callable"),
    { name: "args", type: "any", passing: "args" },
    { name: "kwargs", type: "any", passing: "kwargs" },
  ],
  returns: "struct",
  waits: true,
  call() {
    throw new Error("attempt is carried out by the prelude");
  },
  divert(thread, args, named): PreludeCall {
    const [called, ...rest] = args;
    if (called === undefined) throw new EvalError("attempt: missing argument for function");
    if (!(called instanceof HeapValue && called.callable)) {
      throw new EvalError(
        `attempt: for parameter function: got ${typeName(called)}, want callable: attempt(f, x), not attempt(f(x))`,
      );
    }
    const kwargs = new Dict();
    for (const { name, value } of named) kwargs.set(name, value);
    thread.charge(96 + 8 * rest.length + kwargs.byteSize());
    return { name: "attempt", args: [called, new Tuple(rest), kwargs] };
  },
};

/** The prelude's builtins for `attempt`. */
export const attemptInternals: readonly BuiltinSpec[] = [
  {
    name: "_catch_errors",
    doc: "Makes the calling frame catch errors: it answers what `caughtError` makes of them.",
    parameters: [],
    returns: "None",
    call(thread) {
      catchErrorsInCaller(thread);
      return null;
    },
  },
  {
    name: "_attempted",
    doc: "What attempt answers for a value.",
    parameters: [],
    returns: "struct",
    call: (thread, _self, [value]) => attempted(thread, true, value!, null),
  },
];

/** What `attempt` answers for an error. */
export function caughtError(thread: Thread, error: EvalError): Value {
  const failure: Failure =
    error instanceof CallFailed ? error.failure : { type: "script", code: "RUN_FAILED", message: "", retryable: false };
  thread.charge(256 + error.message.length);
  const fields = new Map<string, Value>([
    ["type", fromText(failure.type)],
    ["code", fromText(failure.code)],
    ["message", error.message],
    ["retryable", failure.retryable],
    ["attempts", failure.attempts ?? 0],
    [
      "details",
      failure.details === undefined
        ? null
        : decodeJson(thread, fromText(JSON.stringify(failure.details)), { records: true }),
    ],
  ]);
  return attempted(thread, false, null, makeStruct(fields));
}

/** What `attempt` would answer for a function that does `action`. */
export function attemptTo(thread: Thread, action: () => Value): Value {
  let value: Value;
  try {
    value = action();
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    return caughtError(thread, error);
  }
  return attempted(thread, true, value, null);
}

function attempted(thread: Thread, ok: boolean, value: Value, error: Value): Value {
  thread.charge(96);
  return makeStruct(
    new Map<string, Value>([
      ["ok", ok],
      ["value", value],
      ["error", error],
    ]),
  );
}
