/** `x[i]`, `x[i] = v`, `x[a:b:c]` and len(x). */
import type { Thread } from "../library/builtin.ts";
import { Dict } from "./dict.ts";
import { EvalError } from "./errors.ts";
import { asInt32 } from "./integers.ts";
import { repr } from "./print.ts";
import { CodeBuffer } from "./text.ts";
import { TextView } from "./text-view.ts";
import { typeName } from "./type-name.ts";
import { Bytes, HeapValue, List, Range, rangeLength, Tuple, type Value } from "./value.ts";

/** What len() answers; -1 when the value has no length. */
export function lengthOf(value: Value): number {
  if (typeof value === "string") return value.length;
  return value instanceof HeapValue ? value.len() : -1;
}

/** `container[index]`. Throws EvalError for a missing key, an index out of range, or a type without elements. */
export function getIndex(thread: Thread, container: Value, index: Value): Value {
  if (container instanceof Dict) {
    const value = container.get(index);
    if (value === undefined) throw new EvalError(container.missingKey(repr(thread, index)));
    return value;
  }
  const length = indexableLength(container);
  const own = length < 0 && container instanceof HeapValue ? container.element(index) : undefined;
  if (own !== undefined) return own;
  if (length < 0) throw new EvalError(`unhandled index operation ${typeName(container)}[${typeName(index)}]`);
  return elementAt(container, checkIndex(container, length, asIndex(container, index)));
}

/** Elements of a value that integers index; -1 when they do not. */
function indexableLength(value: Value): number {
  if (typeof value === "string") return value.length;
  if (value instanceof List || value instanceof Tuple) return value.items.length;
  return value instanceof Bytes || value instanceof Range || value instanceof TextView ? value.len() : -1;
}

function asIndex(container: Value, index: Value): number {
  if (typeof index === "number" && (index | 0) === index) return index;
  try {
    return asInt32(index);
  } catch (error) {
    throw new EvalError(`${typeName(container)} index: ${(error as EvalError).message}`);
  }
}

/** The position an index means, counted from the start. */
function checkIndex(container: Value, length: number, index: number): number {
  const position = index < 0 ? index + length : index;
  if (position < 0 || position >= length) throw new EvalError(outOfRange(container, length, index));
  return position;
}

/** What is said of an index that is out of range. */
export function outOfRange(container: Value, length: number, index: number): string {
  const type = typeName(container);
  if (length === 0) return `index ${index} out of range: empty ${type}`;
  return `${type} index ${index} out of range [${-length}:${length - 1}]`;
}

function elementAt(container: Value, position: number): Value {
  if (typeof container === "string") return container.charAt(position);
  if (container instanceof List || container instanceof Tuple) return container.items[position]!;
  if (container instanceof Range) return container.start + position * container.step;
  if (container instanceof Bytes) return new Bytes(container.data.charAt(position));
  return (container as TextView).elementAt(position);
}

/** `container[index] = value`. Throws EvalError when that cannot be. */
export function setIndex(thread: Thread, container: Value, index: Value, value: Value): void {
  if (container instanceof Dict) {
    const before = container.size;
    container.set(index, value);
    if (container.size !== before) thread.charge(Dict.entrySize);
  } else if (container instanceof List) {
    const position = checkIndex(container, container.items.length, asInt32(index));
    container.checkMutable("assign to element of");
    container.items[position] = value;
  } else if (!(container instanceof HeapValue && container.setElement(index, value))) {
    throw new EvalError(`${typeName(container)} value does not support item assignment`);
  }
}

/** Where a slice begins and ends, and by how much it steps: `end` is excluded and may be -1. */
export interface Span {
  start: number;
  end: number;
  step: number;
}

/** `value[low:high:step]`; null where a part is left out. Throws EvalError for types without slices and for wrong parts. */
export function slice(thread: Thread, value: Value, low: Value, high: Value, step: Value): Value {
  const length = sliceableLength(value);
  if (length < 0) throw new EvalError(`invalid slice operand ${typeName(value)}`);
  const span = toSpan(low, high, step, length);
  if (value instanceof Range) return sliceRange(value, span);
  const count = rangeLength(span.start, span.end, span.step);
  if (value instanceof List || value instanceof Tuple) {
    thread.charge(48 + 8 * count);
    thread.spend(count >> 3);
    const items = sliceItems(value.items, span);
    return value instanceof List ? new List(items) : new Tuple(items);
  }
  thread.charge(24 + count);
  const data = sliceText(thread, typeof value === "string" ? value : (value as Bytes).data, span);
  return typeof value === "string" ? data : new Bytes(data);
}

function sliceableLength(value: Value): number {
  return value instanceof TextView ? -1 : indexableLength(value);
}

function toSpan(low: Value, high: Value, stepValue: Value, length: number): Span {
  const step = stepValue === null ? 1 : partOf("slice step", stepValue);
  if (step === 0) throw new EvalError("zero is not a valid slice step");
  if (step > 0) {
    const [start, end] = toInterval(low, high, length);
    return { start, end: Math.max(start, end), step };
  }
  const start = Math.min(low === null ? length - 1 : fromEnd(partOf("start index", low), length), length - 1);
  const end = Math.max(high === null ? -1 : fromEnd(partOf("end index", high), length), -1);
  return { start: Math.max(start, end), end, step };
}

/** Start and end of a part of a sequence, within [0, length]; start may come after end. */
export function toInterval(low: Value | undefined, high: Value | undefined, length: number): [number, number] {
  const start = low === null || low === undefined ? 0 : fromEnd(partOf("start index", low), length);
  const end = high === null || high === undefined ? length : fromEnd(partOf("end index", high), length);
  return [clamp(start, length), clamp(end, length)];
}

function partOf(what: string, value: Value): number {
  try {
    return asInt32(value);
  } catch (error) {
    throw new EvalError(`invalid ${what}: ${(error as EvalError).message}`);
  }
}

function fromEnd(index: number, length: number): number {
  return index < 0 ? index + length : index;
}

function clamp(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length);
}

function sliceRange(range: Range, span: Span): Range {
  if (Math.abs(range.step * span.step) > Number.MAX_SAFE_INTEGER) throw new EvalError("range step is too large");
  const start = range.start + range.step * span.start;
  const stop = range.start + range.step * span.end;
  const step = range.step * span.step;
  return new Range(start, stop, step, rangeLength(start, stop, step));
}

function sliceItems(items: readonly Value[], { start, end, step }: Span): Value[] {
  if (step === 1) return items.slice(start, end);
  const result: Value[] = [];
  for (let i = start; step > 0 ? i < end : i > end; i += step) result.push(items[i]!);
  return result;
}

function sliceText(thread: Thread, data: string, { start, end, step }: Span): string {
  if (step === 1) return data.slice(start, end);
  const count = rangeLength(start, end, step);
  thread.spend(count >> 1);
  const buffer = new CodeBuffer(count);
  for (let i = 0; i < count; i++) buffer.push(data.charCodeAt(start + i * step));
  return buffer.finish();
}
