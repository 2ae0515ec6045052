/** Numbers from text: what int() and float() accept. */
import { EvalError } from "../values/errors.ts";
import { asInt32, canonicalInt, chargeInt, productSteps, type Int } from "../values/integers.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import type { Thread } from "./builtin.ts";
import { parseHexFloat } from "./hex-float.ts";
import { log } from "./math/exponential.ts";

const prefixBases: ReadonlyMap<string, number> = new Map([
  ["0b", 2],
  ["0o", 8],
  ["0x", 16],
]);

/** int(text, base). Throws EvalError, starting with "int: ", when it is not a number. */
export function parseIntLiteral(thread: Thread, text: string, baseValue: Value | undefined): Int {
  const base = baseValue === undefined ? 10 : baseOf(baseValue);
  const result = parseSigned(thread, text, base);
  if (result === undefined) throw new EvalError(`int: invalid literal with base ${base}: ${text}`);
  return result;
}

function baseOf(value: Value): number {
  let base: number;
  try {
    base = asInt32(value);
  } catch {
    throw new EvalError(`int: for base, got ${typeName(value)}, want int`);
  }
  if (base !== 0 && (base < 2 || base > 36)) throw new EvalError("int: base must be an integer >= 2 && <= 36");
  return base;
}

function parseSigned(thread: Thread, text: string, base: number): Int | undefined {
  const negative = text.startsWith("-");
  const magnitude = parseMagnitude(thread, negative || text.startsWith("+") ? text.slice(1) : text, base);
  if (magnitude === undefined || !negative) return magnitude;
  return typeof magnitude === "number" ? 0 - magnitude : -magnitude;
}

function parseMagnitude(thread: Thread, text: string, base: number): Int | undefined {
  const prefix = text.length > 2 ? prefixBases.get(text.slice(0, 2).toLowerCase()) : undefined;
  if (prefix !== undefined && (base === 0 || base === prefix)) return parseDigits(thread, text.slice(2), prefix);
  if (base !== 0) return parseDigits(thread, text, base);
  // A leading zero would mean octal elsewhere, so only zero itself may begin with one.
  if (text.length > 1 && text.startsWith("0")) return prefix === undefined && /^0+$/.test(text) ? 0 : undefined;
  return parseDigits(thread, text, 10);
}

/** The number that digits denote in a base from 2 to 36; undefined when there are others, or none. */
export function parseDigits(thread: Thread, digits: string, base: number): Int | undefined {
  if (base === 10 && digits.length <= 15) return /^\d+$/.test(digits) ? Number(digits) : undefined;
  if (digits === "" || !digitsOf(base).test(digits)) return undefined;
  chargeInt(thread, Math.floor((digits.length * log(base)) / Math.LN2) - 1);
  thread.spend(4 * productSteps(4 * digits.length, 4 * digits.length));
  if (base === 10) return canonicalInt(BigInt(digits));
  const radix = base === 2 ? "0b" : base === 8 ? "0o" : base === 16 ? "0x" : undefined;
  return canonicalInt(radix === undefined ? combine(digits, base) : BigInt(radix + digits));
}

function digitsOf(base: number): RegExp {
  if (base <= 10) return new RegExp(`^[0-${base - 1}]+$`);
  return new RegExp(`^[0-9a-${(base - 1).toString(36)}]+$`, "i");
}

/** Digits of a base that BigInt does not read: the halves are read apart and put together. */
function combine(digits: string, base: number): bigint {
  if (digits.length <= 8) return BigInt(Number.parseInt(digits, base));
  const half = digits.length >> 1;
  const low = digits.length - half;
  return combine(digits.slice(0, half), base) * BigInt(base) ** BigInt(low) + combine(digits.slice(half), base);
}

const decimalFloat = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** float(text). Throws EvalError when it is not a number. */
export function parseFloatLiteral(thread: Thread, text: string): number {
  if (text === "") throw new EvalError("float: empty string");
  thread.spend(text.length >> 3);
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special !== null) {
    if (special[2]!.toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? -Infinity : Infinity;
  }
  // Underscores may stand between digits.
  const plain = text.includes("_") ? text.replaceAll(/(?<=\d)_(?=\d)/g, "") : text;
  const result = decimalFloat.test(plain) ? Number(plain) : parseHexFloat(text);
  if (result === undefined) throw new EvalError(`invalid float literal: ${text}`);
  if (!Number.isFinite(result)) throw new EvalError("floating-point number too large");
  return result;
}
