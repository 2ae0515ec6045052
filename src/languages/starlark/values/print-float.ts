/** Floats as text, exactly as Go's strconv writes them; no digit depends on the host's formatting of ties. */

/** `%g` (what str() uses), `%e` and `%f` with six digits, and their capitals. */
export type FloatFormat = "g" | "G" | "e" | "E" | "f" | "F";

/** The text of a float: shortest for `g`, always with a point or an exponent; `+inf`, `-inf`, `nan`. */
export function printFloat(value: number, format: FloatFormat = "g"): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "+inf" : "-inf";
  if (format === "g" && isPlain(value)) return Number.isInteger(value) ? `${value}.0` : String(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const text = sign + printPositive(Math.abs(value), format.toLowerCase() as "g" | "e" | "f");
  return format === "G" || format === "E" ? text.toUpperCase() : text;
}

/** Whether JavaScript writes the same digits without an exponent, too. */
function isPlain(value: number): boolean {
  const magnitude = Math.abs(value);
  return magnitude >= 1e-4 && magnitude < 1e6;
}

function printPositive(value: number, format: "g" | "e" | "f"): string {
  switch (format) {
    case "g":
      return printShortest(value);
    case "e":
      return printExponent(value);
    default:
      return printFixed(value);
  }
}

/** The fewest digits that read back as the same float. */
function printShortest(value: number): string {
  const [mantissa, power] = value.toExponential().split("e") as [string, string];
  const exponent = Number(power);
  const digits = mantissa.replace(".", "");
  if (exponent < -4 || exponent >= 6) return withExponent(digits, exponent);
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${whole}.${digits.slice(exponent + 1) || "0"}`;
}

function withExponent(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits.charAt(0)}${fraction}e${exponent < 0 ? "-" : "+"}${power}`;
}

function printFixed(value: number): string {
  const digits = scaled(value, 6).toString().padStart(7, "0");
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

function printExponent(value: number): string {
  if (value === 0) return withExponent("0000000", 0);
  let exponent = Number(value.toExponential().split("e")[1]);
  let digits = scaled(value, 6 - exponent).toString();
  if (digits.length < 7) {
    // The shortest text, 1e-323, is above the value itself, 9.88e-324.
    exponent--;
    digits = scaled(value, 6 - exponent).toString();
  }
  if (digits.length > 7) {
    exponent++;
    digits = digits.slice(0, 7);
  }
  return withExponent(digits, exponent);
}

/** value × 10^power as an integer, computed exactly, ties to even. */
function scaled(value: number, power: number): bigint {
  const [mantissa, binary] = decompose(value);
  const numerator = mantissa * 10n ** BigInt(Math.max(power, 0)) * 2n ** BigInt(Math.max(binary, 0));
  const denominator = 10n ** BigInt(Math.max(-power, 0)) * 2n ** BigInt(Math.max(-binary, 0));
  const quotient = numerator / denominator;
  const rest = (numerator % denominator) * 2n;
  const up = rest > denominator || (rest === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/** A positive float as mantissa × 2^exponent with an integer mantissa. */
function decompose(value: number): [bigint, number] {
  let mantissa = value;
  let exponent = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent--;
  }
  return [BigInt(mantissa), exponent];
}
