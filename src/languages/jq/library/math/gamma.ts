/** The gamma function and its logarithm, to about 15 digits. */

/** Coefficients of Stirling's series: B(2k) / (2k (2k - 1)). */
const stirling = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
  43867 / 244188,
] as const;

const halfLog2Pi = 0.9189385332046727;

/** The logarithm of the size of gamma(x). */
export function logGamma(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x === 1 || x === 2) return 0;
  if (!Number.isFinite(x) || (x <= 0 && Number.isInteger(x))) return Infinity;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(sinPi(x))) - logGamma(1 - x);
  if (x <= 2.5) return logGammaNear(x);
  if (x > 15) return stirlingSum(x) + (x - 0.5) * Math.log(x) - x + halfLog2Pi;
  let product = 1;
  let y = x;
  for (; y > 2.5; y--) product *= y - 1;
  return logGammaNear(y) + Math.log(product);
}

/** The sign of gamma(x), as `lgamma_r` has it. */
export function gammaSign(x: number): number {
  if (x === 0) return Object.is(x, -0) ? -1 : 1;
  return x < 0 && Number.isFinite(x) && !Number.isInteger(x) && Math.floor(x) % 2 !== 0 ? -1 : 1;
}

/** gamma(x); exact for whole numbers as long as the result is. */
export function gamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? -Infinity : Infinity;
  if (Number.isNaN(x) || x === -Infinity || (x < 0 && Number.isInteger(x))) return Number.NaN;
  if (x > 171.7) return Infinity;
  if (Number.isInteger(x)) return factorial(x - 1);
  if (x < 0.5) return Math.PI / (sinPi(x) * gamma(1 - x));
  let product = 1;
  let y = x;
  for (; y < 20; y++) product *= y;
  const half = Math.pow(y, 0.5 * y - 0.25);
  return ((half * Math.exp(-y) * half) / product) * Math.sqrt(2 * Math.PI) * Math.exp(stirlingSum(y));
}

function factorial(n: number): number {
  let product = 1n;
  for (let i = 2n; i <= BigInt(n); i++) product *= i;
  return Number(product);
}

function stirlingSum(y: number): number {
  const inverse = 1 / (y * y);
  let sum = 0;
  for (let i = stirling.length - 1; i >= 0; i--) sum = sum * inverse + stirling[i]!;
  return sum / y;
}

const eulerGamma = 0.5772156649015329;

/** zeta(k) - 1 for k from 2, by the formula of Euler and Maclaurin. */
const zetaTail = Array.from({ length: 40 }, (_, i) => {
  const k = i + 2;
  const n = 20;
  let sum = n ** (1 - k) / (k - 1) + n ** -k / 2 + (k * n ** (-k - 1)) / 12;
  sum -= (k * (k + 1) * (k + 2) * n ** (-k - 3)) / 720;
  sum += (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * n ** (-k - 5)) / 30240;
  sum -= (k * (k + 1) * (k + 2) * (k + 3) * (k + 4) * (k + 5) * (k + 6) * n ** (-k - 7)) / 1209600;
  for (let j = n - 1; j >= 2; j--) sum += j ** -k;
  return sum;
});

/** From 0.5 to 2.5, where the logarithm has its zeros: the series around 2. */
function logGammaNear(x: number): number {
  const t = x > 1.5 ? x - 2 : x - 1;
  let sum = 0;
  for (let i = zetaTail.length - 1; i >= 0; i--) sum = t * (zetaTail[i]! / (i + 2) - sum);
  return t * (1 - eulerGamma + sum) - (x > 1.5 ? 0 : Math.log1p(t));
}

function sinPi(x: number): number {
  const rest = x % 2;
  return Math.sin(Math.PI * rest);
}
