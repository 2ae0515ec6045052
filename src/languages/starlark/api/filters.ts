/** Filters as scripts write them: `type=` and `filter=` of `on_event`, `wait_for_event` and `event`. */
import type { FieldTest, Filter, Scalar } from "../../../core/filter.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { Struct } from "../values/struct.ts";
import { toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { Float, List, Tuple, type Value } from "../values/value.ts";

const maxTypes = 64;
const maxFields = 64;
const maxDepth = 16;

/** Throws EvalError for what is not a filter. */
export function readFilter(verb: string, type: Value, filter: Value): Filter {
  const fields: Filter["fields"] = [];
  if (filter !== null) readFields(verb, filter, [], fields);
  return { types: readTypes(verb, type), fields };
}

function readTypes(verb: string, value: Value): string[] {
  const types = value instanceof List || value instanceof Tuple ? value.items : [value];
  if (types.length === 0 || types.length > maxTypes) {
    throw new EvalError(`${verb}: type: want 1 to ${maxTypes} event types, got ${types.length}`);
  }
  return types.map((item) => {
    if (typeof item !== "string") {
      throw new EvalError(`${verb}: for parameter type: got ${typeName(item)}, want string or a list of strings`);
    }
    const text = toText(item);
    if (text === "" || text.slice(0, -1).includes("*")) {
      throw new EvalError(`${verb}: type: "${item}" is not an event type; only its end may be a *`);
    }
    return text;
  });
}

function readFields(verb: string, value: Value, path: readonly string[], fields: Filter["fields"]): void {
  if (path.length > maxDepth) throw new EvalError(`${verb}: filter: nested more than ${maxDepth} deep`);
  for (const [name, wanted] of fieldsOf(verb, value)) {
    if (typeof name !== "string")
      throw new EvalError(`${verb}: filter: field names must be strings, not ${typeName(name)}`);
    const inner = [...path, ...toText(name).split(".")];
    const affixes = wanted instanceof Dict ? readAffixes(verb, name, wanted) : undefined;
    if (affixes !== undefined) fields.push(...affixes.map((affix) => ({ path: inner, anyOf: [], ...affix })));
    else if (wanted instanceof Dict || wanted instanceof Struct) readFields(verb, wanted, inner, fields);
    else fields.push({ path: inner, anyOf: readWanted(verb, name, wanted) });
    if (fields.length > maxFields) throw new EvalError(`${verb}: filter: more than ${maxFields} fields`);
  }
}

/** What a text has to begin and end with: the keys `$prefix` and `$suffix`, which no field of GitLab's has. Undefined for other dicts. */
function readAffixes(verb: string, name: string, wanted: Dict): Pick<FieldTest, "prefixes" | "suffixes">[] | undefined {
  const entries = [...wanted.entries()];
  if (!entries.some(([key]) => key === "$prefix" || key === "$suffix")) return undefined;
  return entries.map(([key, value]) => {
    if (key !== "$prefix" && key !== "$suffix") {
      throw new EvalError(`${verb}: filter: ${name}: beside $prefix and $suffix there can be no other keys`);
    }
    const texts = readWanted(verb, name, value);
    if (!texts.every((text) => typeof text === "string" && text !== "")) {
      throw new EvalError(`${verb}: filter: ${name}: ${key} wants a text that is not empty, or a list of these`);
    }
    return { [key === "$prefix" ? "prefixes" : "suffixes"]: texts };
  });
}

function fieldsOf(verb: string, value: Value): Iterable<[Value, Value]> {
  if (value instanceof Dict) return value.entries();
  if (value instanceof Struct) return value.names.map((name, i) => [name, value.values[i]!]);
  throw new EvalError(`${verb}: for parameter filter: got ${typeName(value)}, want dict`);
}

function readWanted(verb: string, name: string, wanted: Value): Scalar[] {
  if (!(wanted instanceof List || wanted instanceof Tuple)) return [readScalar(verb, name, wanted)];
  if (wanted.items.length === 0) throw new EvalError(`${verb}: filter: ${name}: an empty list matches nothing`);
  return wanted.items.map((item) => readScalar(verb, name, item));
}

function readScalar(verb: string, name: string, value: Value): Scalar {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "string") return toText(value);
  if (value instanceof Float && Number.isFinite(value.value)) return value.value;
  throw new EvalError(
    `${verb}: filter: ${name}: got ${typeName(value)}, want a string, number, bool, None, or a list of these`,
  );
}
