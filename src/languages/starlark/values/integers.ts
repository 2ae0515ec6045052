/**
 * Integers: a number when it is a safe integer, else a bigint. Every function answers in that form, never -0, and refuses
 * results of more than 256 Kibit.
 */
import type { Thread } from "../library/builtin.ts";
import { EvalError } from "./errors.ts";
import { Float, type Value } from "./value.ts";
import { typeName } from "./type-name.ts";

export type Int = number | bigint;

/** Integers are smaller than 2 to this power. */
const maximumBits = 262_144;

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);
const minSafe = -maxSafe;
/** Below this, arithmetic costs next to nothing and is not accounted for. */
const small = 1n << 1024n;
const minSmall = -small;

/** Whether a value is an int. */
export function isInt(value: Value): value is Int {
  return typeof value === "number" || typeof value === "bigint";
}

/** The one form of an integer. */
export function canonicalInt(value: bigint): Int {
  return value <= maxSafe && value >= minSafe ? Number(value) : value;
}

/** How many bits the magnitude of an integer has, rounded up to four. */
function bitLength(value: bigint): number {
  let rest = value < 0n ? -value : value;
  let bits = 0;
  while (rest >= large) {
    rest >>= largeBits;
    bits += 960;
  }
  // A float keeps the magnitude, but rounding can lift it to the next power of two.
  double[0] = Number(rest);
  let log = (words[1]! >> 20) - 1023;
  if (words[0] === 0 && (words[1]! & 0xfffff) === 0 && rest >> BigInt(log) === 0n) log--;
  return bits + (log & ~3) + 4;
}

const largeBits = 960n;
const large = 1n << largeBits;
const double = new Float64Array(1);
/** The float's low and high half. */
const words = new Int32Array(double.buffer);

/** Accounts for a result of so many bits. Throws EvalError when that is more than an integer may have. */
export function chargeInt(thread: Thread, bits: number): void {
  if (bits > maximumBits + 8) {
    throw new EvalError(`int too large: the result would have more than ${maximumBits} bits`);
  }
  thread.charge(24 + (bits >> 3));
  thread.spend(bits >> 9);
}

function isSmall(value: bigint): boolean {
  return value < small && value > minSmall;
}

function charge(thread: Thread, a: bigint, b: bigint): void {
  if (isSmall(a) && isSmall(b)) thread.charge(32);
  else chargeInt(thread, Math.max(bitLength(a), bitLength(b)) + 1);
}

/** Steps that arithmetic whose cost grows with the product of two sizes (in bits) accounts for. */
export function productSteps(a: number, b: number): number {
  return Math.floor((a * b) / (1 << 18));
}

export function addInts(thread: Thread, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
    thread.charge(32);
    return BigInt(a) + BigInt(b);
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  charge(thread, x, y);
  return canonicalInt(x + y);
}

export function subtractInts(thread: Thread, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
    thread.charge(32);
    return BigInt(a) - BigInt(b);
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  charge(thread, x, y);
  return canonicalInt(x - y);
}

export function multiplyInts(thread: Thread, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product + 0;
    thread.charge(64);
    return BigInt(a) * BigInt(b);
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  if (isSmall(x) && isSmall(y)) {
    thread.charge(64);
  } else {
    const [xBits, yBits] = [bitLength(x), bitLength(y)];
    chargeInt(thread, xBits + yBits);
    thread.spend(productSteps(xBits, yBits));
  }
  return canonicalInt(x * y);
}

/** `//`: rounds towards minus infinity. */
export function divideInts(thread: Thread, a: Int, b: Int): Int {
  if (b === 0) throw new EvalError("floored division by zero");
  if (typeof a === "number" && typeof b === "number") {
    const rest = a % b;
    const quotient = (a - rest) / b;
    return rest !== 0 && rest < 0 !== b < 0 ? quotient - 1 : quotient + 0;
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  chargeDivision(thread, x, y);
  const rest = x % y;
  const quotient = x / y;
  return canonicalInt(rest !== 0n && rest < 0n !== y < 0n ? quotient - 1n : quotient);
}

/** `%`: has the sign of the divisor. */
export function moduloInts(thread: Thread, a: Int, b: Int): Int {
  if (b === 0) throw new EvalError("integer modulo by zero");
  if (typeof a === "number" && typeof b === "number") {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest + 0;
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  chargeDivision(thread, x, y);
  const rest = x % y;
  if (typeof b === "number") {
    const number = Number(rest);
    return number !== 0 && number < 0 !== b < 0 ? number + b : number;
  }
  return canonicalInt(rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest);
}

function chargeDivision(thread: Thread, a: bigint, b: bigint): void {
  charge(thread, a, b);
  if (!isSmall(a) && !isSmall(b)) thread.spend(2 * productSteps(bitLength(a), bitLength(b)));
}

/** `&`, `|`, `^` as on endless two's complement. */
export function bitwiseInts(thread: Thread, operator: "&" | "|" | "^", a: Int, b: Int): Int {
  if ((Number(a) | 0) === a && (Number(b) | 0) === b) {
    return operator === "&" ? a & b : operator === "|" ? a | b : a ^ b;
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  charge(thread, x, y);
  return canonicalInt(operator === "&" ? x & y : operator === "|" ? x | y : x ^ y);
}

/** `a << count`; the count is a Starlark value. Counts of 512 and more are refused. */
export function shiftLeft(thread: Thread, a: Int, count: Value): Int {
  const bits = shiftCount(count);
  if (bits >= 512) throw new EvalError(`shift count too large: ${bits}`);
  const x = BigInt(a);
  if (isSmall(x)) thread.charge(128);
  else chargeInt(thread, bitLength(x) + bits);
  return canonicalInt(x << BigInt(bits));
}

/** `a >> count`, rounding towards minus infinity. */
export function shiftRight(thread: Thread, a: Int, count: Value): Int {
  const bits = shiftCount(count);
  if (typeof a === "number") return bits < 32 && (a | 0) === a ? a >> bits : Math.floor(a / 2 ** Math.min(bits, 100));
  charge(thread, a, 0n);
  return canonicalInt(a >> BigInt(bits));
}

function shiftCount(count: Value): number {
  const bits = asInt32(count);
  if (bits < 0) throw new EvalError(`negative shift count: ${bits}`);
  return bits;
}

/** `-a` */
export function negateInt(thread: Thread, a: Int): Int {
  if (typeof a === "number") return 0 - a;
  chargeInt(thread, bitLength(a));
  return canonicalInt(-a);
}

/** `~a` */
export function invertInt(thread: Thread, a: Int): Int {
  if (typeof a === "number" && a !== Number.MIN_SAFE_INTEGER && a !== Number.MAX_SAFE_INTEGER) return -1 - a;
  const integer = BigInt(a);
  chargeInt(thread, bitLength(integer));
  return canonicalInt(~integer);
}

/** A value as an index or count. Throws EvalError "got T, want int" or "N out of range" (32 bits, as in starlark-go). */
export function asInt32(value: Value): number {
  if (typeof value === "number" && (value | 0) === value) return value;
  if (!isInt(value)) throw new EvalError(`got ${typeName(value)}, want int`);
  throw new EvalError(`${value} out of range`);
}

/** The float nearest to an int. Throws EvalError when it is too large. */
export function toFiniteFloat(value: Int): number {
  const result = Number(value);
  if (!Number.isFinite(result)) throw new EvalError("int too large to convert to float");
  return result;
}

/** A number as an int, fractions cut off. Throws EvalError for other values and for nan and infinities. */
export function numberToInt(value: Value): Int {
  if (isInt(value)) return value;
  if (!(value instanceof Float)) throw new EvalError(`cannot convert ${typeName(value)} to int`);
  const number = value.value;
  if (Number.isNaN(number)) throw new EvalError("cannot convert float NaN to integer");
  if (!Number.isFinite(number)) throw new EvalError("cannot convert float infinity to integer");
  const whole = Math.trunc(number);
  return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole);
}

/** Below, equal or above: negative, 0, positive. nan is above everything and equal to itself. */
export function compareNumbers(a: Int, b: Int): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : 0;
}
