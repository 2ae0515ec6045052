/**
 * Numbers as unevaluated sums of two doubles, about 31 digits: exponentials, logarithms, sines and cosines computed with them are
 * the doubles nearest to the true values, but for one in many millions.
 */

/** `high + low`, where `low` is less than half a last place of `high`. */
export interface Pair {
  readonly high: number;
  readonly low: number;
}

const splitter = 2 ** 27 + 1;

function sum(a: number, b: number): Pair {
  const high = a + b;
  const part = high - a;
  return { high, low: a - (high - part) + (b - part) };
}

function product(a: number, b: number): Pair {
  const high = a * b;
  const scaledA = splitter * a;
  const scaledB = splitter * b;
  const headA = scaledA - (scaledA - a);
  const headB = scaledB - (scaledB - b);
  const tailA = a - headA;
  const tailB = b - headB;
  return { high, low: headA * headB - high + headA * tailB + tailA * headB + tailA * tailB };
}

/** `a + b`. */
export function add(a: Pair, b: Pair): Pair {
  const high = sum(a.high, b.high);
  const low = sum(a.low, b.low);
  const first = sum(high.high, high.low + low.high);
  return sum(first.high, first.low + low.low);
}

/** `a * b`. */
export function multiply(a: Pair, b: Pair): Pair {
  const high = product(a.high, b.high);
  return sum(high.high, high.low + (a.high * b.low + a.low * b.high));
}

/** `a` divided by a whole number of at most 26 bits. */
function divide(a: Pair, b: number): Pair {
  const high = a.high / b;
  const back = product(high, b);
  return sum(high, (a.high - back.high - back.low + a.low) / b);
}

/** The double `x`, exactly. */
export function pair(x: number): Pair {
  return { high: x, low: 0 };
}

function negative(a: Pair): Pair {
  return { high: -a.high, low: -a.low };
}

const ln2: Pair = { high: Math.LN2, low: 2.3190468138462996e-17 };
const ln2Rest = 5.707708438416212e-34;

/** e to the power `x`, as a pair and a power of two that it is to be multiplied by; for `x` between -745 and 710. */
export function exponential(x: Pair): { value: Pair; power: number } {
  const power = Math.round(x.high / ln2.high);
  const whole = add(multiply(pair(-power), ln2), pair(-power * ln2Rest));
  const small = divide(add(x, whole), 256);
  // e^r - 1 by its series, squared eight times: (1 + s)^2 - 1 is s * (s + 2).
  let term = small;
  let total = small;
  for (let n = 2; n <= 11; n++) {
    term = divide(multiply(term, small), n);
    total = add(total, term);
  }
  for (let i = 0; i < 8; i++) total = multiply(total, add(total, pair(2)));
  return { value: add(total, pair(1)), power };
}

const halfPi: Pair = { high: Math.PI / 2, low: 6.123233995736766e-17 };
const halfPiRest = -1.4973849048591833e-33;

/** Sine and cosine of `x`, which is no larger than a million. */
export function sineAndCosine(x: number): { sine: Pair; cosine: Pair } {
  const quarter = Math.round(x / halfPi.high);
  const whole = add(multiply(pair(-quarter), halfPi), pair(-quarter * halfPiRest));
  const rest = add(pair(x), whole);
  const square = negative(multiply(rest, rest));
  let sine = rest;
  let cosine = pair(1);
  let odd = rest;
  let even = pair(1);
  for (let n = 1; n <= 13; n++) {
    even = divide(multiply(even, square), (2 * n - 1) * (2 * n));
    odd = divide(multiply(odd, square), 2 * n * (2 * n + 1));
    cosine = add(cosine, even);
    sine = add(sine, odd);
  }
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return { sine, cosine };
    case 1:
      return { sine: cosine, cosine: negative(sine) };
    case 2:
      return { sine: negative(sine), cosine: negative(cosine) };
    default:
      return { sine: negative(cosine), cosine: sine };
  }
}

/** `a / b`, rounded to a double. */
export function quotient(a: Pair, b: Pair): number {
  const first = a.high / b.high;
  const rest = add(a, negative(multiply(pair(first), b)));
  return first + (rest.high + rest.low) / b.high;
}
