/**
 * The gamma function: a rational approximation between 2 and 3, Stirling's formula beyond 33 (both from Cephes); every digit is
 * the one that Go computes.
 */
import { exp, pow } from "./exponential.ts";
import { sin } from "./trigonometric.ts";

/** Γ(x): infinite at 0, nan at negative integers. */
export function gamma(x: number): number {
  if (Number.isNaN(x) || x === -Infinity || (x < 0 && Number.isInteger(x))) return Number.NaN;
  if (x === Infinity) return x;
  if (x === 0) return 1 / x;
  if (x > 33) return product(stirling(x));
  return x < -33 ? gammaOfNegative(-x) : gammaNear(x);
}

/** Γ(-x) by reflection. */
function gammaOfNegative(x: number): number {
  const whole = Math.floor(x);
  const sign = whole % 2 === 0 ? -1 : 1;
  const distance = x - whole;
  const z = x * sin(Math.PI * (distance > 0.5 ? x - (whole + 1) : distance));
  if (z === 0) return sign * Infinity;
  const [first, second] = stirling(x);
  const magnitude = Math.abs(z);
  const divisor = magnitude * first * second;
  return sign * (divisor === Infinity ? Math.PI / magnitude / first / second : Math.PI / divisor);
}

const sqrtTwoPi = 2.5066282746310007;

/** Two factors of Γ(x), which may be too large when multiplied. */
function stirling(x: number): [number, number] {
  if (x > 200) return [Infinity, 1];
  const w = 1 / x;
  const series =
    1 +
    w *
      ((((0.0007873113957930937 * w - 0.00022954996161337813) * w - 0.0026813261780578124) * w +
        0.0034722222160545866) *
        w +
        0.08333333333334822);
  const power = exp(x);
  if (x <= 143.01608) return [pow(x, x - 0.5) / power, sqrtTwoPi * series * 1];
  const half = pow(x, 0.5 * x - 0.25);
  return [half, sqrtTwoPi * series * (half / power)];
}

function product([first, second]: [number, number]): number {
  return first * second;
}

const numerator = [
  0.00016011952247675185, 0.0011913514700658638, 0.010421379756176158, 0.04763678004571372, 0.20744822764843598,
  0.4942148268014971, 1,
];
const denominator = [
  -0.000023158187332412014, 0.0005396055804933034, -0.004456419138517973, 0.011813978522206043, 0.035823639860549865,
  -0.23459179571824335, 0.0714304917030273, 1.0,
];

/** Γ(x) by moving x to between 2 and 3. */
function gammaNear(start: number): number {
  let x = start;
  let factor = 1;
  while (x >= 3) factor *= --x;
  while (x < 0) {
    if (x > -1e-9) return nearZero(x, factor);
    factor /= x++;
  }
  while (x < 2) {
    if (x < 1e-9) return nearZero(x, factor);
    factor /= x++;
  }
  if (x === 2) return factor;
  return (factor * polynomial(numerator, x - 2)) / polynomial(denominator, x - 2);
}

function nearZero(x: number, factor: number): number {
  return x === 0 ? Infinity : factor / ((1 + 0.5772156649015329 * x) * x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
