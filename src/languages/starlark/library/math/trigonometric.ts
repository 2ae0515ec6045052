/** Sine, cosine, tangent and their inverses, after Cephes; every digit is the one that Go computes. */
import { bitsOf, fromBits } from "./float-bits.ts";

const sinSeries = [
  1.5896230157654656e-10, -2.5050747762857807e-8, 0.0000027557313621385722, -0.0001984126982958954,
  0.008333333333322118, -0.1666666666666663,
];
const cosSeries = [
  -1.1358536521387682e-11, 2.087570084197473e-9, -2.755731417929674e-7, 0.000024801587288851704, -0.0013888888888873056,
  0.041666666666666595,
];

/** A polynomial, its highest coefficient first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = coefficients[0]!;
  for (let i = 1; i < coefficients.length; i++) sum = sum * x + coefficients[i]!;
  return sum;
}

const fourByPi = 1.2732395447351628;
/** π/4 in three parts. */
const quarterPi1 = 0.7853981256484985;
const quarterPi2 = 3.774894707930798e-8;
const quarterPi3 = 2.6951514290790595e-15;

/** A positive angle as the number of an octant (even, modulo 8) and what is left. */
function reduce(x: number): { octant: number; rest: number } {
  if (x >= 536870912) return reduceLarge(x);
  let count = Math.floor(x * fourByPi);
  if (count % 2 === 1) count++;
  return { octant: count % 8, rest: x - count * quarterPi1 - count * quarterPi2 - count * quarterPi3 };
}

/** 4/π: one bit before the point of a hexadecimal fraction, in words of 64 bits (Payne and Hanek). */
const fourByPiWords = [
  0x0000000000000001n,
  0x45f306dc9c882a53n,
  0xf84eafa3ea69bb81n,
  0xb6c52b3278872083n,
  0xfca2c757bd778ac3n,
  0x6e48dc74849ba5c0n,
  0x0c925dd413a32439n,
  0xfc3bd63962534e7dn,
  0xd1046bea5d768909n,
  0xd338e04d68befc82n,
  0x7323ac7306a673e9n,
  0x3908bf177bf25076n,
  0x3ff12fffbc0b301fn,
  0xde5e2316b414da3en,
  0xda6cfd9e4f96136en,
  0x9e8c7ecd3cbfd45an,
  0xea4f758fd7cbe2f6n,
  0x7a0e73ef14a525d4n,
  0xd7f6bf623f1aba10n,
  0xac06608df8f6d757n,
];

function reduceLarge(x: number): { octant: number; rest: number } {
  const bits = bitsOf(x);
  const shift = Number(bits >> 52n) - 1023 - 52 + 61;
  const mantissa = (bits & 0x000fffffffffffffn) | 0x0010000000000000n;
  const [first, second, third] = [0, 1, 2].map((i) => wordAt(Math.floor(shift / 64) + i, BigInt(shift % 64)));
  const product = ((first! * mantissa) << 64n) + second! * mantissa + ((third! * mantissa) >> 64n);
  const octants = BigInt.asUintN(128, product);
  const octant = Number(octants >> 125n);
  const rest = fractionOf(BigInt.asUintN(128, octants << 3n));
  return octant % 2 === 1
    ? { octant: (octant + 1) % 8, rest: (rest - 1) * (Math.PI / 4) }
    : { octant, rest: rest * (Math.PI / 4) };
}

function wordAt(index: number, shift: bigint): bigint {
  return BigInt.asUintN(64, (fourByPiWords[index]! << shift) | (fourByPiWords[index + 1]! >> (64n - shift)));
}

/** 128 bits after the point as a float, what does not fit cut off. */
function fractionOf(bits: bigint): number {
  const zeros = 64 - (bits >> 64n).toString(2).length;
  const mantissa = BigInt.asUintN(64, (bits << BigInt(zeros + 1)) >> 64n) >> 12n;
  return fromBits(mantissa | (BigInt(1023 - (zeros + 1)) << 52n));
}

function sinOfRest(z: number): number {
  const zz = z * z;
  return z + z * zz * polynomial(sinSeries, zz);
}

function cosOfRest(z: number): number {
  const zz = z * z;
  return 1 - 0.5 * zz + zz * zz * polynomial(cosSeries, zz);
}

/** The sine of x radians. */
export function sin(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const { octant, rest } = reduce(Math.abs(x));
  const value = octant % 4 === 2 ? cosOfRest(rest) : sinOfRest(rest);
  return x < 0 !== octant > 3 ? -value : value;
}

/** The cosine of x radians. */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const { octant, rest } = reduce(Math.abs(x));
  const value = octant % 4 === 2 ? sinOfRest(rest) : cosOfRest(rest);
  return octant === 2 || octant === 4 ? -value : value;
}

const tanNumerator = [-13093.693918138379, 1153516.6483858742, -17956525.197648488];
const tanDenominator = [1, 13681.296347069296, -1320892.3444021097, 25008380.18233579, -53869575.592945464];

/** The tangent of x radians. */
export function tan(x: number): number {
  if (x === 0 || Number.isNaN(x)) return x;
  if (!Number.isFinite(x)) return Number.NaN;
  const { octant, rest } = reduce(Math.abs(x));
  const zz = rest * rest;
  let value = rest;
  if (zz > 1e-14) value = rest + rest * ((zz * polynomial(tanNumerator, zz)) / polynomial(tanDenominator, zz));
  if (octant % 4 === 2) value = -1 / value;
  return x < 0 ? -value : value;
}

const atanNumerator = [
  -0.8750608600031904, -16.157537187333652, -75.00855792314705, -122.88666844901361, -64.85021904942025,
];
const atanDenominator = [
  1, 24.858464901423062, 165.02700983169885, 432.88106049129027, 485.3903996359137, 194.5506571482614,
];

function atanNear(x: number): number {
  const z = x * x;
  return x * ((z * polynomial(atanNumerator, z)) / polynomial(atanDenominator, z)) + x;
}

/** π/2 is this much more than its float. */
const moreOfHalfPi = 6.123233995736766e-17;

function atanOfPositive(x: number): number {
  if (x <= 0.66) return atanNear(x);
  if (x > 2.414213562373095) return Math.PI / 2 - atanNear(1 / x) + moreOfHalfPi;
  return Math.PI / 4 + atanNear((x - 1) / (x + 1)) + 0.5 * moreOfHalfPi;
}

/** The arc tangent, in radians. */
export function atan(x: number): number {
  if (x === 0) return x;
  return x > 0 ? atanOfPositive(x) : -atanOfPositive(-x);
}

/** The arc sine, in radians. */
export function asin(x: number): number {
  if (x === 0) return x;
  const magnitude = Math.abs(x);
  if (!(magnitude <= 1)) return Number.NaN;
  const other = Math.sqrt(1 - magnitude * magnitude);
  const angle = magnitude > 0.7 ? Math.PI / 2 - atanOfPositive(other / magnitude) : atanOfPositive(magnitude / other);
  return x < 0 ? -angle : angle;
}

/** The arc cosine, in radians. */
export function acos(x: number): number {
  return Math.PI / 2 - asin(x);
}

/** The angle of the point (x, y) from the x axis, in radians. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const special = atan2OnAxis(y, x);
  if (special !== undefined) return y < 0 || Object.is(y, -0) ? -special : special;
  const angle = atan(y / x);
  if (x >= 0) return angle;
  return angle <= 0 ? angle + Math.PI : angle - Math.PI;
}

/** The angle of (x, |y|) when a coordinate is 0 or infinite. */
function atan2OnAxis(y: number, x: number): number | undefined {
  if (y === 0) return x >= 0 && !Object.is(x, -0) ? 0 : Math.PI;
  if (x === 0) return Math.PI / 2;
  const infiniteY = !Number.isFinite(y);
  if (x === Infinity) return infiniteY ? Math.PI / 4 : 0;
  if (x === -Infinity) return infiniteY ? 2.356194490192345 : Math.PI;
  return infiniteY ? Math.PI / 2 : undefined;
}
