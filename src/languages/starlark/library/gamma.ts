/** The gamma function: a rational approximation between 2 and 3, Stirling's formula beyond 33 (both from Cephes). */

const numerator = [
  0.00016011952247675185, 0.0011913514700658638, 0.010421379756176158, 0.04763678004571372, 0.20744822764843598,
  0.4942148268014971, 1,
];
const denominator = [
  -0.000023158187332412014, 0.0005396055804933034, -0.004456419138517973, 0.011813978522206043, 0.035823639860549865,
  -0.23459179571824335, 0.0714304917030273, 1,
];
const stirlingTerms = [
  0.0007873113957930937, -0.00022954996161337813, -0.0026813261780578124, 0.0034722222160545866, 0.08333333333334822,
];

/** Γ(x): infinite at 0, nan at negative integers. */
export function gamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? -Infinity : Infinity;
  if (Number.isNaN(x) || x === -Infinity || (x < 0 && Number.isInteger(x))) return Number.NaN;
  if (x === Infinity || x > 171.61447887182297) return Infinity;
  if (x < -170.5674972726612) return 0;
  return Math.abs(x) > 33 ? gammaFar(x) : gammaNear(x);
}

function gammaFar(x: number): number {
  if (x > 0) return stirling(x);
  const magnitude = -x;
  const whole = Math.floor(magnitude);
  const distance = magnitude - whole;
  const reflected = magnitude * Math.sin(Math.PI * (distance > 0.5 ? distance - 1 : distance));
  const sign = whole % 2 === 0 ? -1 : 1;
  return (sign * Math.PI) / (Math.abs(reflected) * stirling(magnitude));
}

function stirling(x: number): number {
  const series = 1 + polynomial(stirlingTerms, 1 / x) / x;
  const sqrtTwoPi = 2.5066282746310002;
  if (x <= 143.01608) return sqrtTwoPi * Math.pow(x, x - 0.5) * Math.exp(-x) * series;
  const half = Math.pow(x, 0.5 * x - 0.25);
  return sqrtTwoPi * half * (half / Math.exp(x)) * series;
}

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
  const euler = 0.5772156649015329;
  return x === 0 ? Infinity : factor / ((1 + euler * x) * x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
