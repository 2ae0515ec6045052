/** Numbers as jq 1.6 writes them: the shortest digits that give the same double again, in a layout of its own. */

/** The most that is written: infinities have no JSON. */
const largest = "1.7976931348623157e+308";

/** `value` as JSON text: `null` for nan, the largest double for infinities. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && value < 1e16 && value > -1e16) {
    return value === 0 && Object.is(value, -0) ? "-0" : String(value);
  }
  if (Number.isNaN(value)) return "null";
  if (value === Infinity) return largest;
  if (value === -Infinity) return `-${largest}`;
  return value < 0 ? `-${positiveText(-value)}` : positiveText(value);
}

function positiveText(value: number): string {
  const text = value.toExponential();
  const mark = text.indexOf("e");
  const digits = text.slice(0, 1) + text.slice(2, mark);
  /** Where the point is: so many digits stand before it. */
  const point = Number(text.slice(mark + 1)) + 1;
  if (point <= -4 || point > digits.length + 15) return exponentialText(digits, point - 1);
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + "0".repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function exponentialText(digits: string, exponent: number): string {
  const mantissa = digits.length === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${size}`;
}
