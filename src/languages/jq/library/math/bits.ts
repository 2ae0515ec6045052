/** Functions on doubles that have one exact answer: parts of numbers, roundings, remainders, neighbours. */

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** A number as a fraction from 0.5 to below 1 and a power of two; what has no such parts is its own fraction. */
export function frexp(x: number): [number, number] {
  if (x === 0 || !Number.isFinite(x)) return [x, 0];
  const exponent = logb(x) + 1;
  return [ldexp(x, -exponent), exponent];
}

/** The power of two that a number is at least: the place of its highest bit. */
export function logb(x: number): number {
  if (x === 0) return -Infinity;
  if (!Number.isFinite(x)) return Math.abs(x);
  float[0] = x;
  const exponent = Number((bits[0]! >> 52n) & 0x7ffn);
  return exponent === 0 ? logb(x * 2 ** 54) - 54 : exponent - 1023;
}

/** `x * 2^exponent`, rounded once. */
export function ldexp(x: number, exponent: number): number {
  let result = x;
  let rest = Math.min(Math.max(exponent, -5000), 5000);
  while (rest > 1023) {
    result *= 2 ** 1023;
    rest -= 1023;
  }
  // Each step keeps 53 bits above the least normal number, so that only the last multiplication rounds.
  while (rest < -1022) {
    result *= 2 ** -969;
    rest += 969;
  }
  return result * 2 ** rest;
}

/** `x` scaled to a number from 1 to below 2. */
export function significand(x: number): number {
  return x === 0 || !Number.isFinite(x) ? x : ldexp(x, -logb(x));
}

/** `x * 2^exponent` for an exponent that must be whole. */
export function scalb(x: number, exponent: number): number {
  if (Number.isNaN(x) || Number.isNaN(exponent)) return Number.NaN;
  if (exponent === Infinity) return x * exponent;
  if (exponent === -Infinity) return x / -exponent;
  return Number.isInteger(exponent) ? ldexp(x, exponent) : Number.NaN;
}

/** Fraction and whole part, both with the sign of `x`. */
export function modf(x: number): [number, number] {
  if (Number.isNaN(x)) return [x, x];
  const whole = Math.trunc(x);
  return [copySign(Number.isFinite(x) ? x - whole : 0, x), whole];
}

/** The size of `x` with the sign of `sign`. */
export function copySign(x: number, sign: number): number {
  const isNegative = sign < 0 || Object.is(sign, -0);
  return isNegative ? -Math.abs(x) : Math.abs(x);
}

/** The nearest whole number, the even one of two. */
export function roundToEven(x: number): number {
  const whole = Math.trunc(x);
  const rest = Math.abs(x - whole);
  if (!Number.isFinite(x) || rest < 0.5 || (rest === 0.5 && whole % 2 === 0)) return whole;
  return whole + Math.sign(x);
}

/** The nearest whole number, the one farther from zero of two. */
export function round(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}

/** What is left of `x` after taking away the whole multiple of `y` that is nearest to it, the even one of two. */
export function remainder(x: number, y: number): number {
  const size = Math.abs(y);
  if (!Number.isFinite(x) || Number.isNaN(y) || size === 0) return Number.NaN;
  if (size === Infinity) return x;
  let rest = Math.abs(size < 2 ** 1023 ? x % (2 * size) : x);
  if (isAboveHalf(rest, size, false)) {
    rest -= size;
    if (isAboveHalf(rest, size, true)) rest -= size;
  }
  return x < 0 || Object.is(x, -0) ? -rest : rest;
}

function isAboveHalf(rest: number, size: number, orHalf: boolean): boolean {
  const other = size - rest;
  return rest > other || (orHalf && rest === other);
}

/** The next double after `x` towards `y`. */
export function nextAfter(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return y;
  if (x === 0) return y > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  float[0] = x;
  bits[0] = bits[0]! + (y > x === x > 0 ? 1n : -1n);
  return float[0];
}

/** `x * y + z`, rounded once. */
export function multiplyAdd(x: number, y: number, z: number): number {
  if (!Number.isFinite(x) || !Number.isFinite(y) || !Number.isFinite(z) || x === 0 || y === 0 || z === 0)
    return x * y + z;
  const [a, aPower] = asInteger(x);
  const [b, bPower] = asInteger(y);
  const [c, cPower] = asInteger(z);
  const power = Math.min(aPower + bPower, cPower);
  const sum = ((a * b) << BigInt(aPower + bPower - power)) + (c << BigInt(cPower - power));
  return sum === 0n ? 0 : nearest(sum, power);
}

/** A finite number as an integer and a power of two. */
function asInteger(x: number): [bigint, number] {
  const [fraction, exponent] = frexp(x);
  return [BigInt(fraction * 2 ** 53), exponent - 53];
}

/** The double nearest to `integer * 2^power`. */
function nearest(integer: bigint, power: number): number {
  const size = integer < 0n ? -integer : integer;
  // Below the normal numbers there are fewer bits to keep: those that fall off leave one bit that says whether they were all zero.
  const spare = size.toString(2).length - Math.min(55, size.toString(2).length + power + 1074 + 2);
  if (spare <= 0) return ldexp(Number(integer), power);
  const dropped = size & ((1n << BigInt(spare)) - 1n);
  const kept = ((size >> BigInt(spare)) << 1n) | (dropped === 0n ? 0n : 1n);
  const result = ldexp(Number(kept), power + spare - 1);
  return integer < 0n ? -result : result;
}
