/** The gamma function: a rational approximation between 2 and 3, Stirling's formula beyond 33 (both from Cephes). */

const numerator = [
  1.60119522476751861407e-4, 1.19135147006586384913e-3, 1.04213797561761569935e-2, 4.76367800457137231464e-2,
  2.0744822764843597515e-1, 4.94214826801497100753e-1, 9.99999999999999996796e-1,
];
const denominator = [
  -2.3158187332412012981e-5, 5.39605580493303397842e-4, -4.45641913851797240494e-3, 1.18139785222060435552e-2,
  3.58236398605498653373e-2, -2.34591795718243348568e-1, 7.14304917030273074085e-2, 1.0000000000000000032,
];
const stirlingTerms = [
  7.87311395793093628397e-4, -2.2954996161337812638e-4, -2.68132617805781232825e-3, 3.4722222160545866731e-3,
  8.33333333333482257126e-2,
];

/** Γ(x): infinite at 0, nan at negative integers. */
export function gamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? -Infinity : Infinity;
  if (Number.isNaN(x) || x === -Infinity || (x < 0 && Number.isInteger(x))) return Number.NaN;
  if (x === Infinity || x > 171.61447887182298) return Infinity;
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
  const euler = 0.57721566490153286;
  return x === 0 ? Infinity : factor / ((1 + euler * x) * x);
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
