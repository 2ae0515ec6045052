/** Hyperbolic functions and their inverses; every digit is the one that Go computes. */
import { exp, log, log1p } from "./exponential.ts";

/** The hyperbolic sine; the series for small x is Hart and Cheney's 2029. */
export function sinh(x: number): number {
  const magnitude = Math.abs(x);
  const value = magnitude > 0.5 ? sinhFar(magnitude) : sinhNear(magnitude);
  return x < 0 ? -value : Object.is(x, -0) ? x : value;
}

function sinhFar(x: number): number {
  const power = exp(x);
  return x > 21 ? power * 0.5 : (power - 1 / power) * 0.5;
}

function sinhNear(x: number): number {
  const s = x * x;
  const numerator =
    (((-26.30563213397497 * s - 2894.211355989564) * s - 89912.72022039509) * s - 630767.3640497717) * x;
  return numerator / (((s - 173.6789535582337) * s + 15215.17378790019) * s - 630767.3640497717);
}

/** The hyperbolic cosine. */
export function cosh(x: number): number {
  const magnitude = Math.abs(x);
  const power = exp(magnitude);
  return magnitude > 21 ? power * 0.5 : (power + 1 / power) * 0.5;
}

/** The hyperbolic tangent, after Cephes. */
export function tanh(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude > 0.5 * 88.02969193111305) return x < 0 ? -1 : 1;
  if (magnitude >= 0.625) {
    const value = 1 - 2 / (exp(2 * magnitude) + 1);
    return x < 0 ? -value : value;
  }
  if (x === 0) return x;
  const s = x * x;
  const numerator = (-0.9643991794250523 * s - 99.28772310019185) * s - 1614.6876844170845;
  const denominator = ((s + 112.81167849163293) * s + 2235.4883906010045) * s + 4844.063053251255;
  return x + (x * s * numerator) / denominator;
}

const large = 1 << 28;

/** The inverse hyperbolic sine. */
export function asinh(x: number): number {
  if (!Number.isFinite(x) || x === 0) return x;
  const value = asinhOfPositive(Math.abs(x));
  return x < 0 ? -value : value;
}

function asinhOfPositive(x: number): number {
  if (x > large) return log(x) + Math.LN2;
  if (x > 2) return log(2 * x + 1 / (Math.sqrt(x * x + 1) + x));
  return x < 1 / large ? x : log1p(x + (x * x) / (1 + Math.sqrt(1 + x * x)));
}

/** The inverse hyperbolic cosine. */
export function acosh(x: number): number {
  if (!(x >= 1)) return Number.NaN;
  if (x === 1) return 0;
  if (x >= large) return log(x) + Math.LN2;
  if (x > 2) return log(2 * x - 1 / (x + Math.sqrt(x * x - 1)));
  const rest = x - 1;
  return log1p(rest + Math.sqrt(2 * rest + rest * rest));
}

/** The inverse hyperbolic tangent. */
export function atanh(x: number): number {
  const magnitude = Math.abs(x);
  if (!(magnitude <= 1)) return Number.NaN;
  if (magnitude === 1) return x * Infinity;
  if (x === 0) return x;
  const value = atanhOfPositive(magnitude);
  return x < 0 ? -value : value;
}

function atanhOfPositive(x: number): number {
  if (x < 1 / large) return x;
  const double = x + x;
  return x < 0.5 ? 0.5 * log1p(double + (double * x) / (1 - x)) : 0.5 * log1p(double / (1 - x));
}
