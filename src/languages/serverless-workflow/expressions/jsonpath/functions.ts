/** Functions of JSONPath: those at the end of a path (Jayway), and those of filters (RFC 9535). */
import { JqError } from "../../../jq/errors.ts";
import { codePointsOf, compileRegex, type Regex } from "../../../jq/regex/regex.ts";
import { kindOf, type Value } from "../../../jq/value.ts";

/** What a function may use of the evaluation. */
export interface FunctionContext {
  charge(steps: number): void;
  allocate(bytes: number): void;
}

/** `value` is what the path leads to, `undefined` when it leads nowhere. */
type PathFunction = (context: FunctionContext, value: Value | undefined, args: readonly (Value | undefined)[]) => Value;

/** Numbers of the value, when it is an array, and of the arguments. */
function numbersOf(name: string, value: Value | undefined, args: readonly (Value | undefined)[]): number[] {
  const all = [...(Array.isArray(value) ? value : []), ...args.flatMap((arg) => (Array.isArray(arg) ? arg : [arg]))];
  const numbers = all.filter((one) => typeof one === "number");
  if (numbers.length === 0) throw new JqError(`${name}() has no numbers to work on`);
  return numbers;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const average = (numbers: readonly number[]): number => sum(numbers) / numbers.length;

function deviation(numbers: readonly number[]): number {
  const middle = average(numbers);
  return Math.sqrt(average(numbers.map((number) => (number - middle) ** 2)));
}

function ofNumbers(name: string, compute: (numbers: readonly number[]) => number): PathFunction {
  return (context, value, args) => {
    const numbers = numbersOf(name, value, args);
    context.charge(numbers.length);
    return compute(numbers);
  };
}

/** The number of characters, elements or members; `undefined` for other values. */
function lengthOf(context: FunctionContext, value: Value | undefined): number | undefined {
  if (typeof value === "string") {
    context.charge(value.length >> 4);
    context.allocate(4 * value.length);
    return codePointsOf(value).length;
  }
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : undefined;
}

function element(name: string, value: Value | undefined, index: number): Value {
  if (!Array.isArray(value)) throw new JqError(`${name}() needs an array, not ${described(value)}`);
  return value.at(index) ?? null;
}

/** The kind of a value for messages. */
function described(value: Value | undefined): string {
  return value === undefined ? "nothing" : kindOf(value);
}

function textOf(context: FunctionContext, value: Value | undefined): string {
  const text = typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  context.allocate(2 * text.length);
  return text;
}

function concat(context: FunctionContext, value: Value | undefined, args: readonly (Value | undefined)[]): Value {
  const parts = [...(Array.isArray(value) ? value : []), ...args.flatMap((arg) => (Array.isArray(arg) ? arg : [arg]))];
  context.charge(parts.length);
  return parts.map((part) => textOf(context, part)).join("");
}

function append(context: FunctionContext, value: Value | undefined, args: readonly (Value | undefined)[]): Value {
  if (!Array.isArray(value)) throw new JqError(`append() needs an array, not ${described(value)}`);
  context.allocate(8 * (value.length + args.length));
  return [...value, ...args.filter((arg) => arg !== undefined)];
}

/** Functions at the end of a path: `$.prices.sum()`. */
export const pathFunctions: ReadonlyMap<string, PathFunction> = new Map<string, PathFunction>([
  ["length", (context, value) => lengthOf(context, value) ?? null],
  ["size", (context, value) => lengthOf(context, value) ?? null],
  ["sum", ofNumbers("sum", sum)],
  ["avg", ofNumbers("avg", average)],
  ["min", ofNumbers("min", (numbers) => numbers.reduce((a, b) => Math.min(a, b)))],
  ["max", ofNumbers("max", (numbers) => numbers.reduce((a, b) => Math.max(a, b)))],
  ["stddev", ofNumbers("stddev", deviation)],
  ["keys", (_, value) => (value instanceof Map ? [...value.keys()] : null)],
  ["first", (_, value) => element("first", value, 0)],
  ["last", (_, value) => element("last", value, -1)],
  ["index", (_, value, [index]) => element("index", value, typeof index === "number" ? index : 0)],
  ["concat", concat],
  ["append", append],
]);

/** How a function of a filter takes an argument: the nodes of a path, or its value. */
type FilterFunction =
  | { takes: "nodes"; call: (nodes: readonly Value[]) => Value | undefined }
  | { takes: "values"; call: (context: FunctionContext, args: readonly (Value | undefined)[]) => Value | undefined };

function matches(context: FunctionContext, [text, pattern]: readonly (Value | undefined)[], isWhole: boolean): boolean {
  if (typeof text !== "string" || typeof pattern !== "string") return false;
  const regex = tryCompile(context, isWhole ? wholePattern(pattern) : pattern);
  return regex !== undefined && searches(context, regex, text);
}

/** A pattern that matches whole texts only. */
export function wholePattern(pattern: string): string {
  return `\\A(?:${pattern})\\z`;
}

function tryCompile(context: FunctionContext, pattern: string): Regex | undefined {
  context.charge(pattern.length);
  try {
    return compileRegex(pattern, "");
  } catch (error) {
    if (error instanceof JqError) return undefined;
    throw error;
  }
}

/** Does the expression match somewhere in the text? */
export function searches(context: FunctionContext, regex: Regex, text: string): boolean {
  context.charge(1 + (text.length >> 4));
  context.allocate(4 * text.length);
  return regex.search(codePointsOf(text), 0, context) !== undefined;
}

/** Functions in filters: `[?length(@.name) > 3]`. */
export const filterFunctions: ReadonlyMap<string, FilterFunction> = new Map<string, FilterFunction>([
  ["length", { takes: "values", call: (context, [value]) => lengthOf(context, value) }],
  ["match", { takes: "values", call: (context, args) => matches(context, args, true) }],
  ["search", { takes: "values", call: (context, args) => matches(context, args, false) }],
  ["count", { takes: "nodes", call: (nodes) => nodes.length }],
  ["value", { takes: "nodes", call: (nodes) => (nodes.length === 1 ? nodes[0] : undefined) }],
]);
