/**
 * sorted, min and max. Without a key they are done here, but for long lists; else they divert to the prelude, which calls the
 * key function, and sorts with the builtins that only it can name (`internalBuiltins`).
 */
import { compare } from "../values/compare.ts";
import { EvalError } from "../values/errors.ts";
import { elementsOf, isIterable } from "../values/iterate.ts";
import { lengthOf } from "../values/sequence.ts";
import { typeName } from "../values/type-name.ts";
import { List, MutableValue, Tuple, type Value } from "../values/value.ts";
import { bindArguments, defineBuiltin, signatureOf } from "./arguments.ts";
import type { BuiltinSpec, Thread } from "./builtin.ts";
import { named as naming } from "./naming.ts";
import { parameter, positional } from "./parameters.ts";
import { extremeIndex, isSortedAtOnce, mergeSome, pick, runLength, sortBy, sortRun, type Merge } from "./sorting.ts";

const sortedSignature = signatureOf("sorted", [
  parameter("iterable", "iterable"),
  parameter("key", "callable", "None"),
  parameter("reverse", "bool", "False"),
]);

const sorted: BuiltinSpec = {
  name: "sorted",
  doc: "The elements of an iterable as a sorted list; equal ones keep their order.",
  parameters: [...sortedSignature.parameters],
  returns: "list",
  call(thread, _self, args, named) {
    const [iterable, , reverse] = bindArguments(sortedSignature, args, named);
    const values = elementsOf(thread, iterable!)!;
    return new List(sortBy(thread, values, values, reverse === true));
  },
  divert(thread, args, named) {
    const [iterable, key, reverse] = bindArguments(sortedSignature, args, named);
    if (key === undefined && (lengthOf(iterable!) <= runLength || isSortedAtOnce(elementsOf(thread, iterable!)!))) {
      return undefined;
    }
    const values = key === undefined ? copyOf(thread, iterable!) : held(thread, iterable!);
    return { name: "sorted", args: [values, key ?? null, reverse === true] };
  },
};

/** What the prelude walks over while it calls a key function, which cannot change it. */
function held(thread: Thread, iterable: Value): Value {
  return iterable instanceof MutableValue ? iterable : copyOf(thread, iterable);
}

/** The elements as they are now. */
function copyOf(thread: Thread, iterable: Value): Tuple {
  const elements = elementsOf(thread, iterable)!;
  thread.charge(32 + 8 * elements.length);
  thread.spend(elements.length >> 3);
  return new Tuple([...elements]);
}

/** min and max. */
function extreme(name: "min" | "max", doc: string): BuiltinSpec {
  const options = signatureOf(name, [parameter("key", "callable", "None")]);
  return {
    name,
    doc,
    parameters: [
      { name: "args", type: "any", passing: "args" },
      { name: "key", type: "callable", default: "None", passing: "keyword" },
    ],
    returns: "any",
    call(thread, _self, args, named) {
      bindArguments(options, [], named);
      const candidates = candidatesOf(thread, name, args);
      return candidates[naming(name, () => extremeIndex(thread, candidates, name))]!;
    },
    divert(thread, args, named) {
      if (named.length === 0) return undefined;
      if (args.length === 0) throw new EvalError(`${name} requires at least one positional argument`);
      const [key] = bindArguments(options, [], named);
      if (key === undefined) return undefined;
      const candidates = candidatesOf(thread, name, args);
      return { name, args: [args.length === 1 ? held(thread, args[0]!) : new Tuple(candidates), key] };
    },
  };
}

/** What to choose from: the arguments, or the elements of the only one. */
function candidatesOf(thread: Thread, name: string, args: readonly Value[]): readonly Value[] {
  if (args.length === 0) throw new EvalError(`${name} requires at least one positional argument`);
  const only = args.length === 1 ? args[0]! : undefined;
  if (only !== undefined && !isIterable(only)) throw new EvalError(`${name}: ${typeName(only)} value is not iterable`);
  const candidates = only === undefined ? args : elementsOf(thread, only)!;
  if (candidates.length === 0) throw new EvalError(`${name}: argument is an empty sequence`);
  return candidates;
}

/** For the prelude only: whether the first key is less, or greater, than the second. */
function comparison(operator: "<" | ">", name: string, of: "min" | "max"): BuiltinSpec {
  return defineBuiltin(
    {
      name,
      doc: `Whether x ${operator} y, where keys are compared for ${of}().`,
      parameters: [positional("x", "any"), positional("y", "any")],
      returns: "bool",
    },
    (thread, _self, x, y) => naming(of, () => compare(thread, operator, x!, y!)),
  );
}

const itemsOf = (value: Value | undefined): readonly Value[] => (value as List | Tuple).items;

/** For the prelude of images of the first format: what is left to do when the keys are known. */
function byKeys(name: "min" | "max"): BuiltinSpec {
  return defineBuiltin(
    {
      name: `_${name}_by`,
      doc: `The value whose key is the ${name}imum.`,
      parameters: [positional("values", "any"), positional("keys", "list")],
      returns: "any",
    },
    (thread, _self, values, keys) =>
      elementsOf(thread, values!)![naming(name, () => extremeIndex(thread, itemsOf(keys), name))]!,
  );
}

const reverse = positional("reverse", "bool");

const sortRunOfKeys = defineBuiltin(
  {
    name: "_sort_run",
    doc: `Indexes of ${runLength} keys from a start on, in the order of the keys.`,
    parameters: [positional("keys", "any"), positional("start", "int"), reverse],
    returns: "list",
  },
  (thread, _self, keys, start, reversed) => {
    const items = itemsOf(keys);
    const end = Math.min((start as number) + runLength, items.length);
    return new List(sortRun(thread, items, start as number, end, reversed === true));
  },
);

const mergeSomeOfRuns: BuiltinSpec = {
  name: "_merge_some",
  doc: "Merges two sorted lists of indexes on. True when there is more to do.",
  parameters: [
    positional("keys", "any"),
    positional("left", "list"),
    positional("right", "list"),
    positional("merged", "list"),
    positional("taken", "list"),
    reverse,
  ],
  returns: "bool",
  call(thread, _self, args) {
    const [keys, left, right, merged, taken, reversed] = args;
    const merge: Merge = {
      left: itemsOf(left),
      right: itemsOf(right),
      merged: (merged as List).items,
      taken: (taken as List).items as [number, number],
    };
    return mergeSome(thread, itemsOf(keys), merge, reversed === true);
  },
};

const pickByOrder = defineBuiltin(
  {
    name: "_pick",
    doc: "The values at these indexes.",
    parameters: [positional("values", "any"), positional("order", "list")],
    returns: "list",
  },
  (thread, _self, values, order) => new List(pick(thread, elementsOf(thread, values!)!, itemsOf(order))),
);

export const ordering: readonly BuiltinSpec[] = [
  sorted,
  extreme("min", "The least of the arguments, or of the elements of an iterable."),
  extreme("max", "The greatest of the arguments, or of the elements of an iterable."),
];

/** Builtins that only the prelude can name. */
export const internalBuiltins: readonly BuiltinSpec[] = [
  sortRunOfKeys,
  mergeSomeOfRuns,
  pickByOrder,
  byKeys("min"),
  byKeys("max"),
  comparison("<", "_is_less", "min"),
  comparison(">", "_is_greater", "max"),
];
