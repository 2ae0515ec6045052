/** Universal functions about collections and objects: all, any, dict, dir, enumerate, len, list, range, zip, getattr, … */
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { addInts, isInt, negateInt } from "../values/integers.ts";
import { elementsOf, openIterator, type ValueIterator } from "../values/iterate.ts";
import { str } from "../values/print.ts";
import { lengthOf } from "../values/sequence.ts";
import { StarlarkSet } from "../values/set.ts";
import { truth, typeName } from "../values/type-name.ts";
import { Bytes, Float, List, Range, rangeLength, Tuple, type Value } from "../values/value.ts";
import { bindArguments, defineBuiltin, signatureOf } from "./arguments.ts";
import { attributeNames, findAttribute, missingAttribute } from "./attributes.ts";
import type { BuiltinSpec, Thread } from "./builtin.ts";
import { updateDict } from "./dict-methods.ts";
import { named as naming } from "./naming.ts";
import { parameter, positional } from "./parameters.ts";
import { addElement } from "./set-methods.ts";

const abs = defineBuiltin(
  { name: "abs", doc: "A number without its sign.", parameters: [positional("x", "any")], returns: "int | float" },
  (thread, _self, x) => {
    if (isInt(x!)) return x < 0 ? negateInt(thread, x) : x;
    if (x instanceof Float) {
      thread.charge(16);
      return new Float(Math.abs(x.value));
    }
    throw new EvalError(`got ${typeName(x!)}, want int or float`);
  },
);

/** all and any: whether an element with this truth is found. */
function findsTruth(thread: Thread, iterable: Value, wanted: boolean): boolean {
  if (!(iterable instanceof Range)) {
    const elements = elementsOf(thread, iterable)!;
    thread.spend(elements.length >> 3);
    return elements.some((element) => truth(element) === wanted);
  }
  // The only element of a range that is not true is 0.
  const toZero = -iterable.start / iterable.step;
  const hasZero = Number.isInteger(toZero) && toZero >= 0 && toZero < iterable.length;
  return wanted ? iterable.length > (hasZero ? 1 : 0) : hasZero;
}

const all = defineBuiltin(
  {
    name: "all",
    doc: "Whether every element of an iterable is true.",
    parameters: [positional("x", "iterable")],
    returns: "bool",
  },
  (thread, _self, x) => !findsTruth(thread, x!, false),
);

const any = defineBuiltin(
  {
    name: "any",
    doc: "Whether an element of an iterable is true.",
    parameters: [positional("x", "iterable")],
    returns: "bool",
  },
  (thread, _self, x) => findsTruth(thread, x!, true),
);

const dict: BuiltinSpec = {
  name: "dict",
  doc: "A new dict, from another one or from pairs, and from named arguments.",
  parameters: [
    { name: "pairs", type: "dict | iterable", default: "[]", passing: "positional" },
    { name: "entries", type: "any", passing: "kwargs" },
  ],
  returns: "dict",
  call(thread, _self, args, entries) {
    if (args.length > 1) throw new EvalError(`dict: got ${args.length} arguments, want at most 1`);
    thread.charge(64);
    const result = new Dict();
    naming("dict", () => updateDict(thread, result, args[0], entries));
    return result;
  },
};

const dir: BuiltinSpec = {
  name: "dir",
  doc: "The names of a value's fields and methods, sorted.",
  parameters: [positional("x", "any")],
  returns: "list",
  call(thread, _self, args, named) {
    if (named.length > 0) throw new EvalError("dir does not accept keyword arguments");
    if (args.length !== 1) throw new EvalError(`dir: got ${args.length} arguments, want 1`);
    const names = attributeNames(args[0]!);
    thread.charge(48 + 8 * names.length);
    thread.spend(names.length);
    return new List(names);
  },
};

const enumerate = defineBuiltin(
  {
    name: "enumerate",
    doc: "A list of (number, element) pairs, numbered from `start`.",
    parameters: [positional("x", "iterable"), positional("start", "int", "0")],
    returns: "list",
  },
  (thread, _self, x, start = 0) => {
    const elements = elementsOf(thread, x!)!;
    thread.charge(48 + (8 + 48) * elements.length);
    thread.spend(4 * elements.length);
    return new List(elements.map((element, i) => new Tuple([addInts(thread, start as number, i), element])));
  },
);

const separator = [parameter("sep", "string", '" "')];

/** The arguments of print() and fail() as one text. */
function joinShown(thread: Thread, name: string, args: Value[], sep: Value | undefined): string {
  const parts = args.map((arg) => (name === "print" && arg instanceof Bytes ? arg.data : str(thread, arg)));
  const between = (sep as string | undefined) ?? " ";
  let length = between.length * parts.length;
  for (const part of parts) length += part.length;
  thread.charge(24 + length);
  thread.spend(length >> 5);
  return parts.join(between);
}

const failSignature = signatureOf("fail", separator);

const fail: BuiltinSpec = {
  name: "fail",
  doc: "Ends the run, or what `attempt` tries, with an error of this text.",
  parameters: [{ name: "args", type: "any", passing: "args" }, ...separator],
  returns: "None",
  call(thread, _self, args, named) {
    const [sep] = bindArguments(failSignature, [], named);
    throw new EvalError(`fail: ${joinShown(thread, "fail", args, sep)}`);
  },
};

const printSignature = signatureOf("print", separator);

const print: BuiltinSpec = {
  name: "print",
  doc: "Writes a line to the run's log.",
  parameters: [{ name: "args", type: "any", passing: "args" }, ...separator],
  returns: "None",
  call(thread, _self, args, named) {
    const [sep] = bindArguments(printSignature, [], named);
    thread.print(joinShown(thread, "print", args, sep));
    return null;
  },
};

const getattr = defineBuiltin(
  {
    name: "getattr",
    doc: "A field or method by name, or the default. Without a default a missing one is an error.",
    parameters: [positional("x", "any"), positional("name", "string"), positional("default", "any", "fail")],
    returns: "any",
  },
  (thread, _self, x, name, byDefault) => {
    const found = findAttribute(thread, x!, name as string);
    if (found !== undefined) return found;
    if (byDefault === undefined) throw new EvalError(`getattr: ${missingAttribute(x!, name as string)}`);
    return byDefault;
  },
);

const hasattr = defineBuiltin(
  {
    name: "hasattr",
    doc: "Whether a value has a field or method of a name.",
    parameters: [positional("x", "any"), positional("name", "string")],
    returns: "bool",
  },
  (thread, _self, x, name) => findAttribute(thread, x!, name as string) !== undefined,
);

const len = defineBuiltin(
  {
    name: "len",
    doc: "The number of elements, or of bytes in a string.",
    parameters: [positional("x", "any")],
    returns: "int",
  },
  (_thread, _self, x) => {
    const length = lengthOf(x!);
    if (length < 0) throw new EvalError(`len: value of type ${typeName(x!)} has no len`);
    return length;
  },
);

/** A new array with the elements of an iterable. */
function copyElements(thread: Thread, iterable: Value | undefined): Value[] {
  const elements = iterable === undefined ? [] : elementsOf(thread, iterable)!;
  thread.charge(48 + 8 * elements.length);
  thread.spend(elements.length >> 3);
  return [...elements];
}

const list = defineBuiltin(
  {
    name: "list",
    doc: "A new list with the elements of an iterable.",
    parameters: [positional("x", "iterable", "[]")],
    returns: "list",
  },
  (thread, _self, x) => new List(copyElements(thread, x)),
);

const tuple = defineBuiltin(
  {
    name: "tuple",
    doc: "A tuple with the elements of an iterable.",
    parameters: [positional("x", "iterable", "()")],
    returns: "tuple",
  },
  (thread, _self, x) => (x instanceof Tuple ? x : new Tuple(copyElements(thread, x))),
);

const reversed = defineBuiltin(
  {
    name: "reversed",
    doc: "A new list with the elements of an iterable in reverse order.",
    parameters: [positional("x", "iterable")],
    returns: "list",
  },
  (thread, _self, x) => new List(copyElements(thread, x).toReversed()),
);

const set = defineBuiltin(
  {
    name: "set",
    doc: "A new set with the elements of an iterable.",
    parameters: [positional("x", "iterable", "[]")],
    returns: "set",
  },
  (thread, _self, x) => {
    thread.charge(64);
    const result = new StarlarkSet();
    if (x === undefined) return result;
    const elements = elementsOf(thread, x)!;
    thread.spend(8 * elements.length);
    naming("set", () => elements.forEach((element) => addElement(thread, result, element)));
    return result;
  },
);

const range = defineBuiltin(
  {
    name: "range",
    doc: "The integers from start (0) to stop, stop excluded, by step (1).",
    parameters: [positional("start", "int"), positional("stop", "int", "start"), positional("step", "int", "1")],
    returns: "range",
  },
  (thread, _self, first, second, third) => {
    const [start, stop] = (second === undefined ? [0, first] : [first, second]) as [number, number];
    const step = (third as number | undefined) ?? 1;
    if (step === 0) throw new EvalError("range: step argument must not be zero");
    if (Math.abs(stop - start) > Number.MAX_SAFE_INTEGER) throw new EvalError("range: too many elements");
    thread.charge(64);
    return new Range(start, stop, step, rangeLength(start, stop, step));
  },
);

const zip: BuiltinSpec = {
  name: "zip",
  doc: "A list of tuples of the elements that stand at the same place; as long as the shortest iterable.",
  parameters: [{ name: "iterables", type: "iterable", passing: "args" }],
  returns: "list",
  call(thread, _self, args, named) {
    if (named.length > 0) throw new EvalError("zip does not accept keyword arguments");
    const columns = args.map((arg, i) => {
      const iterator = openIterator(arg);
      if (iterator === undefined) throw new EvalError(`zip: argument #${i + 1} is not iterable: ${typeName(arg)}`);
      // Nothing runs while the rows are read, so the values need no guard.
      iterator.close();
      return iterator;
    });
    return new List(zipRows(thread, columns));
  },
};

function zipRows(thread: Thread, columns: ValueIterator[]): Value[] {
  const rows: Value[] = [];
  thread.charge(48);
  while (columns.length > 0) {
    const row: Value[] = [];
    for (const column of columns) {
      const element = column.next();
      if (element === undefined) return rows;
      row.push(element);
    }
    thread.charge(40 + 8 * columns.length);
    thread.spend(8 + 4 * columns.length);
    rows.push(new Tuple(row));
  }
  return rows;
}

export const collections: readonly BuiltinSpec[] = [
  abs,
  all,
  any,
  dict,
  dir,
  enumerate,
  fail,
  getattr,
  hasattr,
  len,
  list,
  print,
  range,
  reversed,
  set,
  tuple,
  zip,
];
