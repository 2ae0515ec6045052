/** The error function and its complement, to about 15 digits. */

const twoOverRootPi = 1.1283791670955126;

/** erf(x). */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  return Math.abs(x) < 2 ? series(x) : Math.sign(x) * (1 - fraction(Math.abs(x)));
}

/** 1 - erf(x), without losing digits for a large `x`. */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > 28) return 0;
  return x < 1.25 ? 1 - erf(x) : fraction(x);
}

function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return x === 0 ? x : twoOverRootPi * Math.exp(-x * x) * sum;
}

/** The continued fraction of Laplace. */
function fraction(x: number): number {
  let tail = 0;
  for (let n = 150; n >= 1; n--) tail = n / 2 / (x + tail);
  // x * x loses digits that the exponential would multiply: it is taken in two exact parts.
  const head = Math.fround(x);
  const square = Math.exp(-head * head) * Math.exp(-(x - head) * (x + head));
  return ((square / (x + tail)) * twoOverRootPi) / 2;
}
