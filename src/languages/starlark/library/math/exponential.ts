/**
 * e and other numbers to a power, and logarithms. Every digit is the one that Go computes on amd64: the same series in the
 * same order (Shibata's for exp, those of FreeBSD's msun for the rest).
 */
import { bitsOf, fromBits, multiplyAdd, powerOfTwo, scaleByPower, takeApart } from "./float-bits.ts";

const log2OfE = Math.LOG2E;
const ln2Upper = 0.693147180559663;
const ln2Lower = 2.8235290563031577e-13;
/** 1/8! to 1/2!, and 1. */
const expSeries = [
  0.0000248015873015873, 0.0001984126984126984, 0.001388888888888889, 0.008333333333333333, 0.041666666666666664,
  0.16666666666666666, 0.5, 1,
];

/** e to the power x. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 709.782712893384) return Infinity;
  if (x < -800) return 0;
  const power = roundToEven(x * log2OfE);
  const rest = multiplyAdd(-power, ln2Lower, multiplyAdd(-power, ln2Upper, x)) * 0.0625;
  let sum = expSeries[0]!;
  for (let i = 1; i < expSeries.length; i++) sum = multiplyAdd(rest, sum, expSeries[i]!);
  // e^r - 1, doubled four times: (y + 1)^2 - 1 is y * (y + 2).
  let y = rest * sum;
  y *= y + 2;
  y *= y + 2;
  y *= y + 2;
  return timesPower(multiplyAdd(y + 2, y, 1), power);
}

/** The nearest integer, the even one of two. */
function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  return rest > 0.5 || floor % 2 !== 0 ? floor + 1 : floor;
}

/** y × 2^power for a y near 1. */
function timesPower(y: number, power: number): number {
  if (power > 1023) return Infinity;
  if (power > -1023) return y * powerOfTwo(power);
  return power < -1075 ? 0 : y * powerOfTwo(power + 1022) * powerOfTwo(-1022);
}

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const log1 = 0.6666666666666735;
const log2 = 0.3999999999940942;
const log3 = 0.2857142874366239;
const log4 = 0.22222198432149784;
const log5 = 0.1818357216161805;
const log6 = 0.15313837699209373;
const log7 = 0.14798198605116586;

/** The natural logarithm. */
export function log(x: number): number {
  if (Number.isNaN(x) || x === Infinity) return x;
  if (x < 0) return Number.NaN;
  if (x === 0) return -Infinity;
  const parts = takeApart(x);
  const below = parts.fraction < Math.SQRT1_2;
  const f = (below ? parts.fraction * 2 : parts.fraction) - 1;
  const k = below ? parts.exponent - 1 : parts.exponent;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const odd = s2 * (log1 + s4 * (log3 + s4 * (log5 + s4 * log7)));
  const even = s4 * (log2 + s4 * (log4 + s4 * log6));
  const half = 0.5 * f * f;
  return k * ln2High - (half - (s * (half + (odd + even)) + k * ln2Low) - f);
}

/** The natural logarithm of 1 + x, exact for a small x, too. */
export function log1p(x: number): number {
  if (x < -1 || Number.isNaN(x)) return Number.NaN;
  if (x === -1) return -Infinity;
  if (x === Infinity) return Infinity;
  const magnitude = Math.abs(x);
  if (magnitude < 1 / (1 << 29)) return magnitude < 1 / 18014398509481984 ? x : x - x * x * 0.5;
  if (magnitude < 0.41421356237309503 && x > -0.2928932188134525) return log1pNear(x, 0, 0, false);
  return log1pFar(x, magnitude);
}

const mantissaBits = 0x000fffffffffffffn;

function log1pFar(x: number, magnitude: number): number {
  const large = magnitude >= 9007199254740992;
  const sum = large ? x : 1 + x;
  const bits = bitsOf(sum);
  let k = Number(bits >> 52n) - 1023;
  const lost = large ? 0 : k > 0 ? 1 - (sum - x) : x - (sum - 1);
  const correction = large ? 0 : lost / sum;
  const mantissa = bits & mantissaBits;
  if (mantissa < 0x0006a09e667f3bcdn) {
    return log1pNear(fromBits(mantissa | 0x3ff0000000000000n) - 1, k, correction, mantissa === 0n);
  }
  k++;
  const isOne = (0x0010000000000000n - mantissa) >> 2n === 0n;
  return log1pNear(fromBits(mantissa | 0x3fe0000000000000n) - 1, k, correction, isOne);
}

/** log(1 + f) + k·ln 2 + c. `isOne` says that f is nearly 0. */
function log1pNear(f: number, k: number, c: number, isOne: boolean): number {
  const half = 0.5 * f * f;
  if (isOne) return log1pOfOne(f, k, c, half);
  const s = f / (2 + f);
  const z = s * s;
  const r = z * (log1 + z * (log2 + z * (log3 + z * (log4 + z * (log5 + z * (log6 + z * log7))))));
  if (k === 0) return f - (half - s * (half + r));
  return k * ln2High - (half - (s * (half + r) + (k * ln2Low + c)) - f);
}

function log1pOfOne(f: number, k: number, c: number, half: number): number {
  if (f === 0) return k === 0 ? 0 : k * ln2High + (c + k * ln2Low);
  const r = half * (1 - 0.6666666666666666 * f);
  return k === 0 ? f - r : k * ln2High - (r - (k * ln2Low + c) - f);
}

/** x to the power y. */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === 0) return powOfZero(x, y);
  if (!Number.isFinite(y)) {
    if (x === -1) return 1;
    return Math.abs(x) < 1 === y > 0 ? 0 : Infinity;
  }
  if (!Number.isFinite(x)) {
    if (x < 0) return pow(-0, -y);
    return y < 0 ? 0 : Infinity;
  }
  if (y === 0.5) return Math.sqrt(x);
  if (y === -0.5) return 1 / Math.sqrt(x);
  return powOfFinite(x, y);
}

function powOfZero(zero: number, y: number): number {
  const keepsSign = Object.is(zero, -0) && isOddInteger(y);
  if (y < 0) return keepsSign ? -Infinity : Infinity;
  return keepsSign ? zero : 0;
}

function isOddInteger(x: number): boolean {
  return Math.abs(x) < 9007199254740992 && Math.abs(x % 2) === 1;
}

function powOfFinite(x: number, y: number): number {
  const magnitude = Math.abs(y);
  let whole = Math.trunc(magnitude);
  let part = magnitude - whole;
  if (part !== 0 && x < 0) return Number.NaN;
  if (whole >= 9223372036854776000) {
    if (x === -1) return 1;
    return Math.abs(x) < 1 === y > 0 ? 0 : Infinity;
  }
  let result = 1;
  if (part !== 0) {
    if (part > 0.5) {
      part--;
      whole++;
    }
    result = exp(part * log(x));
  }
  const { factor, exponent } = wholePower(x, whole, result);
  return y < 0 ? scaleByPower(1 / factor, -exponent) : scaleByPower(factor, exponent);
}

/** start × x^whole as factor × 2^exponent, by repeated squaring. */
function wholePower(x: number, whole: number, start: number): { factor: number; exponent: number } {
  let { fraction: square, exponent: squareExponent } = takeApart(x);
  let factor = start;
  let exponent = 0;
  for (let rest = whole; rest !== 0; rest = Math.floor(rest / 2)) {
    if (squareExponent < -4096 || squareExponent > 4096) return { factor, exponent: exponent + squareExponent };
    if (rest % 2 === 1) {
      factor *= square;
      exponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent--;
    }
  }
  return { factor, exponent };
}
