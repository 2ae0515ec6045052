/** Methods of set. */
import { EvalError } from "../values/errors.ts";
import { elementsOf } from "../values/iterate.ts";
import { difference, intersection, symmetricDifference } from "../values/set-algebra.ts";
import { StarlarkSet } from "../values/set.ts";
import { typeName } from "../values/type-name.ts";
import type { Value } from "../values/value.ts";
import { defineBuiltin } from "./arguments.ts";
import type { BuiltinSpec, Thread } from "./builtin.ts";
import { named } from "./naming.ts";
import { positional, tableOf } from "./parameters.ts";

const add = defineBuiltin(
  { name: "add", doc: "Adds an element.", parameters: [positional("x", "any")], returns: "None" },
  (thread, self, x) => {
    named("add", () => addElement(thread, self as StarlarkSet, x!));
    return null;
  },
);

/** Adds one element and accounts for it. */
export function addElement(thread: Thread, set: StarlarkSet, element: Value): void {
  const before = set.size;
  set.add(element);
  if (set.size !== before) thread.charge(StarlarkSet.entrySize);
}

const clear = defineBuiltin(
  { name: "clear", doc: "Removes all elements.", parameters: [], returns: "None" },
  (_thread, self) => {
    const set = self as StarlarkSet;
    if (set.size > 0) named("clear", () => set.clear());
    return null;
  },
);

const discard = defineBuiltin(
  {
    name: "discard",
    doc: "Removes an element if it is there.",
    parameters: [positional("x", "any")],
    returns: "None",
  },
  (_thread, self, x) => {
    named("discard", () => (self as StarlarkSet).delete(x!));
    return null;
  },
);

const pop = defineBuiltin(
  { name: "pop", doc: "Removes and returns the first element.", parameters: [], returns: "any" },
  (_thread, self) => {
    const set = self as StarlarkSet;
    const first = set.first();
    if (first === undefined) throw new EvalError("pop: empty set");
    named("pop", () => set.delete(first));
    return first;
  },
);

const remove = defineBuiltin(
  {
    name: "remove",
    doc: "Removes an element. It is an error when it is not there.",
    parameters: [positional("x", "any")],
    returns: "None",
  },
  (_thread, self, x) => {
    const set = self as StarlarkSet;
    const found = named("remove", () => {
      if (set.len() > 0) return set.delete(x!);
      // As in starlark-go, where nothing is the element is not looked at.
      set.checkMutable("delete from");
      return false;
    });
    if (!found) throw new EvalError("remove: missing key");
    return null;
  },
);

/** A method that combines the set with the elements of an iterable. */
function combining(
  name: string,
  doc: string,
  returns: string,
  combine: (thread: Thread, set: StarlarkSet, others: readonly Value[]) => Value,
): BuiltinSpec {
  return defineBuiltin(
    { name, doc, parameters: [positional("other", "iterable", "[]")], returns },
    (thread, self, other) => {
      const others = other === undefined ? [] : elementsOf(thread, other)!;
      thread.spend(8 * others.length);
      return named(name, () => combine(thread, self as StarlarkSet, others));
    },
  );
}

const differenceMethod = combining("difference", "What is in this set but not in the other.", "set", difference);
const intersectionMethod = combining("intersection", "What is in both.", "set", intersection);
const symmetricMethod = combining("symmetric_difference", "What is in one of them only.", "set", symmetricDifference);

const issuperset = combining("issuperset", "Whether the other is a part of this set.", "bool", (_thread, set, others) =>
  others.every((element) => set.has(element)),
);

const issubset = combining("issubset", "Whether this set is a part of the other.", "bool", (thread, set, others) => {
  thread.charge(StarlarkSet.entrySize * Math.min(set.size, others.length));
  const found = new StarlarkSet();
  for (let i = 0; i < others.length && found.size < set.size; i++) if (set.has(others[i]!)) found.add(others[i]!);
  return found.size === set.size;
});

/** Adds the elements of all iterables. */
function addAll(thread: Thread, name: string, set: StarlarkSet, args: Value[], keywords: number): void {
  if (keywords > 0) throw new EvalError(`${name}: does not accept keyword arguments`);
  args.forEach((iterable, i) => {
    const elements = elementsOf(thread, iterable);
    if (elements === undefined)
      throw new EvalError(`${name}: argument #${i + 1} is not iterable: ${typeName(iterable)}`);
    thread.spend(8 * elements.length);
    if (iterable === set && set.size > 0) {
      throw new EvalError(`${name}: cannot insert into hash table during iteration`);
    }
    named(name, () => elements.forEach((element) => addElement(thread, set, element)));
  });
}

const union: BuiltinSpec = {
  name: "union",
  doc: "What is in this set or in any of the others.",
  parameters: [{ name: "others", type: "iterable", passing: "args" }],
  returns: "set",
  call(thread, self, args, keywords) {
    const set = self as StarlarkSet;
    thread.charge(set.byteSize());
    const result = set.clone();
    addAll(thread, "union", result, args, keywords.length);
    return result;
  },
};

const update: BuiltinSpec = {
  name: "update",
  doc: "Adds the elements of all the others.",
  parameters: [{ name: "others", type: "iterable", passing: "args" }],
  returns: "None",
  call(thread, self, args, keywords) {
    addAll(thread, "update", self as StarlarkSet, args, keywords.length);
    return null;
  },
};

export const setMethods = tableOf([
  add,
  clear,
  differenceMethod,
  discard,
  intersectionMethod,
  issubset,
  issuperset,
  pop,
  remove,
  symmetricMethod,
  union,
  update,
]);
