/** Exponentials, logarithms and trigonometry, rounded as well as can be: JavaScript's answer, mended with pairs of doubles. */
import { ldexp } from "./bits.ts";
import { add, exponential, multiply, pair, quotient, sineAndCosine } from "./double-double.ts";

/** e to the power `x`. */
export function exp(x: number): number {
  if (!(x > -740 && x < 709.78) || x === 0) return Math.exp(x);
  const { value, power } = exponential(pair(x));
  return ldexp(value.high, power);
}

/** The natural logarithm. */
export function log(x: number): number {
  const first = Math.log(x);
  if (!Number.isFinite(first) || first === 0 || x < 1e-300) return first;
  const { value, power } = exponential(pair(-first));
  // first + (x e^-first - 1), for what is left is too small for the square of it to matter.
  const rest = add(multiply(pair(ldexp(x, power)), value), pair(-1));
  return first + (rest.high + rest.low);
}

/** The sine of an angle in radians. */
export function sin(x: number): number {
  return isModerate(x) ? sineAndCosine(x).sine.high : Math.sin(x);
}

/** The cosine of an angle in radians. */
export function cos(x: number): number {
  return isModerate(x) ? sineAndCosine(x).cosine.high : Math.cos(x);
}

/** The tangent of an angle in radians. */
export function tan(x: number): number {
  if (!isModerate(x)) return Math.tan(x);
  const { sine, cosine } = sineAndCosine(x);
  return quotient(sine, cosine);
}

function isModerate(x: number): boolean {
  return Math.abs(x) < 1e6 && Math.abs(x) > 1e-8;
}

/** The length of the hypotenuse. */
export function hypot(x: number, y: number): number {
  const larger = Math.max(Math.abs(x), Math.abs(y));
  if (!(larger > 1e-100 && larger < 1e100)) return Math.hypot(x, y);
  const square = add(multiply(pair(x), pair(x)), multiply(pair(y), pair(y)));
  const root = Math.sqrt(square.high);
  const rest = add(square, multiply(pair(-root), pair(root)));
  return root + (rest.high + rest.low) / (2 * root);
}

/** The angle of the point (x, y). */
export function atan2(y: number, x: number): number {
  const first = Math.atan2(y, x);
  const size = Math.max(Math.abs(x), Math.abs(y));
  if (!isModerate(first) || !(size > 1e-100 && size < 1e100)) return first;
  const { sine, cosine } = sineAndCosine(first);
  const across = add(multiply(pair(y), cosine), multiply(pair(-x), sine));
  const along = add(multiply(pair(x), cosine), multiply(pair(y), sine));
  return first + across.high / along.high;
}

/** The angle whose tangent is `x`. */
export function atan(x: number): number {
  return Math.abs(x) < 1e100 ? atan2(x, 1) : Math.atan(x);
}
