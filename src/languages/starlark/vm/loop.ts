/** A loop under way: a value and how far the loop came in it. Scripts never see one; it lives in a register. */
import { openIterator, type ValueIterator } from "../values/iterate.ts";
import { HeapValue, List, Range, Tuple, type Value } from "../values/value.ts";

/**
 * The common sources are walked over by the VM itself, which reads `items`, or `start` and `step`; `rest` walks over all others.
 * While it is open a list, dict or set cannot change.
 */
export class Loop extends HeapValue {
  readonly source: HeapValue;
  index: number;
  /** Elements of a list or tuple; null for other sources. */
  readonly items: readonly Value[] | null;
  /** For a range: how many elements, the first one, and the distance between two. */
  readonly count: number;
  readonly start: number;
  readonly step: number;
  readonly rest: ValueIterator | null;

  constructor(
    source: HeapValue,
    index: number,
    items: readonly Value[] | null,
    range: Range | null,
    rest: ValueIterator | null,
  ) {
    super();
    this.source = source;
    this.index = index;
    this.items = items;
    this.count = range === null ? 0 : range.length;
    this.start = range === null ? 0 : range.start;
    this.step = range === null ? 0 : range.step;
    this.rest = rest;
  }

  get type(): string {
    return "loop";
  }

  /** Continues with the next element of a source that is neither list, tuple nor range; undefined at the end. */
  nextOfRest(): Value | undefined {
    if (this.rest === null) return undefined;
    const element = this.rest.next();
    this.index = this.rest.index;
    return element;
  }

  /** Lets the source change again. Call it once. */
  close(): void {
    if (this.rest !== null) this.rest.close();
    else if (this.source instanceof List && !this.source.frozen) this.source.iterators--;
  }

  override visit(each: (value: Value) => void): void {
    each(this.source);
  }
}

/** Opens a loop over a value, from `index` on; undefined when the value is not iterable. */
export function openLoop(value: Value, index: number): Loop | undefined {
  if (value instanceof Range) return new Loop(value, index, null, value, null);
  if (value instanceof List) return overList(value, index);
  if (value instanceof Tuple) return new Loop(value, index, value.items, null, null);
  const iterator = openIterator(value, index);
  return iterator === undefined ? undefined : new Loop(value as HeapValue, index, null, null, iterator);
}

/** The list cannot change until the loop is closed. */
export function overList(list: List, index: number): Loop {
  if (!list.frozen) list.iterators++;
  return new Loop(list, index, list.items, null, null);
}
