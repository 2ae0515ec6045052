/** `on_schedule`: which handler the clock starts, and when. */
import type { Schedule } from "../../../core/schedule.ts";
import { parameter } from "../library/parameters.ts";
import { EvalError } from "../values/errors.ts";
import { modeParameter, readConcurrency } from "./concurrency.ts";
import { durationMs, textOption } from "./options.ts";
import { readHandler, registrationOf } from "./on-event.ts";
import { type Arguments, defineVerb } from "./verb.ts";

const shortestMs = 1000;

export const onSchedule = defineVerb(
  {
    name: "on_schedule",
    doc:
      "Says when the clock starts a run of a handler, `def handler(w, ev)`. The event is of the type autoflow.schedule, and its " +
      "data.scheduled_at is the time at which the run was due. Called at the top level of a script.",
    parameters: [
      {
        ...parameter("cron", "string | None", "None"),
        doc: 'A cron expression of five fields, such as "0 9 * * mon-fri"; a sixth in front is seconds.',
      },
      { ...parameter("handler", "callable | None", "None"), doc: "Called with the run's context and the event." },
      {
        ...parameter("timezone", "string | None", "None"),
        doc: 'The zone in which the expression is read, such as "Europe/Berlin"; UTC by default.',
      },
      {
        ...parameter("every", "duration | None", "None"),
        doc: "An interval, in place of cron: the first run is due one interval after the script came into use.",
      },
      { ...parameter("name", "string | None", "None"), doc: "The trigger's name; the handler's name by default." },
      modeParameter,
    ],
    returns: "None",
    waits: false,
  },
  (thread, args) => {
    const registration = registrationOf(thread, "on_schedule");
    const { handler, name } = readHandler("on_schedule", args["handler"] ?? null, args["name"]);
    const concurrency = readConcurrency("on_schedule", null, args["mode"]);
    registration.register(thread, {
      name,
      handler,
      filter: { types: [], fields: [] },
      schedule: readSchedule(args),
      ...(concurrency === undefined ? {} : { concurrency }),
    });
    return null;
  },
);

/** Whether a cron expression can be read, whoever makes the definition active says. */
function readSchedule(args: Arguments): Schedule {
  const cron = textOption("on_schedule", "cron", args["cron"]);
  const timezone = textOption("on_schedule", "timezone", args["timezone"]);
  const every = args["every"] ?? null;
  if ((cron === undefined) === (every === null))
    throw new EvalError('on_schedule: say either cron="..." or every="..."');
  if (every === null) return { cron: cron!, ...(timezone === undefined ? {} : { timezone }) };
  if (timezone !== undefined) throw new EvalError("on_schedule: an interval is of no time zone: leave timezone out");
  const ms = durationMs("on_schedule", "every", every);
  if (ms < shortestMs) throw new EvalError("on_schedule: every: a second at least");
  return { every: ms };
}
