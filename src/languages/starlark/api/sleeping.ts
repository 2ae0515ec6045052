/** Waiting for time to pass. */
import type { Thread } from "../library/builtin.ts";
import { parameter } from "../library/parameters.ts";
import { EvalError } from "../values/errors.ts";
import { Float } from "../values/value.ts";
import { openTimer } from "./future.ts";
import { runOf } from "./host.ts";
import { durationMs, momentMs, textOption } from "./options.ts";
import { type Arguments, defineVerb } from "./verb.ts";

const durationParameters = [
  {
    ...parameter("duration", "duration | None", "None"),
    doc: 'A duration of `time`, a text such as "1h30m", or seconds.',
  },
  ...["seconds", "minutes", "hours", "days"].map((name) => ({
    ...parameter(name, "float | int", "0"),
    passing: "keyword" as const,
    doc: "Added to the others.",
  })),
  { ...parameter("label", "string | None", "None"), passing: "keyword" as const, doc: "A name to show to people." },
];

const unitMs: Readonly<Record<string, number>> = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 };

/** The duration that the arguments of `sleep` or `timer` add up to. */
function totalMs(verb: string, args: Arguments): number {
  let total = 0;
  let given = false;
  if (args["duration"] !== undefined && args["duration"] !== null) {
    total += durationMs(verb, "duration", args["duration"]);
    given = true;
  }
  for (const [unit, ms] of Object.entries(unitMs)) {
    const count = args[unit];
    if (count === undefined) continue;
    total += (durationMs(verb, unit, count) / 1000) * ms;
    given = true;
  }
  if (!given) throw new EvalError(`${verb}: no duration given: say ${verb}(minutes=5) or ${verb}("5m")`);
  return Math.round(durationMs(verb, "duration", new Float(total / 1000)));
}

export const sleep = defineVerb(
  {
    name: "sleep",
    doc: "Waits. The run is stored meanwhile and costs nothing, be it for seconds or for years.",
    parameters: durationParameters,
    returns: "None",
    waits: true,
  },
  (thread, args) => {
    const run = runOf(thread, "sleep");
    const timer = openTimer(run, totalMs("sleep", args), textOption("sleep", "label", args["label"]));
    return run.wait({ on: [timer], deadline: undefined, timeoutValue: null, select: false, owned: true });
  },
);

export const sleepUntil = defineVerb(
  {
    name: "sleep_until",
    doc: "Waits until a moment: a time of `time`, an RFC 3339 text, or seconds since 1970. One that has passed does not wait long.",
    parameters: [parameter("time", "time"), { ...parameter("label", "string | None", "None"), passing: "keyword" }],
    returns: "None",
    waits: true,
  },
  (thread: Thread, args) => {
    const run = runOf(thread, "sleep_until");
    const until = Math.max(run.now(), momentMs("sleep_until", args["time"]!));
    const timer = run.openEffect({ kind: "sleep", until }, "none", textOption("sleep_until", "label", args["label"]));
    return run.wait({ on: [timer], deadline: undefined, timeoutValue: null, select: false, owned: true });
  },
);

export const timer = defineVerb(
  {
    name: "timer",
    doc: "A future that is done after a duration; its value is None. Takes the arguments of `sleep`.",
    parameters: durationParameters,
    returns: "future",
    waits: false,
  },
  (thread, args) => {
    const run = runOf(thread, "timer");
    return openTimer(run, totalMs("timer", args), textOption("timer", "label", args["label"]));
  },
);
