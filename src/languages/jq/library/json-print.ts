/** Values as JSON text: `tojson`, and `tostring` of everything but strings. */
import type { JqObject, Value } from "../value.ts";
import type { Level, NativeContext } from "./contract.ts";
import { textBytes, stepsOfWriting } from "./contract.ts";
import { numberText } from "./number-text.ts";
import { deepest } from "./order.ts";
import { quoteText } from "./quote.ts";

/** How deep values are written; what is deeper is replaced by a note that is no JSON. */
function printLimit(level: Level): { depth: number; note: string } {
  return level === "1.6"
    ? { depth: 256, note: "<stripped: exceeds max depth>" }
    : { depth: deepest, note: "<skipped: too deep>" };
}

/** `value` as JSON without spaces, members in their order. */
export function printJson(context: NativeContext, value: Value): string {
  if (value === null || typeof value !== "object") return printScalar(context, value);
  const { depth, note } = printLimit(context.level);
  return print({ context, limit: depth, note }, value, 0);
}

/** `value` as `tostring` gives it: strings as they are, everything else as JSON. */
export function textOf(context: NativeContext, value: Value): string {
  return typeof value === "string" ? value : printJson(context, value);
}

interface Printing {
  readonly context: NativeContext;
  readonly limit: number;
  readonly note: string;
}

function print(printing: Printing, value: Value, depth: number): string {
  if (depth > printing.limit) return printing.note;
  if (value === null || typeof value !== "object") return printScalar(printing.context, value);
  return Array.isArray(value) ? printArray(printing, value, depth + 1) : printObject(printing, value, depth + 1);
}

function printScalar(context: NativeContext, value: null | boolean | number | string): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value !== "string") return String(value);
  context.charge(1 + (value.length >>> 1));
  context.allocate(textBytes(value.length));
  return quoteText(value);
}

function printArray(printing: Printing, array: Value[], depth: number): string {
  printing.context.charge(stepsOfWriting * (1 + array.length));
  printing.context.allocate(textBytes(2 * array.length));
  let text = "[";
  for (let i = 0; i < array.length; i++) text += (i > 0 ? "," : "") + print(printing, array[i]!, depth);
  return `${text}]`;
}

function printObject(printing: Printing, object: JqObject, depth: number): string {
  printing.context.charge(stepsOfWriting * (1 + object.size));
  printing.context.allocate(textBytes(4 * object.size));
  let text = "{";
  for (const [name, value] of object) {
    if (text.length > 1) text += ",";
    text += `${printScalar(printing.context, name)}:${print(printing, value, depth)}`;
  }
  return `${text}}`;
}
