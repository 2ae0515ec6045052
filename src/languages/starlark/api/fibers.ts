/**
 * Fibers: functions of a run that go on side by side.
 *
 * Only one fiber computes at a time, and it goes on until it waits or ends; so a turn is deterministic, and what a fiber does
 * between two waits nobody sees half done. Fibers that can go on do so in the order in which they became able to: a new one after
 * those that were able before, and fibers that the same thing wakes in the order of their numbers.
 *
 * A fiber belongs to the one that started it. It ends when its function has returned and all fibers it started have ended; a run
 * ends with its first fiber. So nothing that was started is forgotten, or outlives what it was started for.
 *
 * A failure is raised where the fiber's future is waited for. One that nobody waited for by the time the fiber that started it
 * has nothing else left to do fails that one. A fiber that fails or is cancelled takes the fibers it started with it; cancelling
 * ends a fiber where it waits, with the effects it has open, and no `attempt` catches that.
 */
import { bindArguments, signatureOf } from "../library/arguments.ts";
import type { BuiltinSpec, ParameterSpec, PreludeCall, Thread } from "../library/builtin.ts";
import { parameter } from "../library/parameters.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { elementsOf } from "../values/iterate.ts";
import { typeName } from "../values/type-name.ts";
import { HeapValue, List, Tuple, type Value } from "../values/value.ts";
import { isWaitable } from "./channel.ts";
import { AnyFuture, FiberFuture, Future, openTimer } from "./future.ts";
import { type RunPort, runOf } from "./host.ts";
import { durationMs } from "./options.ts";
import { type Arguments, defineVerb, type VerbSpec } from "./verb.ts";

const timeoutParameters: ParameterSpec[] = [
  { ...parameter("timeout", "duration | None", "None"), passing: "keyword", doc: "How long to wait at most." },
  { ...parameter("timeout_value", "any", "None"), passing: "keyword", doc: "Answered after the timeout." },
];

export const go: VerbSpec = {
  name: "go",
  doc:
    "Starts a fiber that calls a function with the arguments that follow, and answers the future of what it returns: " +
    "`f = w.go(w.http.get, url)`, later `f.get()`. The fiber begins when this one next waits.",
  parameters: [
    parameter("function", "callable"),
    { name: "args", type: "any", passing: "args" },
    { name: "kwargs", type: "any", passing: "kwargs" },
  ],
  returns: "future",
  waits: false,
  call(thread, _self, args, named) {
    const run = runOf(thread, "go");
    const [called, ...rest] = args;
    if (called === undefined) throw new EvalError("go: missing argument for function");
    if (!isCallable(called)) {
      throw new EvalError(`go: for parameter function: got ${typeName(called)}, want callable: go(f, x), not go(f(x))`);
    }
    const kwargs = new Dict();
    for (const { name, value } of named) kwargs.set(name, value);
    thread.charge(32 + 8 * rest.length + kwargs.byteSize());
    return run.startFiber(called, new Tuple(rest), kwargs);
  },
};

export const parallel = defineVerb(
  {
    name: "parallel",
    doc:
      "Calls functions side by side, each in a fiber of its own, waits for all of them, and answers the list of what they returned, " +
      "in the order they were given in. When it answers or raises, none of them is going any more.",
    parameters: [
      {
        ...parameter("functions", "list"),
        doc: "Functions without arguments, or tuples of a function and its arguments: `[(fetch, 1), (fetch, 2)]`.",
      },
      {
        ...parameter("max", "int | None", "None"),
        doc: "How many may be going at a time; the others are started, in order, as these end. Without it: all at once.",
      },
      {
        ...parameter("on_error", "string", '"cancel"'),
        passing: "keyword",
        doc:
          'What an error in one of them does: "cancel" ends the others and raises it; "wait" lets all end, then raises the first; ' +
          '"collect" raises nothing and answers structs of ok, value and error, as `attempt` does.',
      },
      ...timeoutParameters,
    ],
    returns: "list",
    waits: true,
  },
  (thread, args) => {
    const run = runOf(thread, "parallel");
    const rest = readCalls(thread, args["functions"]!);
    const most = readMost(args["max"] ?? null) ?? Math.max(1, rest.length);
    const policy = errorPolicy(args["on_error"] ?? "cancel");
    return run.wait({
      on: [],
      ...timeoutOf(run, "parallel", args, rest.length === 0),
      select: false,
      owned: true,
      group: { pending: [], rest: rest.toReversed(), most, ...policy, joins: false },
    });
  },
);

export const all = defineVerb(
  {
    name: "all",
    doc:
      "Waits for all of several futures, and answers the list of their values. The first failure cancels the others and is raised; " +
      "after the timeout all are cancelled. When it answers or raises, nothing that the futures stand for is going any more.",
    parameters: [
      { ...parameter("futures", "list"), doc: "Futures of fibers, timers and events." },
      {
        ...parameter("return_errors", "bool", "False"),
        passing: "keyword",
        doc: "A failure cancels and raises nothing: answers structs of ok, value and error, as `attempt` does.",
      },
      ...timeoutParameters,
    ],
    returns: "list",
    waits: true,
  },
  (thread, args) => {
    const run = runOf(thread, "all");
    const on = elements(thread, "all", "futures", args["futures"]!).map((item) => requireFuture(item));
    thread.charge(32 + 8 * on.length);
    const policy = errorPolicy(args["return_errors"] === true ? "collect" : "cancel");
    return run.wait({
      on,
      ...timeoutOf(
        run,
        "all",
        args,
        on.every((future) => future.state !== "pending"),
      ),
      select: false,
      owned: true,
      group: { pending: [...on], rest: [], most: 1, ...policy, joins: false },
    });
  },
);

function requireFuture(item: Value): Future | FiberFuture {
  if (item instanceof Future || item instanceof FiberFuture) return item;
  const hint = isCallable(item)
    ? ": start it with go(f), or say parallel([f, g])"
    : isWaitable(item)
      ? ": go(channel.receive) makes one of a channel"
      : "";
  throw new EvalError(`all: got ${typeName(item)}, want future${hint}`);
}

const raceDescription = {
  name: "race",
  doc:
    "Waits for the first of several futures, cancels the others, and answers which one it was and its value. When the first one failed, " +
    "its error is raised. Of a list it answers (index, value), of a dict of names (name, value). After the timeout all are cancelled. " +
    "Those that lost are over too: their `done()` is True, and `get` raises FUTURE_CANCELLED. An event or signal that came for one " +
    "that lost can still be waited for.",
  parameters: [
    { ...parameter("futures", "list | dict"), doc: "Futures of fibers, timers and events, and signal channels." },
    ...timeoutParameters,
  ],
  returns: "tuple",
};

const raceSignature = signatureOf("race", raceDescription.parameters);

export const race: VerbSpec = {
  ...raceDescription,
  waits: true,
  call() {
    throw new Error("race is carried out by the prelude");
  },
  divert(thread, args, named): PreludeCall {
    runOf(thread, "race");
    const [futures, timeout, timeoutValue] = bindArguments(raceSignature, args, named);
    const dict = futures instanceof Dict ? futures : undefined;
    const cases = dict === undefined ? elements(thread, "race", "futures", futures!) : dict.values();
    const names = dict === undefined ? cases.map((_, i) => i) : dict.keys();
    for (const item of cases) {
      if (!isWaitable(item)) throw new EvalError(`race: got ${typeName(item)}, want future or signal channel`);
    }
    if (cases.length === 0) throw new EvalError("race: there is no future, so it would wait for ever");
    thread.charge(96 + 16 * cases.length);
    return { name: "race", args: [new List([...cases]), new List(names), timeout ?? null, timeoutValue ?? null] };
  },
};

/** The prelude's builtins for `race` and for the end of fibers. */
export const fiberInternals: readonly BuiltinSpec[] = [
  {
    name: "_race",
    doc: "(index, value) of the first case, the others are cancelled; (-2, None) after the timeout.",
    parameters: [],
    returns: "tuple",
    call(thread, _self, args) {
      const [cases, timeout] = args as [List, Value];
      const run = runOf(thread, "race");
      const on = cases.items.filter(isWaitable);
      const deadline =
        timeout === null || run.firstReady(on) >= 0
          ? undefined
          : openTimer(run, durationMs("race", "timeout", timeout));
      return run.wait({ on, deadline, timeoutValue: new Tuple([-2, null]), select: true, owned: true });
    },
  },
  {
    name: "_join",
    doc: "Waits until the fibers that this one has started have ended.",
    parameters: [],
    returns: "None",
    call: (thread) => runOf(thread, "go").join(),
  },
];

function isCallable(value: Value): boolean {
  return value instanceof HeapValue && value.callable && !(value instanceof AnyFuture);
}

function elements(thread: Thread, verb: string, name: string, value: Value): readonly Value[] {
  const found = value instanceof Dict ? undefined : elementsOf(thread, value);
  if (found === undefined) throw new EvalError(`${verb}: for parameter ${name}: got ${typeName(value)}, want list`);
  return found;
}

/** Each call as a tuple of the function and its arguments. */
function readCalls(thread: Thread, functions: Value): Tuple[] {
  const calls = elements(thread, "parallel", "functions", functions);
  thread.charge(48 + 40 * calls.length);
  return calls.map((item, i) => {
    if (isCallable(item)) return new Tuple([item]);
    const parts = item instanceof Tuple || item instanceof List ? item.items : [];
    if (parts[0] !== undefined && isCallable(parts[0])) return item instanceof Tuple ? item : new Tuple([...parts]);
    throw new EvalError(
      `parallel: item ${i}: got ${typeName(item)}, want a function, or a tuple of a function and its arguments: ` +
        "parallel([f, (g, x)]), not parallel([f(), g(x)])",
    );
  });
}

function readMost(max: Value): number | undefined {
  if (max === null) return undefined;
  if (typeof max !== "number") throw new EvalError(`parallel: for parameter max: got ${typeName(max)}, want int`);
  if (max < 1) throw new EvalError(`parallel: max must be at least 1, got ${max}`);
  return max;
}

function errorPolicy(onError: Value): { failFast: boolean; answer: "values" | "outcomes" } {
  switch (onError) {
    case "cancel":
      return { failFast: true, answer: "values" };
    case "wait":
      return { failFast: false, answer: "values" };
    case "collect":
      return { failFast: false, answer: "outcomes" };
    default:
      throw new EvalError('parallel: on_error must be "cancel", "wait" or "collect"');
  }
}

/** The timer of a wait that does not end at once. */
function timeoutOf(
  run: RunPort,
  verb: string,
  args: Arguments,
  atOnce: boolean,
): { deadline: Future | undefined; timeoutValue: Value } {
  const timeout = args["timeout"] ?? null;
  const deadline = timeout === null || atOnce ? undefined : openTimer(run, durationMs(verb, "timeout", timeout));
  return { deadline, timeoutValue: args["timeout_value"] ?? null };
}
