/**
 * Keys of dicts and sets. Values that are equal have the same key and unequal values have different ones, so that a Map with
 * these keys is the whole hash table:
 *
 *   None, bool, string        themselves
 *   int of 32 bits            itself, mixed with a secret of the process
 *   other numbers             a string that begins with a character above U+00FF, which no byte string contains
 *   bytes, tuple, struct      likewise; the parts of a tuple delimit themselves
 *   durations, times          likewise
 *   functions                 themselves
 *
 * V8 hashes strings with a secret of the process, but numbers in a way that everybody can compute, and of a bigint only the
 * lowest 64 bits: a script could choose numbers that all collide, and make every access walk through all of them.
 */
import { processSecret } from "../../../core/process-secret.ts";
import type { Thread } from "../library/builtin.ts";
import { EvalError } from "./errors.ts";
import { Struct } from "./struct.ts";
import { Bytes, Float, type HeapValue, Tuple, type IntKey, type Key, plainTextLength, type Value } from "./value.ts";

/** Deeper keys are refused, as comparing them would be. */
const maximumDepth = 64;
/** Longer keys are refused: shared parts could make a small tuple spell out an endless key. */
const maximumLength = 1 << 20;

const secret = processSecret();

/** The key of a value. Throws EvalError when the value cannot be hashed. */
export function hashKey(value: Value): Key {
  switch (typeof value) {
    case "number":
      return numberKey(value);
    case "bigint":
      return paid(`\u0104${value.toString(32)}`);
    case "string":
      if (value.length > plainTextLength) payer.thread?.spend(value.length >> 5);
      return value;
    case "object":
      return value === null ? null : heapKey(value);
    default:
      return value;
  }
}

/** The int that `hashKey` made a key of. */
export function intOf(key: IntKey): number {
  return key ^ secret;
}

function numberKey(value: number): Key {
  return (value | 0) === value ? ((value ^ secret) as IntKey) : `\u0103${value}`;
}

function heapKey(value: HeapValue): Key {
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
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? hashKey(BigInt(value)) : numberKey(value + 0);
}

/**
 * Who pays for keys that are spelled out: the machine that computes now. A small tuple of shared parts can have a long key, and
 * tables keep it.
 */
const payer: { thread: Pick<Thread, "spend" | "charge"> | undefined } = { thread: undefined };

/** Lets a thread pay for long keys while it computes. */
export function payingForKeys<Result>(thread: Pick<Thread, "spend" | "charge">, compute: () => Result): Result {
  const { thread: outer } = payer;
  payer.thread = thread;
  try {
    return compute();
  } finally {
    payer.thread = outer;
  }
}

/** Shorter ones are paid with the entry that they are for. */
const shortKey = 64;

function paid(key: string): string {
  if (key.length > shortKey && payer.thread !== undefined) {
    payer.thread.spend(key.length >> 5);
    payer.thread.charge(24 + key.length);
  }
  return key;
}

/** The key of a tuple of a few small ints and texts; undefined when it is not one, or its key must be paid. */
export function plainTupleKey({ items }: Tuple): string | undefined {
  const count = items.length;
  if (count > 4) return undefined;
  if (count === 2) {
    const [a, b] = items;
    if (typeof a === "number" && typeof b === "number" && (a | 0) === a && (b | 0) === b) {
      return fromCharCode(mark, open, 2, 0, int, a & 0xffff, a >>> 16, int, b & 0xffff, b >>> 16);
    }
  }
  let text = fromCharCode(mark, open, count, 0);
  for (let i = 0; i < count; i++) {
    const item = items[i];
    if (typeof item === "number") {
      if ((item | 0) !== item) return undefined;
      text += spelled(int, item);
    } else if (typeof item === "string" && item.length < shortKey) text += `s${item.length} ${item}`;
    else return undefined;
  }
  return text.length <= shortKey ? text : undefined;
}

const { fromCharCode } = String;
const mark = 0x101;
const open = 0x28;
const int = 0x6e;
const identity = 0x69;

/** A kind and a number of 32 bits: three characters whatever the number is, so that keys are as long in every process. */
function spelled(kind: number, number: number): string {
  return fromCharCode(kind, number & 0xffff, number >>> 16);
}

function compositeKey(value: Tuple | Struct): string {
  if (value instanceof Tuple) {
    const plain = plainTupleKey(value);
    if (plain !== undefined) return plain;
  }
  const writer: KeyWriter = { text: "\u0101" };
  writeKey(writer, value, 1);
  return paid(writer.text);
}

interface KeyWriter {
  text: string;
}

function writeKey(writer: KeyWriter, value: Value, depth: number): void {
  if (depth > maximumDepth) throw new EvalError("comparison exceeded maximum recursion depth");
  if (value instanceof Tuple) {
    writer.text += spelled(open, value.items.length);
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
      return spelled(int, intOf(key));
    case "boolean":
      return key ? "t" : "f";
    default:
      return key === null ? "0" : spelled(identity, identityOf(key));
  }
}

// Only whether two numbers are the same is ever seen, so results do not depend on what ran before.
const identities = { numbers: new WeakMap<HeapValue, number>(), last: 0 };

function identityOf(value: HeapValue): number {
  let number = identities.numbers.get(value);
  if (number === undefined) {
    number = ++identities.last;
    identities.numbers.set(value, number);
  }
  return number;
}
