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
 */
export type Value = null | boolean | number | bigint | string | HeapValue;

/** Values with identity or structure of their own. Each class names its type and says whether it can be hashed. */
export abstract class HeapValue {
  /** What type() answers. */
  abstract readonly type: string;
  ordinal = -1;
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
}

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
}
