/**
 * Builtins on numbers: those of C's library. What has one exact answer is exact, the elementary functions are rounded as well as
 * can be, and only the special ones, roots and powers may differ from C's in the last digit.
 */
import type { Value } from "../../value.ts";
import type { NativeContext, NativeFunction } from "../contract.ts";
import { fail, failOn } from "../fail.ts";
import { toInt32 } from "../integers.ts";
import { besselJ, besselY } from "./bessel.ts";
import {
  copySign,
  frexp,
  ldexp,
  logb,
  modf,
  multiplyAdd,
  nextAfter,
  remainder,
  round,
  roundToEven,
  scalb,
  significand,
} from "./bits.ts";
import { atan, atan2, cos, exp, hypot, log, sin, tan } from "./elementary.ts";
import { erf, erfc } from "./error-function.ts";
import { gamma, gammaSign, logGamma } from "./gamma.ts";

const ofOne: Readonly<Record<string, (x: number) => Value>> = {
  floor: Math.floor,
  ceil: Math.ceil,
  trunc: Math.trunc,
  round,
  rint: roundToEven,
  nearbyint: roundToEven,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  fabs: Math.abs,
  exp,
  exp2: (x) => 2 ** x,
  exp10: powerOfTen,
  expm1: Math.expm1,
  log,
  log2: Math.log2,
  log10: Math.log10,
  log1p: Math.log1p,
  logb,
  significand,
  sin,
  cos,
  tan,
  asin: Math.asin,
  acos: Math.acos,
  atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  gamma: logGamma,
  lgamma: logGamma,
  tgamma: gamma,
  lgamma_r: (x) => [logGamma(x), gammaSign(x)],
  erf,
  erfc,
  j0: (x) => besselJ(0, x),
  j1: (x) => besselJ(1, x),
  y0: (x) => besselY(0, x),
  y1: (x) => besselY(1, x),
  frexp,
  modf,
};

const ofTwo: Readonly<Record<string, (x: number, y: number) => number>> = {
  pow: power,
  atan2,
  copysign: copySign,
  drem: remainder,
  remainder,
  fmod: (x, y) => x % y,
  fdim: (x, y) => (Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : x > y ? x - y : 0),
  fmax: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y)),
  fmin: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y)),
  hypot,
  jn: (n, x) => besselJ(toInt32(n), x),
  yn: (n, x) => besselY(toInt32(n), x),
  ldexp: (x, exponent) => ldexp(x, toInt32(exponent)),
  scalbln: (x, exponent) => ldexp(x, Math.abs(exponent) < 2 ** 63 ? Math.trunc(exponent) : -Infinity),
  scalb,
  nextafter: nextAfter,
  nexttoward: nextAfter,
};

/** Builtins on numbers. */
export const mathFunctions: readonly NativeFunction[] = [
  ...Object.entries(ofOne).map(([name, compute]): NativeFunction => ({
    name,
    arity: 0,
    call: (_, input) => compute(numeric(input)),
  })),
  ...Object.entries(ofTwo).map(([name, compute]): NativeFunction => ({
    name,
    arity: 2,
    call: (_, _input, x = null, y = null) => compute(numeric(x), numeric(y)),
  })),
  {
    name: "fma",
    arity: 3,
    call: (_, _input, x = null, y = null, z = null) => multiplyAdd(numeric(x), numeric(y), numeric(z)),
  },
  { name: "nan", arity: 0, call: () => Number.NaN },
  { name: "infinite", arity: 0, call: () => Infinity },
  { name: "isnan", arity: 0, call: (context, input) => isNumber(context, input) && Number.isNaN(input) },
  { name: "isinfinite", arity: 0, call: (context, input) => isNumber(context, input) && Math.abs(input) === Infinity },
  { name: "isnormal", arity: 0, call: (context, input) => isNumber(context, input) && isNormal(input) },
  { name: "pow10", arity: 0, call: () => fail("Error: pow10/0 not found at build time") },
  { name: "abs", arity: 0, since: "1.7", call: (_, input) => absolute(input) },
];

function numeric(value: Value): number {
  if (typeof value !== "number") failOn(value, "number required");
  return value;
}

/** What is no number is not anything of the kind in jq 1.6, and an error later. */
function isNumber(context: NativeContext, value: Value): value is number {
  if (typeof value !== "number" && context.level !== "1.6") failOn(value, "number required");
  return typeof value === "number";
}

function isNormal(x: number): boolean {
  return Number.isFinite(x) && Math.abs(x) >= 2 ** -1022;
}

function absolute(value: Value): number {
  if (typeof value !== "number") failOn(value, "has no absolute value");
  return value < 0 ? -value : value;
}

/** As C has it: 1 to whatever power is 1, and so is -1 to an infinite one. */
function power(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Infinity)) return 1;
  if (x === 10) return powerOfTen(y);
  return x ** y;
}

/** Whole powers are the doubles nearest to them. */
function powerOfTen(x: number): number {
  return Number.isInteger(x) && Math.abs(x) < 400 ? Number(`1e${x}`) : 10 ** x;
}
