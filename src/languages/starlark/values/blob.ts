/** Handles to bytes that are kept outside values. */
import type { Dict } from "./dict.ts";
import { freeze } from "./freeze.ts";
import { HeapValue, type Value } from "./value.ts";

/** A handle to a blob; `handle` is what wire text holds under `$blob`. Its entries can be read as fields. Immutable. */
export class Blob extends HeapValue {
  readonly handle: Dict;

  constructor(handle: Dict) {
    super();
    this.handle = handle;
    freeze(handle);
  }

  get type(): string {
    return "blob";
  }

  override attribute(name: string): Value | undefined {
    return this.handle.get(name);
  }

  override attributeNames(): readonly string[] {
    return this.handle.keys().filter((key) => typeof key === "string");
  }

  override visit(each: (value: Value) => void): void {
    each(this.handle);
  }
}
