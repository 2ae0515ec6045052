/** Events: waiting for them, and sending them. */
import type { Thread } from "../library/builtin.ts";
import { encodeJson } from "../library/json-encode.ts";
import { parameter } from "../library/parameters.ts";
import { EvalError } from "../values/errors.ts";
import { fromText, toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { effectId } from "../../../core/ids.ts";
import { readFilter } from "./filters.ts";
import { type Future, openTimer } from "./future.ts";
import { type RunPort, runOf } from "./host.ts";
import { durationMs, textOption } from "./options.ts";
import { type Arguments, defineVerb } from "./verb.ts";

const eventParameters = [
  { ...parameter("type", "string | list"), doc: 'An event type, or a list of them; a last "*" stands for any ending.' },
  {
    ...parameter("filter", "dict | None", "None"),
    doc:
      "Fields that the event's data must have: names (dots and dicts go deeper) and the values wanted, or lists of them; " +
      '{"$prefix": …} and {"$suffix": …} for how a text begins and ends.',
  },
];

const sinceParameter = {
  ...parameter("since", "string | None", "None"),
  passing: "keyword" as const,
  doc:
    "From where on events count: by default from the start of the run, or after the last one received with this type and filter; " +
    '"now" for later ones only, "start" for all since the start.',
};

const labelParameter = { ...parameter("label", "string | None", "None"), passing: "keyword" as const };

function openEvent(run: RunPort, verb: string, args: Arguments): Future {
  const since = args["since"] ?? null;
  if (since !== null && since !== "now" && since !== "start") {
    throw new EvalError(`${verb}: since must be "now", "start" or None`);
  }
  const filter = readFilter(verb, args["type"]!, args["filter"] ?? null);
  return run.openAwait(filter, since ?? undefined, textOption(verb, "label", args["label"]));
}

export const event = defineVerb(
  {
    name: "event",
    doc: "A future of the next event of a type that passes the filter.",
    parameters: [...eventParameters, sinceParameter, labelParameter],
    returns: "future",
    waits: false,
  },
  (thread, args) => openEvent(runOf(thread, "event"), "event", args),
);

export const waitForEvent = defineVerb(
  {
    name: "wait_for_event",
    doc: "Waits for the next event of a type that passes the filter, and answers it. After `timeout` it answers `timeout_value`.",
    parameters: [
      ...eventParameters,
      { ...parameter("timeout", "duration | None", "None"), doc: "How long to wait at most." },
      sinceParameter,
      { ...parameter("timeout_value", "any", "None"), passing: "keyword" },
      labelParameter,
    ],
    returns: "dict",
    waits: true,
  },
  (thread, args) => {
    const run = runOf(thread, "wait_for_event");
    const future = openEvent(run, "wait_for_event", args);
    const timeout = args["timeout"] ?? null;
    const deadline = timeout === null ? undefined : openTimer(run, durationMs("wait_for_event", "timeout", timeout));
    const timeoutValue = args["timeout_value"] ?? null;
    return run.wait({ on: [future], deadline, timeoutValue, select: false, owned: true });
  },
);

/** Sends an event; answers its id. */
export function emitEvent(thread: Thread, verb: string, type: Value, data: Value, subject: Value): string {
  const run = runOf(thread, verb);
  if (typeof type !== "string" || type === "") throw new EvalError(`${verb}: type must be a string that is not empty`);
  const subjectText = textOption(verb, "subject", subject);
  const n = run.emit({
    kind: "emit",
    type: toText(type),
    data: toText(encodeJson(thread, data)),
    ...(subjectText === undefined ? {} : { subject: subjectText }),
  });
  return fromText(effectId(run.runId, n));
}

export const emit = defineVerb(
  {
    name: "emit",
    doc: "Sends an event into this project. Answers the event's id.",
    parameters: [
      { ...parameter("type", "string"), doc: "The event's type." },
      { ...parameter("data", "any", "None"), doc: "What JSON can express." },
      { ...parameter("subject", "string | None", "None"), doc: "What the event is about." },
    ],
    returns: "string",
    waits: false,
  },
  (thread, args) => emitEvent(thread, "emit", args["type"]!, args["data"] ?? null, args["subject"] ?? null),
);
