/** Methods of dict. */
import { Dict, originalKey } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { elementsOf, isIterable } from "../values/iterate.ts";
import { quoteText } from "../values/quote.ts";
import { lengthOf, setIndex } from "../values/sequence.ts";
import { typeName } from "../values/type-name.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { defineBuiltin } from "./arguments.ts";
import type { BuiltinSpec, NamedArgument, Thread } from "./builtin.ts";
import { named } from "./naming.ts";
import { positional, tableOf } from "./parameters.ts";

const clear = defineBuiltin(
  { name: "clear", doc: "Removes all entries.", parameters: [], returns: "None" },
  (_thread, self) => {
    (self as Dict).clear();
    return null;
  },
);

const get = defineBuiltin(
  {
    name: "get",
    doc: "The value at a key, or the default when there is none.",
    parameters: [positional("key", "any"), positional("default", "any", "None")],
    returns: "any",
  },
  (_thread, self, key, byDefault) => {
    const dict = self as Dict;
    const value = typeof key === "string" ? dict.get(key) : named("get", () => dict.get(key!));
    if (value !== undefined) return value;
    return byDefault ?? null;
  },
);

const items = defineBuiltin(
  { name: "items", doc: "All (key, value) pairs, in order.", parameters: [], returns: "list" },
  (thread, self) => {
    const dict = self as Dict;
    thread.charge(48 + (8 + 48) * dict.size);
    thread.spend(4 * dict.size);
    const pairs: Value[] = [];
    for (const [hashed, value] of dict.map) pairs.push(new Tuple([originalKey(dict.originals, hashed), value]));
    return new List(pairs);
  },
);

const keys = defineBuiltin(
  { name: "keys", doc: "All keys, in order.", parameters: [], returns: "list" },
  (thread, self) => {
    const dict = self as Dict;
    thread.charge(48 + 8 * dict.size);
    thread.spend(2 * dict.size);
    return new List(dict.keys());
  },
);

const pop = defineBuiltin(
  {
    name: "pop",
    doc: "Removes a key and returns its value, or the default. Without a default a missing key is an error.",
    parameters: [positional("key", "any"), positional("default", "any", "fail")],
    returns: "any",
  },
  (_thread, self, key, byDefault) => {
    const value = named("pop", () => (self as Dict).delete(key!));
    if (value !== undefined) return value;
    if (byDefault === undefined) throw new EvalError("pop: missing key");
    return byDefault;
  },
);

const popitem = defineBuiltin(
  { name: "popitem", doc: "Removes and returns the first (key, value) pair.", parameters: [], returns: "tuple" },
  (thread, self) => {
    const dict = self as Dict;
    const key = dict.firstKey();
    if (key === undefined) throw new EvalError("popitem: empty dict");
    thread.charge(48);
    return new Tuple([key, named("popitem", () => dict.delete(key))!]);
  },
);

const setdefault = defineBuiltin(
  {
    name: "setdefault",
    doc: "The value at a key; when there is none, the default is put there first.",
    parameters: [positional("key", "any"), positional("default", "any", "None")],
    returns: "any",
  },
  (thread, self, key, byDefault) =>
    named("setdefault", () => {
      const dict = self as Dict;
      const value = dict.get(key!);
      if (value !== undefined) return value;
      setIndex(thread, dict, key!, byDefault ?? null);
      return byDefault ?? null;
    }),
);

const update: BuiltinSpec = {
  name: "update",
  doc: "Sets entries from a dict or a sequence of pairs, then from named arguments.",
  parameters: [
    { name: "pairs", type: "dict | iterable", default: "[]", passing: "positional" },
    { name: "entries", type: "any", passing: "kwargs" },
  ],
  returns: "None",
  call(thread, self, args, entries) {
    if (args.length > 1) throw new EvalError(`update: got ${args.length} arguments, want at most 1`);
    named("update", () => updateDict(thread, self as Dict, args[0], entries));
    return null;
  },
};

const values = defineBuiltin(
  { name: "values", doc: "All values, in order.", parameters: [], returns: "list" },
  (thread, self) => {
    const dict = self as Dict;
    thread.charge(48 + 8 * dict.size);
    thread.spend(2 * dict.size);
    return new List(dict.values());
  },
);

/** Sets entries from a dict or pairs, then from named arguments. Throws EvalError for what is neither. */
export function updateDict(thread: Thread, dict: Dict, pairs: Value | undefined, entries: NamedArgument[]): void {
  if (pairs instanceof Dict) addEntries(thread, dict, pairs);
  else if (pairs !== undefined) addPairs(thread, dict, pairs);
  const before = dict.size;
  for (const { name, value } of entries) setIndex(thread, dict, name, value);
  if (dict.size < before + entries.length) requireDistinct(entries);
}

function requireDistinct(entries: NamedArgument[]): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    if (names.has(name)) throw new EvalError(`duplicate keyword arg: ${quoteText(name)}`);
    names.add(name);
  }
}

function addEntries(thread: Thread, dict: Dict, other: Dict): void {
  thread.spend(8 * other.size);
  for (const [key, value] of other.entries()) setIndex(thread, dict, key, value);
}

function addPairs(thread: Thread, dict: Dict, pairs: Value): void {
  const elements = elementsOf(thread, pairs);
  if (elements === undefined) throw new EvalError(`got ${typeName(pairs)}, want iterable`);
  thread.spend(16 * elements.length);
  elements.forEach((pair, i) => {
    const [key, value] = pairOf(thread, pair, i);
    setIndex(thread, dict, key, value);
  });
}

function pairOf(thread: Thread, pair: Value, i: number): readonly [Value, Value] {
  const element = `dictionary update sequence element #${i}`;
  if (!isIterable(pair)) throw new EvalError(`${element} is not iterable (${typeName(pair)})`);
  const length = lengthOf(pair);
  if (length < 0) throw new EvalError(`${element} has unknown length (${typeName(pair)})`);
  if (length !== 2) throw new EvalError(`${element} has length ${length}, want 2`);
  const [key, value] = elementsOf(thread, pair)!;
  return [key!, value!];
}

export const dictMethods = tableOf([clear, get, items, keys, pop, popitem, setdefault, update, values]);
