/** `on_event`: which handler is for which events. */
import type { Thread } from "../library/builtin.ts";
import { parameter } from "../library/parameters.ts";
import { EvalError } from "../values/errors.ts";
import { toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import { StarlarkFunction } from "../vm/function.ts";
import { keyParameter, modeParameter, readConcurrency } from "./concurrency.ts";
import { readFilter } from "./filters.ts";
import { hostOf, type Registration } from "./host.ts";
import { textOption } from "./options.ts";
import { defineVerb } from "./verb.ts";

export const onEvent = defineVerb(
  {
    name: "on_event",
    doc: "Says that each event of a type starts a run of a handler, `def handler(w, ev)`. Called at the top level of a script.",
    parameters: [
      {
        ...parameter("type", "string | list"),
        doc: 'An event type, or a list of them; a last "*" stands for any ending.',
      },
      { ...parameter("handler", "callable"), doc: "Called with the run's context and the event." },
      { ...parameter("name", "string | None", "None"), doc: "The trigger's name; the handler's name by default." },
      {
        ...parameter("filter", "dict | None", "None"),
        doc:
          "Fields that the event's data must have: names (dots and dicts go deeper) and the values wanted, or lists of them; " +
          '{"$prefix": …} and {"$suffix": …} for how a text begins and ends.',
      },
      keyParameter,
      modeParameter,
    ],
    returns: "None",
    waits: false,
  },
  (thread, args) => {
    const registration = registrationOf(thread, "on_event");
    const { handler, name } = readHandler("on_event", args["handler"]!, args["name"]);
    const concurrency = readConcurrency("on_event", args["key"], args["mode"]);
    registration.register(thread, {
      name,
      filter: readFilter("on_event", args["type"]!, args["filter"] ?? null),
      handler,
      ...(concurrency === undefined ? {} : { concurrency }),
    });
    return null;
  },
);

/** What collects the triggers of a script. Throws EvalError where there is nothing to collect. */
export function registrationOf(thread: Thread, verb: string): Registration {
  const { registration, whyNotRegister } = hostOf(thread);
  if (registration === undefined) throw new EvalError(`${verb}: ${whyNotRegister}`);
  return registration;
}

/** A handler that can be called with two arguments, and the trigger's name. */
export function readHandler(verb: string, handler: Value, name: Value | undefined): { handler: Value; name: string } {
  const given = textOption(verb, "name", name);
  return { handler: checkHandler(verb, handler), name: given ?? handlerName(verb, handler) };
}

function handlerName(verb: string, handler: Value): string {
  const name = handler instanceof StarlarkFunction ? handler.name : "";
  if (name !== "" && name !== "lambda") return toText(name);
  throw new EvalError(`${verb}: ${name === "" ? "this handler" : "a lambda"} has no name of its own: add name="..."`);
}

function checkHandler(verb: string, handler: Value): Value {
  if (!(handler instanceof StarlarkFunction)) {
    throw new EvalError(`${verb}: for parameter handler: got ${typeName(handler)}, want a function of the script`);
  }
  if (!acceptsTwo(handler)) {
    throw new EvalError(
      `${verb}: handler ${handler.name} must accept two arguments, the context and the event: def ${handler.name}(w, ev)`,
    );
  }
  return handler;
}

/** Whether a function can be called with two arguments. */
export function acceptsTwo({ code }: StarlarkFunction): boolean {
  const accepted = code.parameters.length - code.keywordOnly;
  const optional = new Set(code.defaults);
  const required = code.parameters.filter((_, i) => !optional.has(i));
  const requiredByName = code.parameters.filter((_, i) => i >= accepted && !optional.has(i));
  return (accepted >= 2 || code.rest >= 0) && required.length <= 2 && requiredByName.length === 0;
}
