/** Slices of arrays and strings: where they begin and end, how they are replaced; and where one array occurs in another. */
import type { JqObject, Value } from "../value.ts";
import { kindOf } from "../value.ts";
import type { NativeContext } from "./contract.ts";
import { arrayBytes } from "./contract.ts";
import { fail } from "./fail.ts";
import { equals } from "./order.ts";
import { codePointCount } from "./text.ts";

/** A slice within its target: `0 <= start <= end <= length`, in elements or code points. */
export interface Bounds {
  readonly start: number;
  readonly end: number;
}

/** The bounds that the object `{"start": …, "end": …}` means for `target`. Both members must be there, null for no bound. */
export function sliceObjectBounds(context: NativeContext, target: Value[] | string, key: JqObject): Bounds {
  const from = key.get("start");
  const to = key.get("end");
  if (from === undefined || to === undefined) return failBounds(target);
  return sliceBounds(context, target, from, to);
}

/** The bounds of `target[from:to]`: negative ones count from the end, fractions make the slice larger. */
export function sliceBounds(context: NativeContext, target: Value[] | string, from: Value, to: Value): Bounds {
  if (typeof target === "string") context.charge(target.length >>> 4);
  const length = typeof target === "string" ? codePointCount(target) : target.length;
  let start = from ?? 0;
  let end = to ?? length;
  if (typeof start !== "number" || typeof end !== "number") return failBounds(target);
  if (Number.isNaN(start)) start = 0;
  if (Number.isNaN(end)) end = context.level === "1.6" ? 0 : length;
  if (start < 0) start += length;
  if (end < 0) end += length;
  const first = Math.floor(Math.min(Math.max(start, 0), length));
  return { start: first, end: Math.max(Math.ceil(Math.min(end, length)), first) };
}

/** `array` with what is between the bounds replaced by `values`. */
export function replaceSlice(context: NativeContext, array: Value[], { start, end }: Bounds, values: Value[]): Value[] {
  const length = array.length - (end - start) + values.length;
  context.charge(length >>> 4);
  context.allocate(arrayBytes(length));
  return array.slice(0, start).concat(values, array.slice(end));
}

/** The positions at which all of `wanted` stands in `array`, overlapping ones too; none when `wanted` is empty. */
export function findSequence(context: NativeContext, array: Value[], wanted: Value[]): Value[] {
  const found: Value[] = [];
  if (wanted.length === 0) return found;
  for (let i = 0; i + wanted.length <= array.length; i++) {
    let matching = 0;
    while (matching < wanted.length && equals(context, array[i + matching]!, wanted[matching]!)) matching++;
    context.charge(matching + 1);
    if (matching === wanted.length) found.push(i);
  }
  context.allocate(arrayBytes(found.length));
  return found;
}

function failBounds(target: Value[] | string): never {
  fail(`Start and end indices of an ${kindOf(target)} slice must be numbers`);
}
