/** `select`: the first of several things to happen. The part that calls functions of the script is in `prelude.ts`. */
import { bindArguments, signatureOf } from "../library/arguments.ts";
import type { BuiltinSpec, NamedArgument, PreludeCall, Thread } from "../library/builtin.ts";
import { parameter } from "../library/parameters.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { typeName } from "../values/type-name.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { openTimer } from "./future.ts";
import { isWaitable } from "./channel.ts";
import { runOf } from "./host.ts";
import { durationMs } from "./options.ts";

const description = {
  name: "select",
  doc:
    "Waits for the first of several futures and channels, and takes only that one. Cases are a dict of futures and channels with " +
    "functions (called with the value; their result is the answer) or plain values (which are the answer); or a dict of names " +
    "with futures and channels (answers the name and the value); or a list of them (answers the index and the value).",
  parameters: [
    parameter("cases", "dict | list"),
    {
      ...parameter("default", "any", "None"),
      doc: "Answered, or called, when no case is ready; then it does not wait.",
    },
    { ...parameter("timeout", "duration | None", "None"), doc: "How long to wait at most." },
    { ...parameter("timeout_value", "any", "None"), doc: "Answered, or called, after the timeout." },
  ],
  returns: "any",
};

const signature = signatureOf("select", description.parameters);

/** How the prelude makes the answer of a case. */
interface Cases {
  waitables: Value[];
  /** The function or value of each case, or its name. */
  results: Value[];
  /** Whether the answer is (name, value). */
  pairs: boolean;
}

export const select: BuiltinSpec & { waits: boolean } = {
  ...description,
  waits: true,
  call() {
    throw new Error("select is carried out by the prelude");
  },
  divert(thread, args, named): PreludeCall {
    runOf(thread, "select");
    const [cases, byDefault, timeout, timeoutValue] = bindArguments(signature, args, named);
    const { waitables, results, pairs } = readCases(cases!);
    thread.charge(96 + 16 * waitables.length);
    return {
      name: "select",
      args: [
        new List(waitables),
        new List(results),
        pairs,
        byDefault !== undefined,
        byDefault ?? null,
        timeout ?? null,
        timeoutValue ?? null,
      ],
    };
  },
};

function readCases(cases: Value): Cases {
  if (cases instanceof List || cases instanceof Tuple) {
    for (const item of cases.items) requireWaitable(item);
    return { waitables: [...cases.items], results: cases.items.map((_, i) => i), pairs: true };
  }
  if (!(cases instanceof Dict))
    throw new EvalError(`select: for parameter cases: got ${typeName(cases)}, want dict or list`);
  const keys = cases.keys();
  const values = cases.values();
  if (keys.some(isWaitable)) {
    for (const key of keys) requireWaitable(key);
    return { waitables: keys, results: values, pairs: false };
  }
  for (const value of values) requireWaitable(value);
  return { waitables: values, results: keys, pairs: true };
}

function requireWaitable(value: Value): void {
  if (isWaitable(value)) return;
  throw new EvalError(`select: got ${typeName(value)}, want a future (timer, event) or a signal channel as case`);
}

/** The prelude's builtins for `select`. */
export const selectInternals: readonly BuiltinSpec[] = [
  {
    name: "_select",
    doc: "(index, value) of the first case; (-1, None) when none is ready and there is a default; (-2, None) after the timeout.",
    parameters: [],
    returns: "tuple",
    call(thread: Thread, _self: Value, args: Value[], _named: NamedArgument[]): Value {
      const [cases, hasDefault, timeout] = args as [List, boolean, Value];
      const run = runOf(thread, "select");
      const on = cases.items.filter(isWaitable);
      const ready = run.firstReady(on);
      if (ready < 0 && hasDefault) return new Tuple([-1, null]);
      if (ready < 0 && on.length === 0 && timeout === null) {
        throw new EvalError("select: there is no case, no default and no timeout, so it would wait for ever");
      }
      const deadline =
        ready >= 0 || timeout === null ? undefined : openTimer(run, durationMs("select", "timeout", timeout));
      return run.wait({ on, deadline, timeoutValue: new Tuple([-2, null]), select: true, owned: false });
    },
  },
  {
    name: "_is_callable",
    doc: "Whether a value can be called.",
    parameters: [],
    returns: "bool",
    call: (_thread, _self, [value]) => typeof value === "object" && value !== null && value.callable,
  },
];
