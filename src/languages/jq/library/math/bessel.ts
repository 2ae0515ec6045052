/** Bessel functions of whole order, to about 14 digits; less for numbers of many thousands. */

const eulerGamma = 0.5772156649015329;
/** From here on the asymptotic series is used, which is exact enough and short. */
const large = 60;

/** The Bessel function of the first kind of order `n`. */
export function besselJ(n: number, x: number): number {
  if (Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return 0;
  const isOdd = n % 2 !== 0;
  const sign = isOdd && n < 0 !== x < 0 ? -1 : 1;
  const order = Math.abs(n);
  const size = Math.abs(x);
  if (size === 0) return order === 0 ? 1 : 0;
  if (order > 100_000) return 0;
  return (
    sign * (size > large && order < size / 8 ? upwards(order, size, asymptotic).j : downwards(order, size)[order]!)
  );
}

/** The Bessel function of the second kind of order `n`. */
export function besselY(n: number, x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  const order = Math.abs(n);
  const sign = n < 0 && order % 2 !== 0 ? -1 : 1;
  if (x === 0) return sign * -Infinity;
  if (!Number.isFinite(x)) return 0;
  if (order > 100_000) return sign * -Infinity;
  return sign * upwards(order, x, x > large ? asymptotic : neumann).y;
}

interface Both {
  readonly j: number;
  readonly y: number;
}

/** From orders 0 and 1 to order `n`, by the recurrence that both kinds obey. */
function upwards(n: number, x: number, start: (order: 0 | 1, x: number) => Both): Both {
  let last = start(0, x);
  if (n === 0) return last;
  let current = start(1, x);
  for (let k = 1; k < n; k++) {
    const next = { j: ((2 * k) / x) * current.j - last.j, y: ((2 * k) / x) * current.y - last.y };
    last = current;
    current = next;
    if (current.y === -Infinity) break;
  }
  return current;
}

/** J of the orders 0 to at least `n`, from above down (Miller's method). */
function downwards(n: number, x: number): number[] {
  const top = 2 * Math.ceil((Math.max(n, x) + 30 + 12 * Math.cbrt(Math.max(n, x))) / 2);
  const values = new Array<number>(top + 2).fill(0);
  values[top] = 1e-300;
  let norm = 0;
  for (let k = top; k > 0; k--) {
    values[k - 1] = ((2 * k) / x) * values[k]! - values[k + 1]!;
    if (Math.abs(values[k - 1]!) > 1e150) {
      for (let i = k - 1; i <= top; i++) values[i] = values[i]! * 1e-300;
      norm *= 1e-300;
    }
    if (k % 2 === 1) norm += (k === 1 ? 1 : 2) * values[k - 1]!;
  }
  return values.map((value) => value / norm);
}

/** Both kinds for small numbers: Neumann's series over the first kind. */
function neumann(order: 0 | 1, x: number): Both {
  const j = downwards(Math.ceil(x) + 40, x);
  const log = Math.log(x) - Math.LN2 + eulerGamma;
  let sum = 0;
  for (let k = 1; 2 * k + 1 < j.length; k++) {
    const sign = k % 2 === 0 ? 1 : -1;
    sum += order === 0 ? (sign * 2 * j[2 * k]!) / k : ((sign * (2 * k + 1)) / (k * (k + 1))) * j[2 * k + 1]!;
  }
  const singular = order === 0 ? 0 : j[0]! / x;
  return { j: j[order]!, y: (2 / Math.PI) * ((log - order) * j[order]! - singular - sum) };
}

/** Both kinds for large numbers: Hankel's expansion. */
function asymptotic(order: 0 | 1, x: number): Both {
  const mu = 4 * order * order;
  let p = 1;
  let q = 0;
  let term = 1;
  for (let k = 1; k < 30 && Math.abs(term) > 1e-17; k++) {
    term *= (mu - (2 * k - 1) ** 2) / (k * 8 * x);
    if (k % 4 === 1) q += term;
    else if (k % 4 === 2) p -= term;
    else if (k % 4 === 3) q -= term;
    else p += term;
  }
  const sin = Math.sin(x);
  const cos = Math.cos(x);
  const root = Math.sqrt(1 / (Math.PI * x));
  // cos and sin of x - pi/4, and of x - 3 pi/4 for order 1.
  const c = order === 0 ? cos + sin : sin - cos;
  const s = order === 0 ? sin - cos : -sin - cos;
  return { j: root * (p * c - q * s), y: root * (p * s + q * c) };
}
