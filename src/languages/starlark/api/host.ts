/** What the verbs of the API see of the run, or of the loading, that they are called in. */
import type { Effect, OpenEffect } from "../../../core/effect.ts";
import type { TriggerDescription } from "../../../core/program.ts";
import type { Filter } from "../../../core/filter.ts";
import type { Thread } from "../library/builtin.ts";
import { EvalError } from "../values/errors.ts";
import type { Tuple, Value } from "../values/value.ts";
import type { Host, Vm } from "../vm/vm.ts";
import type { Waitable } from "./channel.ts";
import type { FiberFuture, Future } from "./future.ts";

/** An effect as a verb asks for it: the run adds its number and where it comes from. */
export type EffectRequest = WithoutOrigin<Effect>;
export type OpenEffectRequest = WithoutOrigin<OpenEffect>;
type WithoutOrigin<T> = T extends Effect ? Omit<T, "n" | "origin"> : never;

/** How a call goes on once one of the things it waits for is there. */
export interface Waiting {
  /** Ready cases are taken in the order in which they became ready; those of a group all together. */
  on: Waitable[];
  /** A timer; when it is first, the call answers `timeoutValue`. */
  deadline: Future | undefined;
  timeoutValue: Value;
  /** The call answers (index of the case, its value) instead of the value alone. */
  select: boolean;
  /** The futures belong to this call: when it goes on, those that are still pending are cancelled. */
  owned: boolean;
  /** Present when the call waits for all of `on`, which are futures. */
  group?: Group;
}

/** How a call waits for all of several futures. */
export interface Group {
  /** Those of `on` that were pending when it was last looked at; who looks at it keeps it so. */
  pending: Waitable[];
  /**
   * Calls, each a tuple of a function and its arguments, the last one first. Fibers for them join `on`, in order, as soon as they
   * may be started.
   */
  readonly rest: Tuple[];
  /** So many of `on` may be pending when another one of `rest` is started. */
  readonly most: number;
  /** The first failure ends the wait. */
  readonly failFast: boolean;
  /** The call answers a list of the values; of structs of ok, value and error; or None. */
  readonly answer: "values" | "outcomes" | "nothing";
  /** `on` are the fibers that one whose function has returned has started: a failure that somebody saw does not count. */
  readonly joins: boolean;
}

/** The run that a verb is called in. */
export interface RunPort {
  readonly runId: string;
  readonly project: string;
  now(): number;
  /** Asks for an effect that is not answered; answers its number. */
  emit(effect: EffectRequest, label?: string): number;
  /** Asks for an effect that will be answered. `completion` names how its answer becomes a value. */
  openEffect(effect: OpenEffectRequest, completion: CompletionKind, label?: string): Future;
  /** Waits for an event from where this run last received one of this type and filter, or from `since`. */
  openAwait(filter: Filter, since: "start" | "now" | undefined, label?: string): Future;
  /** The value of the first case that is ready, or `parked` after noting what the call waits for. */
  wait(waiting: Waiting): Value;
  /** Whether a case is ready: the first one's index, or -1. */
  firstReady(cases: readonly Waitable[]): number;
  /** Takes the value of a ready case. Throws EvalError when it failed. */
  take(waitable: Waitable): Value;
  /** Starts a fiber that calls a function. Throws LimitReached when there are too many. */
  startFiber(called: Value, args: Tuple, kwargs: Value): FiberFuture;
  /** Waits until the fibers that this one has started have ended. */
  join(): Value;
  /** Ends what a future stands for. Answers whether there was something to end, or `parked` when that was the calling fiber. */
  cancel(future: Future | FiberFuture): Value;
  /** Has a call made when the run ends: a tuple of a function, its arguments and its named arguments. Answers how many there are. */
  deferCall(call: Tuple): number;
  /** The run's variables and secrets. */
  vars(): Value;
}

export type CompletionKind = "value" | "http_response" | "event" | "bool" | "none" | "gitlab_body";

/** Collects what the top level of handlers registers. */
export interface Registration {
  register(thread: Thread, trigger: Omit<TriggerDescription, "where"> & { handler: Value }): void;
}

/** The host of a VM that runs scripts of AutoFlow. */
export interface ApiHost extends Host {
  /** undefined while a script is loaded. */
  readonly run: RunPort | undefined;
  /** undefined where no trigger can be registered; then `whyNotRegister` says why. */
  readonly registration: Registration | undefined;
  readonly whyNotRegister: string;
}

/** The host of the VM that calls a builtin. */
export function hostOf(thread: Thread): ApiHost {
  return (thread as Vm).host as ApiHost;
}

/** The run that a verb is called in. Throws EvalError while a script is loaded: there is no run yet. */
export function runOf(thread: Thread, verb: string): RunPort {
  const { run } = hostOf(thread);
  if (run !== undefined) return run;
  throw new EvalError(
    `${verb} cannot be called while the script is loaded, before there is a run: call it in a handler, ` +
      "or start the file as a driver script with `autoflow run`",
  );
}

/** Makes the frame that a builtin was called from catch errors. */
export function catchErrorsInCaller(thread: Thread): void {
  (thread as Vm).current!.top.boundary = true;
}
