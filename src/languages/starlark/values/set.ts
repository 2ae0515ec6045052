/** Sets: hash tables without values that keep the order of insertion. */
import { checkTable, deletionLimit, iterateKeys, needsOriginal, originalKey, originalKeys } from "./dict.ts";
import { hashKey } from "./hash-key.ts";
import { MutableValue, type Key, type Value } from "./value.ts";

/** A set; laid out as `Dict`. Callers account for memory: `entrySize` for each new element. */
export class StarlarkSet extends MutableValue {
  readonly elements: Set<Key> = new Set();
  originals: Map<Key, Value> | null = null;

  /** Elements deleted since the table was last made anew. */
  #deleted = 0;

  /** Bytes that one element accounts for. */
  static readonly entrySize = 40;

  get type(): string {
    return "set";
  }

  get size(): number {
    return this.elements.size;
  }

  override truth(): boolean {
    return this.elements.size > 0;
  }

  override len(): number {
    return this.elements.size;
  }

  /** Throws EvalError when the value cannot be hashed, as the methods below do. */
  has(value: Value): boolean {
    return this.elements.has(hashKey(value));
  }

  /** Adds a value; an equal one keeps its place. Throws EvalError when frozen or iterated over. */
  add(value: Value): void {
    this.checkMutable("insert into");
    const hashed = hashKey(value);
    if (needsOriginal(value, hashed) && !this.elements.has(hashed)) (this.originals ??= new Map()).set(hashed, value);
    this.elements.add(hashed);
  }

  /** Removes a value; answers whether it was there. */
  delete(value: Value): boolean {
    this.checkMutable("delete from");
    const hashed = hashKey(value);
    this.originals?.delete(hashed);
    const found = this.elements.delete(hashed);
    if (found && ++this.#deleted > deletionLimit(this.elements.size)) this.#compact();
    return found;
  }

  #compact(): void {
    const elements = [...this.elements];
    this.elements.clear();
    for (const hashed of elements) this.elements.add(hashed);
    this.#deleted = 0;
  }

  clear(): void {
    this.checkMutable("clear");
    this.elements.clear();
    this.originals = null;
  }

  /** The first element, or undefined. */
  first(): Value | undefined {
    for (const hashed of this.elements) return originalKey(this.originals, hashed);
    return undefined;
  }

  /** All elements, in order, as a new array. */
  values(): Value[] {
    return originalKeys(this.originals, this.elements);
  }

  /** A new set with the same elements. */
  clone(): StarlarkSet {
    const copy = new StarlarkSet();
    for (const hashed of this.elements) copy.elements.add(hashed);
    if (this.originals !== null) copy.originals = new Map(this.originals);
    return copy;
  }

  /** The elements from the one at `index` on. Nothing may change the set meanwhile. */
  iterateFrom(index: number): Iterator<Value> {
    return iterateKeys(this.originals, this.elements, index);
  }

  /** Throws unless the set can change now. `verb` as in "insert into". */
  checkMutable(verb: string): void {
    checkTable(this, verb);
  }

  override visit(each: (value: Value) => void): void {
    this.originals?.forEach((value) => each(value));
    for (const hashed of this.elements) if (typeof hashed === "object" && hashed !== null) each(hashed);
  }

  override byteSize(): number {
    return 64 + StarlarkSet.entrySize * this.elements.size;
  }
}
