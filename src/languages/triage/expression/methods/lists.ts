/** Methods of lists, and of what is one when it is gone through: hashes as pairs, ranges as their numbers. */
import { EvaluationError } from "../failure.ts";
import { add, described, equal, order, requireOrder, subtract } from "../operators.ts";
import { Hash, holds, identityOf, Range, requireDepth, Sym, textOf, type Value } from "../values.ts";
import { argument, blockOf, fromEnd, integerArgument, type Invocation, type MethodTable, slicesOf } from "./method.ts";

type List = Value[];

/** Whether one of a list is meant: by a block, by a value that it is compared with as `case` does, or by being there. */
function meant(call: Invocation): (one: Value) => boolean {
  const { args, block } = call;
  if (args.length > 0) return (one) => call.matches(args[0]!, one);
  return block === undefined ? holds : (one) => holds(block(one));
}

function by(call: Invocation): (one: Value) => Value {
  return call.block ?? ((one) => one);
}

function sorted(self: List, compare: (a: Value, b: Value) => number, { meter }: Invocation): List {
  meter.charge(self.length * 10);
  return self.toSorted(compare);
}

function compareBy(call: Invocation): (a: Value, b: Value) => number {
  const { block } = call;
  if (block === undefined) return requireOrder;
  return (a, b) => {
    const result = block(a, b);
    if (typeof result === "number") return result;
    throw new EvaluationError("the block has to answer -1, 0 or 1");
  };
}

function unique(self: List, key: (one: Value) => Value): List {
  const seen = new Set<string>();
  return self.filter((one) => {
    const id = identityOf(key(one));
    return !seen.has(id) && seen.add(id);
  });
}

/** With keys computed once. */
function keyed(self: List, call: Invocation): [Value, Value][] {
  const key = blockOf(call);
  return self.map((one) => [key(one), one]);
}

function extreme(self: List, call: Invocation, sign: 1 | -1): Value {
  const compare = compareBy(call);
  const count = call.args[0];
  const all = sorted(self, (a, b) => sign * compare(a, b), call);
  return count === undefined ? (all[0] ?? null) : all.slice(0, integerArgument(call, 0));
}

function extremeBy(self: List, call: Invocation, sign: 1 | -1): Value {
  const all = keyed(self, call).toSorted(([a], [b]) => sign * requireOrder(a, b));
  return all[0]?.[1] ?? null;
}

function grouped(self: List, key: (one: Value) => Value): Hash {
  const groups = new Map<string, [Value, Value[]]>();
  for (const one of self) {
    const value = key(one);
    const id = identityOf(value);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [value, [one]]);
    else group[1].push(one);
  }
  return new Hash(groups);
}

/** Levels below 0 are all there are. */
function flatten(self: List, depth: number, { meter }: Invocation): List {
  meter.charge(self.length);
  requireDepth(-depth);
  return self.flatMap((one) =>
    Array.isArray(one) && depth !== 0 ? flatten(one, depth - 1, { meter } as Invocation) : [one],
  );
}

function sum(self: List, call: Invocation): Value {
  const value = by(call);
  return self.reduce<Value>((total, one) => add(total, value(one)), call.args[0] ?? 0);
}

function index(self: List, call: Invocation): Value {
  const wanted = argument(call, 0);
  if (wanted instanceof Range) {
    const bounds = slicesOf(wanted, self.length);
    return bounds === undefined ? null : self.slice(...bounds);
  }
  const at = fromEnd(integerArgument(call, 0), self.length);
  if (call.args.length === 1) return self[at] ?? null;
  return at < 0 || at > self.length ? null : self.slice(at, at + integerArgument(call, 1));
}

/** Of the other list too. */
function joined(self: List, separator: string, depth = 0): string {
  requireDepth(depth);
  return self.map((one) => (Array.isArray(one) ? joined(one, separator, depth + 1) : textOf(one))).join(separator);
}

function listArgument(call: Invocation, i: number): List {
  const value = argument(call, i);
  if (Array.isArray(value)) return value;
  throw new EvaluationError(`argument ${i + 1} has to be a list, got ${described(value)}`);
}

function idsOf(list: List): Set<string> {
  return new Set(list.map(identityOf));
}

/** Puts a list together by a block, or by the operator that a symbol names: `inject(:+)`. */
function inject(self: List, call: Invocation): Value {
  const last = call.args.at(-1);
  const operator = call.block === undefined && last instanceof Sym ? last.name : undefined;
  const given = operator === undefined ? call.args : call.args.slice(0, -1);
  const [first, ...rest] = given.length > 0 ? [given[0]!, ...self] : self;
  const join = operator === undefined ? blockOf(call) : (total: Value, one: Value) => call.send(total, operator, [one]);
  return rest.reduce<Value>((total, one) => join(total, one), first ?? null);
}

function slices(self: List, size: number): List[] {
  if (size < 1) throw new EvaluationError("the size of a slice has to be at least 1");
  return Array.from({ length: Math.ceil(self.length / size) }, (_, i) => self.slice(i * size, (i + 1) * size));
}

const firstOf = (self: List, call: Invocation): Value =>
  call.args.length === 0 ? (self[0] ?? null) : self.slice(0, integerArgument(call, 0));

/** Every one of them leaves the list as it is. */
export const listMethods: MethodTable<List> = {
  "[]": index,
  slice: index,
  at: index,
  dig: (self, call) => {
    const next = index(self, { ...call, args: call.args.slice(0, 1) });
    return call.args.length === 1 || next === null ? next : call.send(next, "dig", call.args.slice(1));
  },
  fetch: (self, call) => {
    const at = fromEnd(integerArgument(call, 0), self.length);
    const otherwise = call.args[1];
    if (self[at] === undefined && otherwise === undefined)
      throw new EvaluationError(`there is nothing at ${integerArgument(call, 0)}`);
    return self[at] ?? otherwise!;
  },
  "+": (self, call) => add(self, argument(call, 0)),
  "-": (self, call) => subtract(self, argument(call, 0)),
  difference: (self, call) => subtract(self, argument(call, 0)),
  "|": (self, call) => unique([...self, ...listArgument(call, 0)], (one) => one),
  union: (self, call) => unique([...self, ...listArgument(call, 0)], (one) => one),
  "&": (self, call) => intersection(self, listArgument(call, 0)),
  intersection: (self, call) => intersection(self, listArgument(call, 0)),
  "intersect?": (self, call) => intersection(self, listArgument(call, 0)).length > 0,
  "*": (self, call) => {
    const by = argument(call, 0);
    if (typeof by === "string") return self.map(textOf).join(by);
    call.meter.allocate(self.length * integerArgument(call, 0) * 8);
    return Array.from({ length: integerArgument(call, 0) }, () => self).flat();
  },
  "any?": (self, call) => self.some(meant(call)),
  "all?": (self, call) => self.every(meant(call)),
  "none?": (self, call) => !self.some(meant(call)),
  "one?": (self, call) => self.filter(meant(call)).length === 1,
  "many?": (self, call) => (call.block === undefined ? self.length : self.filter(meant(call)).length) > 1,
  select: (self, call) => self.filter((one) => holds(blockOf(call)(one))),
  filter: (self, call) => self.filter((one) => holds(blockOf(call)(one))),
  reject: (self, call) => self.filter((one) => !holds(blockOf(call)(one))),
  partition: (self, call) => {
    const isMeant = self.map((one) => holds(blockOf(call)(one)));
    return [self.filter((_, i) => isMeant[i]), self.filter((_, i) => !isMeant[i])];
  },
  find_all: (self, call) => self.filter((one) => holds(blockOf(call)(one))),
  find: (self, call) => self.find((one) => holds(blockOf(call)(one))) ?? null,
  detect: (self, call) => self.find((one) => holds(blockOf(call)(one))) ?? null,
  find_index: position,
  index: position,
  each: (self, call) => {
    for (const one of self) blockOf(call)(one);
    return self;
  },
  map: (self, call) => self.map((one) => blockOf(call)(one)),
  collect: (self, call) => self.map((one) => blockOf(call)(one)),
  flat_map: (self, call) => self.flatMap((one) => blockOf(call)(one)),
  filter_map: (self, call) => self.map((one) => blockOf(call)(one)).filter(holds),
  each_with_index: (self, call) => self.map((one, i) => (call.block === undefined ? [one, i] : blockOf(call)(one, i))),
  each_slice: (self, call) => slices(self, integerArgument(call, 0)),
  in_groups_of: (self, call) => slices(self, integerArgument(call, 0)),
  zip: (self, call) => self.map((one, i) => [one, ...call.args.map((_, n) => listArgument(call, n)[i] ?? null)]),
  inject,
  reduce: inject,
  sum,
  count: (self, call) => {
    const { args, block } = call;
    if (args.length > 0) return self.filter((one) => equal(one, args[0]!)).length;
    return block === undefined ? self.length : self.filter((one) => holds(block(one))).length;
  },
  length: (self) => self.length,
  size: (self) => self.length,
  tally: (self) => Hash.of(grouped(self, (one) => one).pairs.map(([key, all]) => [key, (all as List).length] as const)),
  group_by: (self, call) => grouped(self, blockOf(call)),
  index_by: (self, call) => Hash.of(keyed(self, call)),
  to_h: (self, call) =>
    Hash.of(
      self.map((one) => {
        const pair = call.block === undefined ? one : call.block(one);
        if (Array.isArray(pair) && pair.length === 2) return [pair[0]!, pair[1]!] as const;
        throw new EvaluationError(`${described(pair)} is no pair`);
      }),
    ),
  sort: (self, call) => sorted(self, compareBy(call), call),
  sort_by: (self, call) =>
    keyed(self, call)
      .toSorted(([a], [b]) => requireOrder(a, b))
      .map(([, one]) => one),
  min: (self, call) => extreme(self, call, 1),
  max: (self, call) => extreme(self, call, -1),
  min_by: (self, call) => extremeBy(self, call, 1),
  max_by: (self, call) => extremeBy(self, call, -1),
  minmax: (self, call) => [extreme(self, call, 1), extreme(self, call, -1)],
  uniq: (self, call) => unique(self, by(call)),
  compact: (self) => self.filter((one) => one !== null),
  compact_blank: (self, call) => self.filter((one) => !holds(call.send(one, "blank?", []))),
  flatten: (self, call) => flatten(self, integerArgument(call, 0, -1), call),
  reverse: (self) => self.toReversed(),
  rotate: (self, call) => {
    const by = self.length === 0 ? 0 : integerArgument(call, 0, 1) % self.length;
    return [...self.slice(by), ...self.slice(0, by)];
  },
  take: (self, call) => self.slice(0, integerArgument(call, 0)),
  drop: (self, call) => self.slice(integerArgument(call, 0)),
  take_while: (self, call) => self.slice(0, untilNot(self, call)),
  drop_while: (self, call) => self.slice(untilNot(self, call)),
  first: firstOf,
  second: (self) => self[1] ?? null,
  last: (self, call) =>
    call.args.length === 0 ? (self.at(-1) ?? null) : self.slice(-integerArgument(call, 0) || self.length),
  values_at: (self, call) => call.args.map((_, i) => self[fromEnd(integerArgument(call, i), self.length)] ?? null),
  pluck: (self, call) => self.map((one) => call.send(one, "[]", [argument(call, 0)])),
  without: (self, call) => subtract(self, [...call.args]),
  excluding: (self, call) => subtract(self, [...call.args]),
  grep: (self, call) => grep(self, call, true),
  grep_v: (self, call) => grep(self, call, false),
  "include?": (self, call) => self.some((one) => equal(one, argument(call, 0))),
  "member?": (self, call) => self.some((one) => equal(one, argument(call, 0))),
  "exclude?": (self, call) => !self.some((one) => equal(one, argument(call, 0))),
  join: (self, call) => {
    const text = joined(self, call.args.length === 0 ? "" : textOf(call.args[0]!));
    call.meter.allocate(text.length);
    return text;
  },
  to_sentence: (self) => {
    const texts = self.map(textOf);
    if (texts.length < 3) return texts.join(" and ");
    return `${texts.slice(0, -1).join(", ")}, and ${texts.at(-1)}`;
  },
  to_a: (self) => self,
  to_set: (self) => unique(self, (one) => one),
  "empty?": (self) => self.length === 0,
  "blank?": (self) => self.length === 0,
  "present?": (self) => self.length > 0,
  presence: (self) => (self.length === 0 ? null : self),
};

function position(self: List, call: Invocation): Value {
  const at =
    call.args.length > 0
      ? self.findIndex((one) => equal(one, call.args[0]!))
      : self.findIndex((one) => holds(blockOf(call)(one)));
  return at < 0 ? null : at;
}

function untilNot(self: List, call: Invocation): number {
  const at = self.findIndex((one) => !holds(blockOf(call)(one)));
  return at < 0 ? self.length : at;
}

function grep(self: List, call: Invocation, wanted: boolean): Value {
  const found = self.filter((one) => call.matches(argument(call, 0), one) === wanted);
  return call.block === undefined ? found : found.map((one) => call.block!(one));
}

function intersection(self: List, other: List): List {
  const ids = idsOf(other);
  return unique(
    self.filter((one) => ids.has(identityOf(one))),
    (one) => one,
  );
}

export const hashMethods: MethodTable<Hash> = {
  "[]": (self, call) => self.get(argument(call, 0)) ?? null,
  dig: (self, call) => {
    const next = self.get(argument(call, 0)) ?? null;
    return call.args.length === 1 || next === null ? next : call.send(next, "dig", call.args.slice(1));
  },
  fetch: (self, call) => {
    const found = self.get(argument(call, 0)) ?? call.args[1] ?? call.block?.(argument(call, 0));
    if (found !== undefined) return found;
    throw new EvaluationError(`there is no key ${described(argument(call, 0))}`);
  },
  keys: (self) => self.pairs.map(([key]) => key),
  values: (self) => self.pairs.map(([, value]) => value),
  values_at: (self, { args }) => args.map((key) => self.get(key) ?? null),
  "key?": (self, call) => self.get(argument(call, 0)) !== undefined,
  "has_key?": (self, call) => self.get(argument(call, 0)) !== undefined,
  "include?": (self, call) => self.get(argument(call, 0)) !== undefined,
  "value?": (self, call) => self.pairs.some(([, value]) => equal(value, argument(call, 0))),
  key: (self, call) => self.pairs.find(([, value]) => equal(value, argument(call, 0)))?.[0] ?? null,
  merge: (self, call) => Hash.of([self, ...call.args].flatMap(pairsOf)),
  slice: (self, { args }) =>
    Hash.of(self.pairs.filter(([key]) => args.some((one) => identityOf(one) === identityOf(key)))),
  except: (self, { args }) =>
    Hash.of(self.pairs.filter(([key]) => !args.some((one) => identityOf(one) === identityOf(key)))),
  select: (self, call) => Hash.of(self.pairs.filter(([key, value]) => holds(blockOf(call)(key, value)))),
  filter: (self, call) => Hash.of(self.pairs.filter(([key, value]) => holds(blockOf(call)(key, value)))),
  reject: (self, call) => Hash.of(self.pairs.filter(([key, value]) => !holds(blockOf(call)(key, value)))),
  transform_values: (self, call) => Hash.of(self.pairs.map(([key, value]) => [key, blockOf(call)(value)] as const)),
  transform_keys: (self, call) => Hash.of(self.pairs.map(([key, value]) => [blockOf(call)(key), value] as const)),
  invert: (self) => Hash.of(self.pairs.map(([key, value]) => [value, key] as const)),
  compact: (self) => Hash.of(self.pairs.filter(([, value]) => value !== null)),
  to_h: (self, call) => (call.block === undefined ? self : listMethods["to_h"]!(self.pairs, call)),
  to_a: (self) => self.pairs,
  length: (self) => self.entries.size,
  size: (self) => self.entries.size,
  "empty?": (self) => self.entries.size === 0,
  "blank?": (self) => self.entries.size === 0,
  "present?": (self) => self.entries.size > 0,
  symbolize_keys: (self) => self,
  with_indifferent_access: (self) => self,
};

function pairsOf(value: Value): [Value, Value][] {
  if (value instanceof Hash) return value.pairs;
  throw new EvaluationError(`${described(value)} is no hash`);
}

/** Those that a hash has only of its pairs as a list. */
export const pairMethods: readonly string[] = [
  "any?",
  "all?",
  "none?",
  "each",
  "map",
  "collect",
  "flat_map",
  "filter_map",
  "find",
  "detect",
  "count",
  "sum",
  "sort_by",
  "min_by",
  "max_by",
  "group_by",
  "partition",
  "first",
  "each_with_index",
  "inject",
  "reduce",
  "sort",
];

/** The integers of a range. Throws EvaluationError for one that has others, or no end. */
export function rangeItems({ from, to, isOpen }: Range, { meter }: Invocation): List {
  if (typeof from !== "number" || typeof to !== "number")
    throw new EvaluationError("only ranges of whole numbers can be gone through");
  const length = Math.max(0, to - from + (isOpen ? 0 : 1));
  meter.charge(length);
  meter.allocate(length * 8);
  return Array.from({ length }, (_, i) => from + i);
}

function covers({ from, to, isOpen }: Range, value: Value): boolean {
  const low = from === null ? 0 : order(value, from);
  const high = to === null ? -1 : order(value, to);
  return low !== undefined && high !== undefined && low >= 0 && (isOpen ? high < 0 : high <= 0);
}

export const rangeMethods: MethodTable<Range> = {
  "include?": (self, call) => covers(self, argument(call, 0)),
  "member?": (self, call) => covers(self, argument(call, 0)),
  "cover?": (self, call) => covers(self, argument(call, 0)),
  "===": (self, call) => covers(self, argument(call, 0)),
  to_a: (self, call) => rangeItems(self, call),
  begin: (self) => self.from,
  end: (self) => self.to,
  sum: (self, call) => sum(rangeItems(self, call), call),
};
