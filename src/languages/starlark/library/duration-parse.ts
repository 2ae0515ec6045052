/** Durations from text, with the messages of Go's package time. */
import { EvalError } from "../values/errors.ts";
import { quoteTimeText } from "./time-layout.ts";

const units: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1000n],
  // Micro sign and Greek mu, as byte strings.
  ["\u00c2\u00b5s", 1000n],
  ["\u00ce\u00bcs", 1000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

const greatest = 1n << 63n;

/** ns of a duration such as "1h15m30.5s" or "-1.5h" (a byte string). Throws EvalError when it is none. */
export function parseDuration(text: string): bigint {
  const unsigned = text.replace(/^[+-]/, "");
  if (unsigned === "0") return 0n;
  const invalid = new EvalError(`time: invalid duration ${quoteTimeText(text)}`);
  if (unsigned === "" || unsigned.length > 1000) throw invalid;
  let total = 0n;
  let rest = unsigned;
  while (rest !== "") {
    const [all, number, whole, fraction = "", unit] = /^((\d*)(?:\.(\d*))?)([^.\d]*)/.exec(rest) as unknown as string[];
    if (whole === "" && fraction === "") throw invalid;
    const count = BigInt(whole!);
    if (number === "" || count > greatest) throw invalid;
    if (unit === "") throw new EvalError(`time: missing unit in duration ${quoteTimeText(text)}`);
    const size = units.get(unit!);
    if (size === undefined) {
      throw new EvalError(`time: unknown unit ${quoteTimeText(unit!)} in duration ${quoteTimeText(text)}`);
    }
    total += count * size + fractionOf(fraction, size);
    if (count * size > greatest || total > greatest) throw invalid;
    rest = rest.slice(all!.length);
  }
  const negative = text.startsWith("-");
  if (!negative && total === greatest) throw invalid;
  return negative ? -total : total;
}

/** The digits after a point as ns, computed with a float as Go does. */
function fractionOf(digits: string, size: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit);
    if (next > greatest) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.floor(Number(value) * (Number(size) / scale)));
}
