/** `on_validate`: which handler judges which changes before they are made, and what it answers. */
import type { Thread } from "../library/builtin.ts";
import { parameter } from "../library/parameters.ts";
import { EvalError } from "../values/errors.ts";
import { Struct } from "../values/struct.ts";
import { typeName } from "../values/type-name.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { readFilter } from "./filters.ts";
import { readHandler, registrationOf } from "./on-event.ts";
import { defineVerb } from "./verb.ts";

export const onValidate = defineVerb(
  {
    name: "on_validate",
    doc:
      "Says which handler judges changes of a type before they are made, `def handler(w, change)`. It answers with allow(), " +
      "deny(reason), True or False, at once: it may read (GET), and leaves nothing behind. Called at the top level of a script.",
    parameters: [
      {
        ...parameter("type", "string | list"),
        doc: 'A type of changes, or a list of them; a last "*" stands for any ending.',
      },
      {
        ...parameter("handler", "callable"),
        doc: "Called with a context and the change: its type, data, project and path.",
      },
      { ...parameter("name", "string | None", "None"), doc: "The rule's name; the handler's name by default." },
      {
        ...parameter("filter", "dict | None", "None"),
        doc: "Fields that the change's data must have, as of on_event. What lacks them is not judged by this handler.",
      },
    ],
    returns: "None",
    waits: false,
  },
  (thread, args) => {
    const registration = registrationOf(thread, "on_validate");
    const { handler, name } = readHandler("on_validate", args["handler"]!, args["name"]);
    registration.register(thread, {
      name,
      handler,
      filter: { types: [], fields: [] },
      validates: readFilter("on_validate", args["type"]!, args["filter"] ?? null),
    });
    return null;
  },
);

/** What handlers of on_validate answer with. */
export const allow = defineVerb(
  {
    name: "allow",
    doc: "The answer of a handler of on_validate to a change that it has nothing against.",
    parameters: [],
    returns: "struct",
    waits: false,
  },
  (thread) => decision(thread, "allow", []),
);

export const deny = defineVerb(
  {
    name: "deny",
    doc: "The answer of a handler of on_validate to a change that must not be made.",
    parameters: [
      {
        ...parameter("reason", "string | list"),
        doc: "Why, for the person who wants the change: a sentence, or a list of them.",
      },
    ],
    returns: "struct",
    waits: false,
  },
  (thread, args) => decision(thread, "deny", readReasons(args["reason"]!)),
);

function decision(thread: Thread, name: string, reasons: string[]): Struct {
  thread.charge(128 + 16 * reasons.length);
  return new Struct(["decision", "reasons"], [name, new Tuple(reasons)]);
}

function readReasons(value: Value): string[] {
  const reasons = value instanceof List || value instanceof Tuple ? value.items : [value];
  if (reasons.length === 0) throw new EvalError("deny: reason: a list without a reason");
  return reasons.map((reason) => {
    if (typeof reason === "string" && reason !== "") return reason;
    const got = reason === "" ? "an empty string" : typeName(reason);
    throw new EvalError(`deny: for parameter reason: got ${got}, want a sentence or a list of sentences`);
  });
}
