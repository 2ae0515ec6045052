/** `x.name`: fields of values and methods of the built-in types. */
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { StarlarkSet } from "../values/set.ts";
import { quoteText } from "../values/quote.ts";
import { Struct } from "../values/struct.ts";
import { Duration } from "../values/time.ts";
import { typeName } from "../values/type-name.ts";
import { Vars } from "../values/vars.ts";
import { Bytes, HeapValue, List, type Value } from "../values/value.ts";
import { Builtin, type BuiltinSpec, type Thread } from "./builtin.ts";
import { bytesMethods } from "./bytes-methods.ts";
import { dictMethods } from "./dict-methods.ts";
import { listMethods } from "./list-methods.ts";
import { setMethods } from "./set-methods.ts";
import { nearest } from "./spelling.ts";
import { stringMethods } from "./string-methods.ts";

export type MethodTable = ReadonlyMap<string, BuiltinSpec>;

/** The methods of a value's type; undefined when it has none. */
export function methodsOf(value: Value): MethodTable | undefined {
  if (typeof value === "string") return stringMethods;
  if (!(value instanceof HeapValue)) return undefined;
  if (value instanceof List) return listMethods;
  if (value instanceof Dict) return dictMethods;
  if (value instanceof StarlarkSet) return setMethods;
  if (value instanceof Bytes) return bytesMethods;
  return value.methods();
}

/**
 * The method that `value.name` means, unbound; undefined when it is a field or nothing. For calls `value.name(…)`: the
 * machine passes the value as `self` and need not make a bound method.
 */
export function methodOf(value: Value, name: string): BuiltinSpec | undefined {
  return methodsOf(value)?.get(name);
}

/** `value.name`: a field, or a method bound to the value; undefined when there is neither. */
export function findAttribute(thread: Thread, value: Value, name: string): Value | undefined {
  const method = methodOf(value, name);
  if (method !== undefined) {
    thread.charge(48);
    return new Builtin(method, value);
  }
  return value instanceof HeapValue ? value.attribute(name) : undefined;
}

/** So many names are looked at for a hint. */
const hintCandidates = 200;

/** `value.name`. Throws EvalError, with a hint for misspellings, when there is no such attribute. */
export function getAttr(thread: Thread, value: Value, name: string): Value {
  const found = findAttribute(thread, value, name);
  if (found !== undefined) return found;
  const names = attributeNames(value);
  thread.spend(100 + 10 * names.length);
  const hint = value instanceof Duration ? undefined : nearest(name, names.slice(0, hintCandidates));
  throw new EvalError(`${missingAttribute(value, name)}${hint === undefined ? "" : ` (did you mean .${hint}?)`}`);
}

/** What is said of an attribute that does not exist. */
export function missingAttribute(value: Value, name: string): string {
  if (value instanceof Vars) return value.missingKey(quoteText(name));
  const type = typeName(value);
  if (type === "time.duration") return `unrecognized time.duration attribute ${quoteText(name)}`;
  if (value instanceof Struct && value.constructorName !== "struct") {
    return `${value.constructorName} struct has no .${name} attribute`;
  }
  return type === "struct" ? `struct has no .${name} attribute` : `${type} has no .${name} field or method`;
}

/** `value.name = element`. Throws EvalError when that cannot be, as for all types of the language. */
export function setAttr(value: Value, name: string, element: Value): void {
  if (value instanceof HeapValue && value.setAttribute(name, element)) return;
  throw new EvalError(`can't assign to .${name} field of ${typeName(value)}`);
}

/** Names of all fields and methods, sorted: what dir() answers. */
export function attributeNames(value: Value): string[] {
  const names = new Set(methodsOf(value)?.keys());
  if (value instanceof HeapValue) for (const name of value.attributeNames()) names.add(name);
  return [...names].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
