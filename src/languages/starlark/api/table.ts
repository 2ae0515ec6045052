/** Every verb and name of the API: the one table that scripts, snapshots, docs and editors are served from. */
import { Builtin, type BuiltinSpec } from "../library/builtin.ts";
import { universals } from "../library/registry.ts";
import { makeTime } from "../library/time-module.ts";
import type { MethodTable } from "../library/attributes.ts";
import type { Value } from "../values/value.ts";
import { ask } from "./ask.ts";
import { askInternals } from "./ask-steps.ts";
import { attempt, attemptInternals } from "./attempt.ts";
import { signal, signalChannel } from "./signals.ts";
import { all, fiberInternals, go, parallel, race } from "./fibers.ts";
import { defer, deferInternals } from "./defer.ts";
import { emit, event, waitForEvent } from "./events.ts";
import { futureMethods } from "./future.ts";
import { channelMethods } from "./channel.ts";
import { gitlabInternals, gitlabNamespace, gitlabVerbs } from "./gitlab.ts";
import { httpDo, httpNamespace, httpVerbs } from "./http.ts";
import { onEvent } from "./on-event.ts";
import { onSchedule } from "./on-schedule.ts";
import { allow, deny, onValidate } from "./on-validate.ts";
import { responseMethods } from "./response.ts";
import { select, selectInternals } from "./select.ts";
import { sleep, sleepUntil, timer } from "./sleeping.ts";
import { spawn } from "./spawn.ts";
import { run } from "./steps.ts";
import { testKitInternals } from "./test-kit.ts";
import { defineVerb, type VerbSpec } from "./verb.ts";

const now = defineVerb(
  {
    name: "now",
    doc: "The time of the run: that of the last thing that happened to it. It never goes back.",
    parameters: [],
    returns: "time.time",
    waits: false,
  },
  (thread) => {
    thread.charge(64);
    return makeTime(BigInt(Math.round(thread.now() * 1000)) * 1000n);
  },
);

/** What handlers find on `w`; the same verbs are predeclared names. */
export const runVerbs: readonly VerbSpec[] = [
  run,
  spawn,
  sleep,
  sleepUntil,
  timer,
  waitForEvent,
  event,
  emit,
  signal,
  signalChannel,
  select,
  parallel,
  go,
  all,
  race,
  attempt,
  defer,
  ask,
  now,
  httpDo,
];

/** What only the top level of a handlers script calls. */
export const loadVerbs: readonly VerbSpec[] = [onEvent, onSchedule, onValidate];

/** What handlers of on_validate answer with. */
export const ruleVerbs: readonly VerbSpec[] = [allow, deny];

export { gitlabVerbs, httpVerbs };

/** Values of the run that are not verbs, for docs. `input` and `w` are names of driver scripts only. */
export const runValues: readonly { name: string; type: string; doc: string }[] = [
  { name: "vars", type: "record", doc: "The project's variables and secrets by name. A secret is an opaque text." },
  { name: "input", type: "any", doc: "What a driver script was started with, or None." },
  { name: "w", type: "context", doc: "The run's context, as handlers receive it." },
];

/** Methods of the API's own types, by type. */
export const apiMethods: readonly (readonly [string, MethodTable])[] = [
  ["future", futureMethods],
  ["receive_channel", channelMethods],
  ["response", responseMethods],
];

/** Builtins that only the API's prelude knows. */
export const apiInternals: readonly BuiltinSpec[] = [
  ...attemptInternals,
  ...deferInternals,
  ...selectInternals,
  ...fiberInternals,
  ...askInternals,
  ...gitlabInternals,
  ...testKitInternals,
];

/** Members of `w` by name. */
export const contextMembers: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...runVerbs.map((spec) => [spec.name, new Builtin(spec)] as const),
  ["http", httpNamespace],
  ["gitlab", gitlabNamespace],
]);

/** Predeclared names of every script. What the language has a name for is a member of `w` only: `all` is Starlark's. */
export const apiNames: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...[...loadVerbs, ...ruleVerbs].map((spec) => [spec.name, new Builtin(spec)] as const),
  ...[...contextMembers].filter(([name]) => !universals.has(name)),
]);
