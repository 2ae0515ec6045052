/** Methods of list. */
import { equals } from "../values/compare.ts";
import { EvalError } from "../values/errors.ts";
import { elementsOf } from "../values/iterate.ts";
import { outOfRange, toInterval } from "../values/sequence.ts";
import type { List, Value } from "../values/value.ts";
import { defineBuiltin } from "./arguments.ts";
import type { Thread } from "./builtin.ts";
import { named } from "./naming.ts";
import { positional, tableOf } from "./parameters.ts";

const append = defineBuiltin(
  {
    name: "append",
    doc: "Adds an element at the end.",
    parameters: [positional("x", "any")],
    returns: "None",
  },
  (thread, self, x) => {
    const list = self as List;
    if (list.frozen || list.iterators > 0 || list.ordinal >= 0) named("append", () => list.checkMutable("append to"));
    thread.charge(8);
    list.items.push(x!);
    return null;
  },
);

const clear = defineBuiltin(
  { name: "clear", doc: "Removes all elements.", parameters: [], returns: "None" },
  (_thread, self) => {
    const list = self as List;
    named("clear", () => list.checkMutable("clear"));
    list.items.length = 0;
    return null;
  },
);

const extend = defineBuiltin(
  {
    name: "extend",
    doc: "Adds the elements of an iterable at the end.",
    parameters: [positional("x", "iterable")],
    returns: "None",
  },
  (thread, self, x) => {
    const list = self as List;
    named("extend", () => list.checkMutable("extend"));
    extendList(thread, list, x!);
    return null;
  },
);

/** Adds the elements of an iterable (that may be the list itself). The list must be mutable. */
function extendList(thread: Thread, list: List, iterable: Value): void {
  const elements = elementsOf(thread, iterable)!;
  const count = elements.length;
  thread.charge(8 * count);
  thread.spend(count >> 3);
  for (let i = 0; i < count; i++) list.items.push(elements[i]!);
}

const index = defineBuiltin(
  {
    name: "index",
    doc: "The index of the first element equal to x, within a part of the list. It is an error when there is none.",
    parameters: [
      positional("x", "any"),
      positional("start", "int | None", "None"),
      positional("end", "int | None", "None"),
    ],
    returns: "int",
  },
  (thread, self, x, start, end) =>
    named("index", () => {
      const { items } = self as List;
      const [from, to] = toInterval(start, end, items.length);
      const found = findItem(thread, items, x!, from, to);
      if (found < 0) throw new EvalError("value not in list");
      return found;
    }),
);

function findItem(thread: Thread, items: readonly Value[], wanted: Value, from: number, to: number): number {
  thread.spend(Math.max(to - from, 0) >> 1);
  for (let i = from; i < to; i++) if (equals(thread, items[i]!, wanted)) return i;
  return -1;
}

const insert = defineBuiltin(
  {
    name: "insert",
    doc: "Inserts an element before the one at an index; a negative index counts from the end.",
    parameters: [positional("index", "int"), positional("x", "any")],
    returns: "None",
  },
  (thread, self, at, x) => {
    const list = self as List;
    named("insert", () => list.checkMutable("insert into"));
    thread.charge(8);
    thread.spend(list.items.length >> 5);
    list.items.splice(at as number, 0, x!);
    return null;
  },
);

const pop = defineBuiltin(
  {
    name: "pop",
    doc: "Removes and returns the element at an index, by default the last.",
    parameters: [positional("index", "int", "-1")],
    returns: "any",
  },
  (thread, self, at) => {
    const list = self as List;
    const { items } = list;
    const wanted = (at as number | undefined) ?? items.length - 1;
    const position = wanted < 0 ? wanted + items.length : wanted;
    if (position < 0 || position >= items.length) {
      throw new EvalError(`pop: ${outOfRange(list, items.length, wanted)}`);
    }
    named("pop", () => list.checkMutable("pop from"));
    if (position === items.length - 1) return items.pop()!;
    thread.spend((items.length - position) >> 5);
    return items.splice(position, 1)[0]!;
  },
);

const remove = defineBuiltin(
  {
    name: "remove",
    doc: "Removes the first element equal to x. It is an error when there is none.",
    parameters: [positional("x", "any")],
    returns: "None",
  },
  (thread, self, x) =>
    named("remove", () => {
      const list = self as List;
      list.checkMutable("remove from");
      const found = findItem(thread, list.items, x!, 0, list.items.length);
      if (found < 0) throw new EvalError("element not found");
      list.items.splice(found, 1);
      return null;
    }),
);

export const listMethods = tableOf([append, clear, extend, index, insert, pop, remove]);
