/** Walking over values. An iterator is a value and a position in it, so it can be stored and opened again. */
import type { Thread } from "../library/builtin.ts";
import { Dict } from "./dict.ts";
import { StarlarkSet } from "./set.ts";
import { TextView } from "./text-view.ts";
import { type Elements, HeapValue, List, MutableValue, Range, Tuple, type Value } from "./value.ts";

/**
 * Walks over `source`. While it is open a list, dict or set cannot change (`iterators` counts); `close` must follow.
 * `index` says how far it came: `openIterator(source, index)` continues there.
 */
export abstract class ValueIterator {
  readonly source: HeapValue;
  index: number;

  constructor(source: HeapValue, index: number) {
    this.source = source;
    this.index = index;
    if (source instanceof MutableValue && !source.frozen) source.iterators++;
  }

  /** The next element; undefined at the end. */
  abstract next(): Value | undefined;

  /** Lets the source change again. Call it once. */
  close(): void {
    const { source } = this;
    if (source instanceof MutableValue && !source.frozen) source.iterators--;
  }
}

class ItemIterator extends ValueIterator {
  readonly #items: readonly Value[];
  constructor(source: List | Tuple, index: number) {
    super(source, index);
    this.#items = source.items;
  }
  next(): Value | undefined {
    return this.index < this.#items.length ? this.#items[this.index++] : undefined;
  }
}

class RangeIterator extends ValueIterator {
  readonly #range: Range;
  constructor(source: Range, index: number) {
    super(source, index);
    this.#range = source;
  }
  next(): Value | undefined {
    if (this.index >= this.#range.length) return undefined;
    return this.#range.start + this.index++ * this.#range.step;
  }
}

class KeyIterator extends ValueIterator {
  readonly #keys: Iterator<Value>;
  constructor(source: Dict | StarlarkSet, index: number) {
    super(source, index);
    this.#keys = source.iterateFrom(index);
  }
  next(): Value | undefined {
    const step = this.#keys.next();
    if (step.done === true) return undefined;
    this.index++;
    return step.value;
  }
}

class TextIterator extends ValueIterator {
  readonly #view: TextView;
  constructor(source: TextView, index: number) {
    super(source, index);
    this.#view = source;
  }
  next(): Value | undefined {
    if (this.index >= this.#view.data.length) return undefined;
    const width = this.#view.widthAt(this.index);
    const element = this.#view.elementAt(this.index);
    this.index += width;
    return element;
  }
}

/** Elements of a class that defines them itself. */
class OwnIterator extends ValueIterator {
  readonly #elements: Elements;
  constructor(source: HeapValue, index: number, elements: Elements) {
    super(source, index);
    this.#elements = elements;
  }
  next(): Value | undefined {
    const element = this.#elements.next();
    if (element !== undefined) this.index++;
    return element;
  }
}

/** Opens a value for walking, from `index` on; undefined when it is not iterable. */
export function openIterator(value: Value, index = 0): ValueIterator | undefined {
  if (value instanceof List || value instanceof Tuple) return new ItemIterator(value, index);
  if (value instanceof Dict || value instanceof StarlarkSet) return new KeyIterator(value, index);
  if (value instanceof Range) return new RangeIterator(value, index);
  if (value instanceof TextView) return new TextIterator(value, index);
  const own = value instanceof HeapValue ? value.iterate(index) : undefined;
  return own === undefined ? undefined : new OwnIterator(value as HeapValue, index, own);
}

/** Whether a `for` can walk over a value. */
export function isIterable(value: Value): value is HeapValue {
  return (
    value instanceof List ||
    value instanceof Tuple ||
    value instanceof Dict ||
    value instanceof StarlarkSet ||
    value instanceof Range ||
    value instanceof TextView ||
    (value instanceof HeapValue && value.iterable)
  );
}

/**
 * All elements of an iterable value; undefined when it is not iterable. The array may be the value's own: do not change it,
 * and copy it before changing the value.
 */
export function elementsOf(thread: Thread, value: Value): readonly Value[] | undefined {
  if (value instanceof List || value instanceof Tuple) return value.items;
  if (!isIterable(value)) return undefined;
  if (value.iterable) return ownElements(thread, value);
  const count = value instanceof TextView ? value.data.length : value.len();
  thread.charge(8 * count);
  thread.spend(2 * count);
  if (value instanceof Dict) return value.keys();
  if (value instanceof StarlarkSet) return value.values();
  const elements: Value[] = [];
  const iterator = openIterator(value)!;
  for (let element = iterator.next(); element !== undefined; element = iterator.next()) elements.push(element);
  return elements;
}

/** They may have no end, so each is accounted for when it comes. */
function ownElements(thread: Thread, value: HeapValue): Value[] {
  const elements: Value[] = [];
  const iterator = openIterator(value)!;
  try {
    for (let element = iterator.next(); element !== undefined; element = iterator.next()) {
      thread.charge(8);
      thread.spend(2);
      elements.push(element);
    }
  } finally {
    iterator.close();
  }
  return elements;
}
