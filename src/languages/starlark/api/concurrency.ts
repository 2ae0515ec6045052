/** `key=` and `mode=` of triggers: how many of their runs are open for one object. */
import { type Concurrency, concurrencyModes } from "../../../core/program.ts";
import type { ParameterSpec } from "../library/builtin.ts";
import { EvalError } from "../values/errors.ts";
import { toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { textOption } from "./options.ts";

const maxFields = 16;

const modes: readonly string[] = [...concurrencyModes, "parallel"];

export const modeParameter: ParameterSpec = {
  name: "mode",
  type: "string | None",
  default: "None",
  passing: "keyword",
  doc:
    'What becomes of an event while a run of the same key is open. "queue": its run waits. "skip": it starts nothing. "replace": the ' +
    'open run is cancelled. "coalesce": its run waits, in place of one that waits already. "parallel": its run begins at once.',
};

export const keyParameter: ParameterSpec = {
  name: "key",
  type: "string | list | None",
  default: "None",
  passing: "keyword",
  doc:
    'Fields of the event\'s data that tell runs apart, such as "object_attributes.iid": runs of one key are open one at a time, unless ' +
    "mode says otherwise. With a mode and no key all runs of the trigger have the same. Without both, every event starts a run at once.",
};

/** What the arguments of a verb say; undefined where runs are of no concern to each other. */
export function readConcurrency(
  verb: string,
  key: Value | undefined,
  mode: Value | undefined,
): Concurrency | undefined {
  const by = fields(verb, key ?? null);
  const name = textOption(verb, "mode", mode) ?? (by === undefined ? "parallel" : "queue");
  if (!modes.includes(name)) {
    throw new EvalError(`${verb}: mode: there is no mode "${name}", there are ${modes.join(", ")}`);
  }
  return name === "parallel" ? undefined : { by: by ?? [], mode: name as Concurrency["mode"] };
}

function fields(verb: string, key: Value): string[][] | undefined {
  if (key === null) return undefined;
  const items = key instanceof List || key instanceof Tuple ? key.items : [key];
  if (items.length === 0 || items.length > maxFields) {
    throw new EvalError(`${verb}: key: want 1 to ${maxFields} fields, got ${items.length}`);
  }
  return items.map((item) => {
    if (typeof item !== "string") {
      throw new EvalError(`${verb}: for parameter key: got ${typeName(item)}, want string or a list of strings`);
    }
    const path = toText(item).split(".");
    if (path.includes("")) throw new EvalError(`${verb}: key: "${item}" is no field, such as "object_attributes.iid"`);
    return path;
  });
}
