/** Floats taken apart and put together, and multiplication with addition in one rounding. */

const view = new DataView(new ArrayBuffer(8));

/** The bits of a float above its lowest 32: sign, exponent and the top of the mantissa. */
function highBits(x: number): number {
  view.setFloat64(0, x);
  return view.getUint32(0);
}

/** A float with other high bits. */
function withHighBits(x: number, high: number): number {
  view.setFloat64(0, x);
  view.setUint32(0, high);
  return view.getFloat64(0);
}

/** The 64 bits of a float. */
export function bitsOf(x: number): bigint {
  view.setFloat64(0, x);
  return view.getBigUint64(0);
}

/** The float of 64 bits. */
export function fromBits(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** 2 to an integer power from -1022 to 1023, exactly. */
export function powerOfTwo(power: number): number {
  return withHighBits(0, (power + 1023) << 20);
}

const leastNormal = 2.2250738585072014e-308;
const twoTo52 = 4503599627370496;

/** x as fraction × 2^exponent with a fraction from 0.5 to 1; zeros, infinities and nan are fractions themselves. */
export function takeApart(x: number): { fraction: number; exponent: number } {
  if (x === 0 || !Number.isFinite(x)) return { fraction: x, exponent: 0 };
  const tiny = Math.abs(x) < leastNormal;
  const scaled = tiny ? x * twoTo52 : x;
  const high = highBits(scaled);
  const exponent = ((high >>> 20) & 0x7ff) - 1022 - (tiny ? 52 : 0);
  return { fraction: withHighBits(scaled, (high & 0x800fffff) | 0x3fe00000), exponent };
}

/** x × 2^power, rounded once. */
export function scaleByPower(x: number, power: number): number {
  const { fraction, exponent } = takeApart(x);
  if (fraction === 0 || !Number.isFinite(fraction)) return fraction;
  const sum = exponent + power;
  if (sum > 1024) return fraction * Infinity;
  if (sum < -1074) return fraction > 0 ? 0 : -0;
  if (sum < -1021) return withExponent(fraction, sum + 53) * powerOfTwo(-53);
  return withExponent(fraction, sum);
}

/** A fraction from 0.5 to 1, times 2^exponent, where the result is not subnormal. */
function withExponent(fraction: number, exponent: number): number {
  return withHighBits(fraction, (highBits(fraction) & 0x800fffff) | ((exponent + 1022) << 20));
}

/** a × b + c, rounded once. The product must neither overflow nor matter when it is subnormal. */
export function multiplyAdd(a: number, b: number, c: number): number {
  const product = a * b;
  const productError = errorOfProduct(a, b, product);
  const low = c + productError;
  const lowError = errorOfSum(c, productError, low);
  const high = product + low;
  return high + sumToOdd(lowError, errorOfSum(product, low, high));
}

/** x + y - sum, exactly (Knuth). */
function errorOfSum(x: number, y: number, sum: number): number {
  const part = sum - x;
  return x - (sum - part) + (y - part);
}

/** a × b - product, exactly (Dekker). */
function errorOfProduct(a: number, b: number, product: number): number {
  const aHigh = upperHalf(a);
  const aLow = a - aHigh;
  const bHigh = upperHalf(b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function upperHalf(x: number): number {
  const scaled = x * 134217729;
  return scaled - (scaled - x);
}

/** x + y; what is lost makes the last bit odd, so that a further rounding sees it (Boldo and Melquiond). */
function sumToOdd(x: number, y: number): number {
  const sum = x + y;
  const error = errorOfSum(x, y, sum);
  if (error === 0) return sum;
  view.setFloat64(0, sum);
  const low = view.getUint32(4);
  if ((low & 1) === 1) return sum;
  if (error > 0 === sum > 0) {
    view.setUint32(4, low + 1);
  } else {
    view.setUint32(4, low - 1);
    if (low === 0) view.setUint32(0, view.getUint32(0) - 1);
  }
  return view.getFloat64(0);
}
