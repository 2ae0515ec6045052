/** Every method there is, by the kind of value that has it. */
import { Constant, Day, Duration, Float, Hash, Match, Moment, Pattern, Range, Sym, type Value } from "../values.ts";
import { objectMethodNames } from "../api.ts";
import { commonMethods, plainMethods } from "./common.ts";
import { hashMethods, listMethods, pairMethods, rangeItems, rangeMethods } from "./lists.ts";
import type { Invocation, Method, MethodTable } from "./method.ts";
import { numberMethods } from "./numbers.ts";
import { matchMethods, patternMethods, quotePattern } from "./patterns.ts";
import { textArgument } from "./method.ts";
import { textMethods } from "./texts.ts";
import { clockMethods, durationMethods, timeMethods, unitMethods } from "./times.ts";

const symbolMethods: MethodTable<Sym> = {
  to_sym: (self) => self,
  to_proc: (self) => self,
  length: (self) => self.name.length,
  size: (self) => self.name.length,
};

const regexpMethods: MethodTable = { escape: (_, call) => quotePattern(textArgument(call, 0)) };

/** The method of a value; undefined when it has none of that name. */
export function methodOf(self: Value, name: string): Method | undefined {
  return own(tableOf(self), name) ?? asList(self, name) ?? own(commonMethods, name);
}

function own(table: MethodTable | undefined, name: string): Method | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function tableOf(self: Value): MethodTable | undefined {
  // Each table takes only the values that it is found for.
  return tableFor(self) as MethodTable | undefined;
}

function tableFor(self: Value): unknown {
  if (self === null || typeof self === "boolean") return plainMethods;
  if (typeof self === "string") return textMethods;
  if (typeof self === "number" || self instanceof Float) return numbers;
  if (Array.isArray(self)) return listMethods;
  if (self instanceof Constant) return constantMethods(self.name);
  return tables.find(([type]) => self instanceof type)?.[1];
}

const numbers = { ...unitMethods, ...numberMethods };

const tables = [
  [Sym, symbolMethods],
  [Hash, hashMethods],
  [Range, rangeMethods],
  [Pattern, patternMethods],
  [Match, matchMethods],
  [Day, timeMethods],
  [Moment, timeMethods],
  [Duration, durationMethods],
] as const;

function constantMethods(name: string): MethodTable | undefined {
  if (name === "Regexp") return regexpMethods;
  return ["Date", "Time", "DateTime"].includes(name) ? clockMethods : undefined;
}

/** Hashes and ranges have methods of lists: of their pairs, of their numbers. Durations have those of numbers. */
function asList(self: Value, name: string): Method | undefined {
  if (self instanceof Hash && pairMethods.includes(name)) return through((value) => (value as Hash).pairs, name);
  if (self instanceof Range && Object.hasOwn(listMethods, name)) {
    return through((value, call) => rangeItems(value as Range, call), name);
  }
  if (self instanceof Sym && Object.hasOwn(textMethods, name)) {
    return (value, call) => textMethods[name]!((value as Sym).name, call);
  }
  return undefined;
}

function through(items: (self: Value, call: Invocation) => Value[], name: string): Method {
  return (self, call) => listMethods[name]!(items(self, call), call);
}

/** Constants that can be named. */
export const constants: ReadonlySet<string> = new Set([
  "Date",
  "Time",
  "DateTime",
  "Regexp",
  "String",
  "Symbol",
  "Integer",
  "Float",
  "Numeric",
  "Array",
  "Hash",
  "NilClass",
]);

/** Names of all methods of all values. */
export const methodNames: ReadonlySet<string> = new Set([
  ...objectMethodNames,
  ...[
    commonMethods,
    plainMethods,
    textMethods,
    numbers,
    listMethods,
    hashMethods,
    rangeMethods,
    patternMethods,
    matchMethods,
    symbolMethods,
    regexpMethods,
    clockMethods,
    timeMethods,
    durationMethods,
  ].flatMap((table) => Object.keys(table)),
]);
