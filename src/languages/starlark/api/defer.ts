/** `defer`: what is done when the run ends, however it ends. */
import type { BuiltinSpec } from "../library/builtin.ts";
import { parameter } from "../library/parameters.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { HeapValue, Tuple } from "../values/value.ts";
import { StarlarkFunction } from "../vm/function.ts";
import { runOf } from "./host.ts";
import type { VerbSpec } from "./verb.ts";

const mostDeferred = 1000;

export const defer: VerbSpec = {
  name: "defer",
  doc:
    "Has a function called, with the arguments that follow, when the run ends: when it succeeds, fails or is cancelled. The last one " +
    "deferred is called first; it may wait, and has five minutes where the run is cancelled. An error in one is logged, and the others " +
    "are called all the same.",
  parameters: [
    parameter("function", "callable"),
    { name: "args", type: "any", passing: "args" },
    { name: "kwargs", type: "any", passing: "kwargs" },
  ],
  returns: "None",
  waits: false,
  call(thread, _self, args, named) {
    const run = runOf(thread, "defer");
    const [called, ...rest] = args;
    if (called === undefined) throw new EvalError("defer: missing argument for function");
    if (!(called instanceof HeapValue && called.callable)) {
      throw new EvalError(
        `defer: for parameter function: got ${typeName(called)}, want callable: defer(f, x), not defer(f(x))`,
      );
    }
    const kwargs = new Dict();
    for (const { name, value } of named) kwargs.set(name, value);
    thread.charge(96 + 8 * rest.length + kwargs.byteSize());
    if (run.deferCall(new Tuple([called, new Tuple(rest), kwargs])) > mostDeferred) {
      throw new EvalError(
        `defer: more than ${mostDeferred} calls are deferred: defer one function that does all of it`,
      );
    }
    return null;
  },
};

/** The prelude's builtins for what was deferred. */
export const deferInternals: readonly BuiltinSpec[] = [
  {
    name: "_cleanup_failed",
    doc: "Tells that a deferred call failed.",
    parameters: [],
    returns: "None",
    call(thread, _self, [called, message]) {
      const name = called instanceof StarlarkFunction ? called.name : typeName(called!);
      const text = toText(`the deferred call of ${name} failed: ${message as string}`);
      runOf(thread, "defer").emit({ kind: "log", level: "warn", message: text });
      return null;
    },
  },
];
