/** Hexadecimal floats such as 0x1.8p3. */
import { scaleByPower } from "./math/float-bits.ts";

const hexFloat = /^([+-]?)0x(_?[0-9a-f]+(?:_[0-9a-f]+)*)?(?:\.([0-9a-f]+(?:_[0-9a-f]+)*)?)?p([+-]?\d+(?:_\d+)*)$/i;

/** The nearest float, infinite when it is too large; undefined when the text is none. */
export function parseHexFloat(text: string): number | undefined {
  const match = hexFloat.exec(text);
  if (match === null) return undefined;
  const [sign, whole, fraction, power] = [1, 2, 3, 4].map((i) => (match[i] ?? "").replaceAll("_", "")) as [
    string,
    string,
    string,
    string,
  ];
  if (whole + fraction === "") return undefined;
  const mantissa = BigInt(`0x${whole}${fraction}`);
  const exponent = Number(power) - 4 * fraction.length;
  const value = mantissa === 0n ? 0 : nearest(mantissa, Math.max(-1e6, Math.min(exponent, 1e6)));
  return sign === "-" ? -value : value;
}

/** mantissa × 2^exponent, rounded once, ties to even. */
function nearest(mantissa: bigint, exponent: number): number {
  const bits = mantissa.toString(2).length;
  // Numbers below 2^-1022 have fewer bits.
  const kept = Math.min(53, bits + exponent + 1074);
  if (kept < 0) return 0;
  const dropped = bits - kept;
  if (dropped <= 0) return scaleByPower(Number(mantissa), exponent);
  const half = 1n << BigInt(dropped - 1);
  const rest = mantissa & ((half << 1n) - 1n);
  let rounded = mantissa >> BigInt(dropped);
  if (rest > half || (rest === half && (rounded & 1n) === 1n)) rounded += 1n;
  return scaleByPower(Number(rounded), exponent + dropped);
}
