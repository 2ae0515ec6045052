/** Values as text: what str(), repr() and print() show, as starlark-go writes it. */
import type { Thread } from "../library/builtin.ts";
import { Dict } from "./dict.ts";
import { EvalError } from "./errors.ts";
import { productSteps } from "./integers.ts";
import { printFloat } from "./print-float.ts";
import { quoteText } from "./quote.ts";
import { StarlarkSet } from "./set.ts";
import { Struct } from "./struct.ts";
import { TextView } from "./text-view.ts";
import { Bytes, Float, type HeapValue, List, Range, Tuple, type Value } from "./value.ts";

/** Deeper values are not printed. */
const maximumDepth = 500;

/** What repr(value) answers, as a byte string. A list or dict that contains itself shows `[...]` or `{...}` there. */
export function repr(thread: Thread, value: Value): string {
  const plain = reprOfPlain(value);
  if (plain !== undefined) {
    thread.charge(24 + plain.length);
    return plain;
  }
  const printer = new Printer(thread);
  printer.write(value);
  return printer.finish();
}

/** What str(value) answers, as a byte string: a string as it is, everything else as `repr`. */
export function str(thread: Thread, value: Value): string {
  return typeof value === "string" ? value : repr(thread, value);
}

/** Values without parts, but for long strings. */
function reprOfPlain(value: Value): string | undefined {
  switch (typeof value) {
    case "number":
      return String(value);
    case "boolean":
      return value ? "True" : "False";
    case "string":
      return value.length < 1000 ? quoteText(value) : undefined;
    case "bigint":
      return undefined;
    default:
      return value === null ? "None" : undefined;
  }
}

/** Gathers text and accounts for it while it grows. */
class Printer {
  readonly #thread: Thread;
  /** Containers that are being printed. */
  readonly #path: HeapValue[] = [];
  #text = "";
  #unpaid = 0;
  #elements = 0;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  finish(): string {
    this.#pay();
    return this.#text;
  }

  write(value: Value): void {
    const plain = reprOfPlain(value);
    if (plain !== undefined) this.#emit(plain);
    else if (typeof value === "string") this.#writeQuoted(value, "");
    else if (typeof value === "bigint") this.#writeBigint(value);
    else this.#writeHeap(value as HeapValue);
  }

  #emit(text: string): void {
    this.#text += text;
    this.#unpaid += text.length;
    if (this.#unpaid > 4096) this.#pay();
  }

  #pay(): void {
    this.#thread.charge(this.#unpaid);
    this.#thread.spend((this.#unpaid >> 4) + 8 * this.#elements);
    this.#unpaid = 0;
    this.#elements = 0;
  }

  #writeQuoted(data: string, prefix: string): void {
    this.#thread.charge(data.length);
    this.#thread.spend(data.length >> 1);
    this.#emit(prefix + quoteText(data));
  }

  #writeBigint(value: bigint): void {
    const text = value.toString();
    this.#thread.spend(productSteps(4 * text.length, 4 * text.length));
    this.#emit(text);
  }

  #writeFloat(value: number): void {
    this.#elements += 3;
    this.#emit(printFloat(value));
  }

  #writeHeap(value: HeapValue): void {
    if (value instanceof List) this.#writeList(value);
    else if (value instanceof Dict) this.#writeDict(value);
    else if (value instanceof Tuple) this.#writeTuple(value);
    else if (value instanceof Struct) this.#writeStruct(value);
    else if (value instanceof StarlarkSet) this.#writeSet(value);
    else if (value instanceof Float) this.#writeFloat(value.value);
    else if (value instanceof Bytes) this.#writeQuoted(value.data, "b");
    else if (value instanceof Range) this.#emit(printRange(value));
    else if (value instanceof TextView) this.#writeTextView(value);
    else this.#emit(value.describe());
  }

  #writeList(list: List): void {
    this.#emit("[");
    this.#within(list, () => this.#writeAll(list.items));
    this.#emit("]");
  }

  #writeTuple(tuple: Tuple): void {
    this.#emit("(");
    this.#deeper(tuple, () => this.#writeAll(tuple.items));
    this.#emit(tuple.items.length === 1 ? ",)" : ")");
  }

  #writeSet(set: StarlarkSet): void {
    this.#emit("set([");
    this.#deeper(set, () => this.#writeAll(set.values()));
    this.#emit("])");
  }

  #writeDict(dict: Dict): void {
    this.#emit("{");
    this.#within(dict, () => {
      let separator = "";
      for (const [key, value] of dict.entries()) {
        this.#elements += 2;
        this.#emit(separator);
        this.write(key);
        this.#emit(": ");
        this.write(value);
        separator = ", ";
      }
    });
    this.#emit("}");
  }

  #writeStruct(struct: Struct): void {
    this.#emit(`${struct.constructorName}(`);
    this.#within(struct, () => {
      struct.names.forEach((name, i) => {
        this.#emit(`${i === 0 ? "" : ", "}${name} = `);
        this.write(struct.values[i]!);
      });
    });
    this.#emit(")");
  }

  #writeTextView(view: TextView): void {
    this.#writeQuoted(view.data, view.kind === "bytes" ? "b" : "");
    this.#emit(view.kind === "bytes" ? ".elems()" : `.${view.kind}()`);
  }

  #writeAll(items: readonly Value[]): void {
    for (let i = 0; i < items.length; i++) {
      const item = items[i]!;
      this.#elements++;
      const separator = i === 0 ? "" : ", ";
      if (typeof item === "number") {
        this.#emit(separator + item);
      } else {
        this.#emit(separator);
        this.write(item);
      }
    }
  }

  /** Writes the inside of a container, or dots when it is inside itself. */
  #within(container: HeapValue, write: () => void): void {
    if (this.#path.includes(container)) {
      this.#emit("...");
      return;
    }
    this.#deeper(container, write);
  }

  #deeper(container: HeapValue, write: () => void): void {
    if (this.#path.length >= maximumDepth) throw new EvalError(`value is nested more than ${maximumDepth} deep`);
    this.#path.push(container);
    write();
    this.#path.pop();
  }
}

function printRange(range: Range): string {
  if (range.step !== 1) return `range(${range.start}, ${range.stop}, ${range.step})`;
  return range.start === 0 ? `range(${range.stop})` : `range(${range.start}, ${range.stop})`;
}
