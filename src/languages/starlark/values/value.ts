import type { BuiltinSpec } from "../library/builtin.ts";
import { EvalError } from "./errors.ts";

/**
 * Starlark values as JavaScript values.
 *
 *   None      null
 *   bool      boolean
 *   int       number when it is a safe integer, else bigint; never -0
 *   float     Float (boxed, so that 1 and 1.0 differ)
 *   string    a JavaScript string whose characters are bytes 0-255: the UTF-8 encoding. Length, index, slice and order are
 *             those of bytes, as in starlark-go
 *   the rest  the classes below
 *
 * A container that belongs to a frozen module or to a run's input has an `ordinal` >= 0: snapshots refer to it by that number.
 * A change takes the ordinal away, so that the input is known to have changed.
 */
export type Value = null | boolean | number | bigint | string | HeapValue;

/** Texts up to this length are compared and looked up within a step; longer ones take steps by their length. */
export const plainTextLength = 256;

declare const intKey: unique symbol;

/** A small int as a key; see `hash-key.ts`. */
export type IntKey = number & { readonly [intKey]: true };

/** What a value is called as a key of a dict or set: equal values have the same key, unequal ones different keys. */
export type Key = null | boolean | IntKey | string | HeapValue;

export type OrderOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** What a value of an embedder's own class is iterated with. */
export interface Elements {
  /** The next one; undefined at the end. */
  next(): Value | undefined;
}

/**
 * Values with identity or structure of their own. Each class names its type; what it does not say about itself is as for an
 * opaque value: true, equal only to itself, unhashable, without attributes and operators.
 */
export abstract class HeapValue {
  /** What type() answers. */
  abstract readonly type: string;
  ordinal = -1;

  /** What bool() answers. */
  truth(): boolean {
    return true;
  }

  /** What len() answers; -1 when it has no length. */
  len(): number {
    return -1;
  }

  /** Whether a script can call it. */
  get callable(): boolean {
    return false;
  }

  /** Whether a dict or set can have it as a key, by identity. Classes that hash by content are known to `hashKey`. */
  get hashedByIdentity(): boolean {
    return false;
  }

  /** What makes two values of this class equal, for keys of dicts and sets; undefined when it does not hash by content. */
  contentKey(): string | undefined {
    return undefined;
  }

  /** A field by name (a byte string); methods are found elsewhere. */
  attribute(_name: string): Value | undefined {
    return undefined;
  }

  /** Names of the fields. */
  attributeNames(): readonly string[] {
    return [];
  }

  /** Assigns to a field; false when it has none to assign to. Throws EvalError for what cannot be assigned. */
  setAttribute(_name: string, _value: Value): boolean {
    return false;
  }

  /** Methods by name, of types that `library/attributes.ts` does not know. */
  methods(): ReadonlyMap<string, BuiltinSpec> | undefined {
    return undefined;
  }

  /** What str() and repr() answer for types that `print.ts` does not know, as a byte string. */
  describe(): string {
    return `<${this.type}>`;
  }

  /** The result of an operator with this value on the left, or on the right when `reversed`; undefined when it has none. */
  binary(_operator: string, _other: Value, _reversed: boolean): Value | undefined {
    return undefined;
  }

  /** The result of `-x`, `+x`, `~x`; undefined when it has none. */
  unary(_operator: string): Value | undefined {
    return undefined;
  }

  /** `key in x`; undefined when the operator has no meaning. */
  contains(_key: Value): boolean | undefined {
    return undefined;
  }

  /** `x[key]`; undefined when it cannot be indexed. Throws EvalError for a key that is not there. */
  element(_key: Value): Value | undefined {
    return undefined;
  }

  /** `x[key] = value`; false when that cannot be. */
  setElement(_key: Value, _value: Value): boolean {
    return false;
  }

  /** Whether `iterate` answers. */
  get iterable(): boolean {
    return false;
  }

  /**
   * The elements of a type that `iterate.ts` does not know, from the one at `index` on: a loop is stored as its source and an
   * index. They need not end.
   */
  iterate(_index: number): Elements | undefined {
    return undefined;
  }

  /** Below, equal or above (negative, 0, positive) another value of the same type; undefined when unordered. */
  order(_other: HeapValue): number | undefined {
    return undefined;
  }

  /** Whether another value of the same type, of no type known to `compare.ts`, is equal. */
  sameAs(other: HeapValue): boolean {
    return this === other;
  }

  /** Calls `each` with every value that this one refers to: what freezing, measuring and snapshots walk over. */
  visit(_each: (value: Value) => void): void {}

  /** Puts `share(text)`, an equal text, in the place of each text that this value refers to. Nothing a script sees changes. */
  shareTexts(_share: (text: string) => string): void {}

  /** Bytes this value accounts for, without those it refers to. */
  byteSize(): number {
    return 32;
  }
}

/** `shareTexts` for an array of values. */
export function shareTextsIn(values: readonly (Value | undefined)[], share: (text: string) => string): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (typeof value === "string") (values as Value[])[i] = share(value);
  }
}

export class Float extends HeapValue {
  readonly value: number;
  constructor(value: number) {
    super();
    this.value = value;
  }
  get type(): string {
    return "float";
  }
  override truth(): boolean {
    return this.value !== 0;
  }
  override byteSize(): number {
    return 16;
  }
}

/** `data` is a byte string. */
export class Bytes extends HeapValue {
  readonly data: string;
  constructor(data: string) {
    super();
    this.data = data;
  }
  get type(): string {
    return "bytes";
  }
  override truth(): boolean {
    return this.data !== "";
  }
  override len(): number {
    return this.data.length;
  }
  override byteSize(): number {
    return 40 + this.data.length;
  }
}

/** What list, dict and set share: they change until frozen, and not while something iterates over them. */
export abstract class MutableValue extends HeapValue {
  frozen = false;
  /** Loops under way over this value. */
  iterators = 0;
}

export class List extends MutableValue {
  readonly items: Value[];
  constructor(items: Value[]) {
    super();
    this.items = items;
  }
  get type(): string {
    return "list";
  }
  override truth(): boolean {
    return this.items.length > 0;
  }
  override len(): number {
    return this.items.length;
  }
  /** Throws unless the list can change now. `verb` as in "append to". */
  checkMutable(verb: string): void {
    if (this.frozen) throw new EvalError(`cannot ${verb} frozen list`);
    if (this.iterators > 0) throw new EvalError(`cannot ${verb} list during iteration`);
    this.ordinal = -1;
  }
  override visit(each: (value: Value) => void): void {
    for (const item of this.items) each(item);
  }
  override shareTexts(share: (text: string) => string): void {
    shareTextsIn(this.items, share);
  }
  override byteSize(): number {
    return 48 + 8 * this.items.length;
  }
}

export class Tuple extends HeapValue {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }
  get type(): string {
    return "tuple";
  }
  override truth(): boolean {
    return this.items.length > 0;
  }
  override len(): number {
    return this.items.length;
  }
  override visit(each: (value: Value) => void): void {
    for (const item of this.items) each(item);
  }
  override shareTexts(share: (text: string) => string): void {
    shareTextsIn(this.items, share);
  }
  override byteSize(): number {
    return 32 + 8 * this.items.length;
  }
}

/** What range() answers. `step` is not 0; `length` is how many numbers it stands for. */
export class Range extends HeapValue {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;
  constructor(start: number, stop: number, step: number, length: number) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = length;
  }
  get type(): string {
    return "range";
  }
  override truth(): boolean {
    return this.length > 0;
  }
  override len(): number {
    return this.length;
  }
}

/** How many numbers range(start, stop, step) stands for. */
export function rangeLength(start: number, stop: number, step: number): number {
  const distance = step > 0 ? stop - start : start - stop;
  return distance > 0 ? Math.floor((distance - 1) / Math.abs(step)) + 1 : 0;
}
