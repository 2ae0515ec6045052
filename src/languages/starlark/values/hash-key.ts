/**
 * Keys of dicts and sets. Values that are equal have the same key and unequal values have different ones, so that a Map with
 * these keys is the whole hash table:
 *
 *   None, bool, int, string   themselves
 *   float                     the int it equals, else its number (no int is a number with a fraction)
 *   bytes, tuple, struct      a string that begins with a character above U+00FF, which no byte string contains; the parts of
 *                             a tuple delimit themselves
 *   durations, times          likewise
 *   functions                 themselves
 */
import { EvalError } from "./errors.ts";
import { Struct } from "./struct.ts";
import { Bytes, Float, type HeapValue, Tuple, type Key, type Value } from "./value.ts";

/** Deeper keys are refused, as comparing them would be. */
const maximumDepth = 64;
/** Longer keys are refused: shared parts could make a small tuple spell out an endless key. */
const maximumLength = 1 << 20;

/** The key of a value. Throws EvalError when the value cannot be hashed. */
export function hashKey(value: Value): Key {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Float) return floatKey(value.value);
  if (value instanceof Bytes) return `\u0100${value.data}`;
  if (value instanceof Tuple || value instanceof Struct) return compositeKey(value);
  const content = value.contentKey();
  if (content !== undefined) return `\u0102${value.type} ${content}`;
  if (value.hashedByIdentity) return value;
  throw unhashable(value);
}

function unhashable(value: HeapValue): EvalError {
  const container = value.type === "list" || value.type === "dict" || value.type === "set";
  return new EvalError(container ? `unhashable type: ${value.type}` : `unhashable: ${value.type}`);
}

function floatKey(value: number): Key {
  if (!Number.isInteger(value)) return value;
  return Number.isSafeInteger(value) ? value + 0 : BigInt(value);
}

function compositeKey(value: Tuple | Struct): string {
  const writer: KeyWriter = { text: "\u0101" };
  writeKey(writer, value, 1);
  return writer.text;
}

interface KeyWriter {
  text: string;
}

function writeKey(writer: KeyWriter, value: Value, depth: number): void {
  if (depth > maximumDepth) throw new EvalError("comparison exceeded maximum recursion depth");
  if (value instanceof Tuple) {
    writer.text += `(${value.items.length} `;
    for (const item of value.items) writeKey(writer, item, depth + 1);
  } else if (value instanceof Struct) {
    writer.text += `{${value.names.length} ${value.constructorName.length} ${value.constructorName}`;
    value.names.forEach((name, i) => {
      writer.text += `${name.length} ${name}`;
      writeKey(writer, value.values[i]!, depth + 1);
    });
  } else {
    writer.text += leafKey(hashKey(value));
  }
  if (writer.text.length > maximumLength) throw new EvalError("tuple is too large to be a key");
}

/** Kind, then text whose end is known. */
function leafKey(key: Key): string {
  switch (typeof key) {
    case "string":
      return key.charCodeAt(0) >= 0x100 ? `b${key.length} ${key}` : `s${key.length} ${key}`;
    case "number":
    case "bigint":
      return `n${key} `;
    case "boolean":
      return key ? "t" : "f";
    default:
      return key === null ? "0" : `i${identityOf(key)} `;
  }
}

// Only whether two numbers are the same is ever seen, so results do not depend on what ran before.
const identities = { numbers: new WeakMap<HeapValue, number>(), last: 0 };

function identityOf(value: HeapValue): number {
  let identity = identities.numbers.get(value);
  if (identity === undefined) {
    identity = ++identities.last;
    identities.numbers.set(value, identity);
  }
  return identity;
}
