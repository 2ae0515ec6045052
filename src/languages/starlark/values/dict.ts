/** Dicts: hash tables that keep the order of insertion. */
import { EvalError } from "./errors.ts";
import { hashKey, intOf } from "./hash-key.ts";
import { MutableValue, type Key, plainTextLength, type Value } from "./value.ts";

/**
 * A dict. `map` is keyed by `hashKey` (so only strings can be looked up in it directly); what a script wrote is kept in
 * `originals` where the key does not say it (1.0, tuples).
 * Callers account for memory: `entrySize` for each new entry.
 */
export class Dict extends MutableValue {
  readonly map: Map<Key, Value> = new Map();
  originals: Map<Key, Value> | null = null;

  /** Entries deleted since the map was last made anew. */
  #deleted = 0;

  /** Bytes that one entry accounts for. */
  static readonly entrySize = 48;

  get type(): string {
    return "dict";
  }

  /** What is said of a key that is not there; `shown` is its repr. */
  missingKey(shown: string): string {
    return `key ${shown} not in ${this.type}`;
  }

  get size(): number {
    return this.map.size;
  }

  override truth(): boolean {
    return this.map.size > 0;
  }

  override len(): number {
    return this.map.size;
  }

  /** The value at a key, or undefined. Throws EvalError when the key cannot be hashed. */
  get(key: Value): Value | undefined {
    return this.map.get(isPlain(key) ? key : hashKey(key));
  }

  has(key: Value): boolean {
    return this.map.has(isPlain(key) ? key : hashKey(key));
  }

  /** Sets an entry; an existing one keeps its place and its key. Throws EvalError when frozen, iterated over, or unhashable. */
  set(key: Value, value: Value): void {
    this.checkMutable("insert into");
    if (isPlain(key)) this.map.set(key, value);
    else this.setHashed(hashKey(key), key, value);
  }

  /** Sets an entry of a dict that can change, whose key hashes to `hashed`. */
  setHashed(hashed: Key, key: Value, value: Value): void {
    const before = this.map.size;
    this.map.set(hashed, value);
    if (this.map.size !== before && needsOriginal(key, hashed)) (this.originals ??= new Map()).set(hashed, key);
  }

  /** Removes an entry and answers its value; undefined when there was none. */
  delete(key: Value): Value | undefined {
    this.checkMutable("delete from");
    // As in starlark-go, where nothing is no key is looked at.
    if (this.map.size === 0) return undefined;
    const hashed = hashKey(key);
    const value = this.map.get(hashed);
    if (value !== undefined) {
      this.map.delete(hashed);
      this.originals?.delete(hashed);
      if (++this.#deleted > deletionLimit(this.map.size)) this.#compact();
    }
    return value;
  }

  #compact(): void {
    const entries = [...this.map];
    this.map.clear();
    for (const [hashed, value] of entries) this.map.set(hashed, value);
    this.#deleted = 0;
  }

  clear(): void {
    this.checkMutable("clear");
    this.map.clear();
    this.originals = null;
  }

  /** The first key, or undefined. */
  firstKey(): Value | undefined {
    for (const hashed of this.map.keys()) return originalKey(this.originals, hashed);
    return undefined;
  }

  /** All keys, in order, as a new array. */
  keys(): Value[] {
    return originalKeys(this.originals, this.map);
  }

  /** All values, in order, as a new array. */
  values(): Value[] {
    return [...this.map.values()];
  }

  /** All entries, in order. */
  *entries(): Generator<[Value, Value]> {
    for (const [hashed, value] of this.map) yield [originalKey(this.originals, hashed), value];
  }

  /** The keys from the one at `index` on. Nothing may change the dict meanwhile. */
  iterateFrom(index: number): Iterator<Value> {
    return iterateKeys(this.originals, this.map, index);
  }

  /** Throws unless the dict can change now. `verb` as in "insert into". */
  checkMutable(verb: string): void {
    checkTable(this, verb);
  }

  override visit(each: (value: Value) => void): void {
    this.originals?.forEach((key) => each(key));
    for (const [hashed, value] of this.map) {
      if (typeof hashed === "object" && hashed !== null) each(hashed);
      each(value);
    }
  }

  override shareTexts(share: (text: string) => string): void {
    for (const [key, value] of this.map) if (typeof value === "string") this.map.set(key, share(value));
  }

  override byteSize(): number {
    return 64 + Dict.entrySize * this.map.size;
  }
}

/** Whether a key is itself what the table has it under, and looking it up takes no steps of its own. */
function isPlain(key: Value): key is string {
  return typeof key === "string" && key.length <= plainTextLength;
}

/** A dict whose keys can also be read as attributes; a method of dict hides a key of the same name. */
export class Record extends Dict {
  override attribute(name: string): Value | undefined {
    return this.map.get(name);
  }

  override attributeNames(): readonly string[] {
    return [...this.map.keys()].filter((key) => typeof key === "string");
  }
}

/** Throws unless a hash table can change now. */
export function checkTable(table: MutableValue, verb: string): void {
  if (table.frozen) throw new EvalError(`cannot ${verb} frozen hash table`);
  if (table.iterators > 0) throw new EvalError(`cannot ${verb} hash table during iteration`);
  table.ordinal = -1;
}

/**
 * How many deletions a table bears. The host leaves a gap for each, and walks over the gaps at the start whenever the first
 * entry is asked for.
 */
export function deletionLimit(size: number): number {
  return 4096 + (size >> 5);
}

/** Whether a key does not say what the script wrote. */
export function needsOriginal(written: Value, hashed: Key): boolean {
  return typeof written === "number" ? typeof hashed === "string" : hashed !== written;
}

/** What a script wrote as a key. */
export function originalKey(originals: Map<Key, Value> | null, hashed: Key): Value {
  return originals?.get(hashed) ?? (typeof hashed === "number" ? intOf(hashed) : hashed);
}

/** What a script wrote as keys, in order, as a new array. */
export function originalKeys(originals: Map<Key, Value> | null, table: ReadonlyMap<Key, unknown> | Set<Key>): Value[] {
  const keys: Value[] = [];
  for (const hashed of table.keys())
    keys.push(typeof hashed === "string" && originals === null ? hashed : originalKey(originals, hashed));
  return keys;
}

/** The keys from the one at `index` on. */
export function iterateKeys(
  originals: Map<Key, Value> | null,
  table: ReadonlyMap<Key, unknown> | Set<Key>,
  index: number,
): Iterator<Value> {
  const keys: Iterator<Key> = table.keys();
  for (let i = 0; i < index; i++) keys.next();
  return {
    next(): IteratorResult<Value> {
      const step = keys.next();
      return step.done === true ? step : { done: false, value: originalKey(originals, step.value) };
    },
  };
}
