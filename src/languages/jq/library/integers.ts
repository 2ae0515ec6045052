/** Numbers as the integers of a 64-bit machine: how jq 1.6 casts, overflow included. */

const int32Minimum = -2147483648;

/** `value` without its fraction as a 32-bit integer; what does not fit, nan too, becomes the smallest one, as on amd64. */
export function toInt32(value: number): number {
  return value > int32Minimum - 1 && value < 2147483648 ? Math.trunc(value) : int32Minimum;
}

const int64Minimum = -(2n ** 63n);

/** `a % b` of jq 1.6: of the 64-bit integers of both; what does not fit becomes the smallest one. `undefined` when `b` is zero. */
export function remainder(a: number, b: number): number | undefined {
  if (Math.abs(b) < 1) return undefined;
  if (Math.abs(a) < 2 ** 53 && Math.abs(b) < 2 ** 53) return (Math.trunc(a) % Math.trunc(b)) + 0;
  return Number(toInt64(a) % toInt64(b));
}

function toInt64(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : int64Minimum;
}

const int64Maximum = 2n ** 63n - 1n;

/** `a % b` of jq 1.7: nan gives nan, what does not fit becomes the nearest integer that does. `undefined` when `b` is zero. */
export function saturatedRemainder(a: number, b: number): number | undefined {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (Math.abs(b) < 1) return undefined;
  return Number(saturate(a) % saturate(b));
}

function saturate(value: number): bigint {
  if (Math.abs(value) < 2 ** 63) return BigInt(Math.trunc(value));
  return value < 0 ? int64Minimum : int64Maximum;
}
