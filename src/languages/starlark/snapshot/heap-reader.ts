/** Reads what a HeapWriter wrote. The bytes are not trusted: every index and length is checked. */
import { Builtin } from "../library/builtin.ts";
import { makeTime } from "../library/time-module.ts";
import { Blob } from "../values/blob.ts";
import { Duration } from "../values/time.ts";
import { fixedZone, utc, zoneById } from "../values/zones.ts";
import { Dict, Record } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { Secret, type SecretPart } from "../values/secret.ts";
import { payingForKeys } from "../values/hash-key.ts";
import { StarlarkSet } from "../values/set.ts";
import { Struct } from "../values/struct.ts";
import { TextView } from "../values/text-view.ts";
import { Bytes, Float, HeapValue, List, MutableValue, Range, rangeLength, Tuple, type Value } from "../values/value.ts";
import { Cell, type Slot, StarlarkFunction } from "../vm/function.ts";
import { type Loop, openLoop } from "../vm/loop.ts";
import { type ByteReader, CorruptBytes } from "./bytes.ts";
import type { HeapBase, HeapNames } from "./heap-kinds.ts";
import { textViewKinds } from "./heap-writer.ts";
import * as tag from "./tags.ts";

/** More than a machine's memory ever holds. */
const maximalKeyBytes = 256 * 1024 * 1024;

export class HeapReader {
  readonly input: ByteReader;
  readonly #names: HeapNames;
  readonly #base: HeapBase;
  readonly #texts: string[] = [];
  readonly objects: HeapValue[] = [];
  /** Dicts and sets are filled when the parts of their keys are complete. */
  readonly #unfilled: { table: Dict | StarlarkSet; elements: Value[] }[] = [];
  readonly #frozen = new Set<HeapValue>();

  /** Reads texts and objects; the roots follow, with `value`. */
  constructor(input: ByteReader, names: HeapNames, base: HeapBase) {
    this.input = input;
    this.#names = names;
    this.#base = base;
    const texts = input.count();
    for (let i = 0; i < texts; i++) this.#texts.push(input.text());
    const objects = input.count();
    for (let i = 0; i < objects; i++) this.objects.push(this.#readShell());
    for (const object of this.objects) this.#readBody(object);
    this.#fillAll();
    for (const object of this.#frozen) (object as MutableValue).frozen = true;
  }

  text(): string {
    return this.#texts[this.input.index(this.#texts.length, "text")]!;
  }

  /** A value that a script can have. */
  value(): Value {
    const slot = this.slot();
    if (slot === undefined || slot instanceof Cell || (slot instanceof HeapValue && slot.type === "loop")) {
      throw new CorruptBytes("a value is missing");
    }
    return slot;
  }

  /** What a register can hold. */
  slot(): Slot {
    const { input } = this;
    const kind = input.byte();
    if (kind >= 128) return kind - 128;
    switch (kind) {
      case tag.unbound:
        return undefined;
      case tag.none:
        return null;
      case tag.no:
        return false;
      case tag.yes:
        return true;
      case tag.int:
        return input.integer();
      case tag.bigInt:
        return this.#bigInt();
      case tag.float:
        return new Float(input.double());
      case tag.string:
        return this.text();
      case tag.bytes:
        return new Bytes(this.text());
      case tag.object:
        return this.objects[input.index(this.objects.length, "object")];
      case tag.ordinal:
        return this.#known(this.#base.objectAt(input.natural()), "object of the image or the input");
      case tag.named:
        return this.#named((name) => this.#names.byName(name));
      case tag.method:
        return this.#named((name) => this.#names.methodByName(name));
      case tag.host:
        return this.#named((name) => this.#names.hostByName(name));
      case tag.range:
        return this.#range();
      case tag.textView:
        return this.#textView();
      case tag.secret:
        return this.#secret();
      case tag.loop:
        return this.#loop();
      case tag.time: {
        const unixNano = this.#nanoseconds();
        const offset = input.integer();
        return makeTime(unixNano, offset === 0 ? utc : fixedZone("", offset));
      }
      case tag.zonedTime: {
        const unixNano = this.#nanoseconds();
        return makeTime(unixNano, this.#known(zoneById(this.text()), "time zone"));
      }
      case tag.duration:
        return new Duration(this.#nanoseconds());
      default:
        throw new CorruptBytes(`there is no value of kind ${kind}`);
    }
  }

  #known<T>(found: T | undefined, what: string): T {
    if (found === undefined) throw new CorruptBytes(`${what} does not exist`);
    return found;
  }

  #named<T>(find: (name: string) => T | undefined): T {
    const name = this.text();
    return this.#known(find(name), `"${name}"`);
  }

  #bigInt(): bigint {
    const text = this.text();
    if (!/^-?[1-9a-f][0-9a-f]*$/.test(text)) throw new CorruptBytes("not an integer");
    const magnitude = BigInt(`0x${text.replace("-", "")}`);
    return text.startsWith("-") ? -magnitude : magnitude;
  }

  #nanoseconds(): bigint {
    const text = this.text();
    if (!/^-?\d{1,30}$/.test(text)) throw new CorruptBytes("not a time");
    return BigInt(text);
  }

  #range(): Range {
    const start = this.input.integer();
    const stop = this.input.integer();
    const step = this.input.integer();
    if (step === 0) throw new CorruptBytes("a range steps by 0");
    return new Range(start, stop, step, rangeLength(start, stop, step));
  }

  #textView(): TextView {
    const kind = textViewKinds[this.input.byte()];
    return new TextView(this.text(), this.#known(kind, "kind of text view"));
  }

  #secret(): Secret {
    const parts: SecretPart[] = [];
    const count = this.input.count();
    for (let i = 0; i < count; i++) parts.push(this.input.byte() === 0 ? this.text() : { name: this.text() });
    return new Secret(parts);
  }

  #loop(): Loop {
    const source = this.value();
    const index = this.input.natural();
    if (source instanceof HeapValue && source.len() >= 0 && index > source.len()) {
      throw new CorruptBytes("a loop is past its end");
    }
    return this.#known(openLoop(source, index), "what a loop walks over");
  }

  #readShell(): HeapValue {
    const { input } = this;
    const kind = input.byte();
    const shell = this.#makeShell(kind & ~tag.frozenFlag);
    if ((kind & tag.frozenFlag) !== 0) {
      if (!(shell instanceof MutableValue)) throw new CorruptBytes("only containers can be frozen");
      this.#frozen.add(shell);
    }
    return shell;
  }

  #makeShell(kind: number): HeapValue {
    const { input } = this;
    switch (kind) {
      case tag.list:
        return new List([]);
      case tag.tuple:
        return new Tuple([]);
      case tag.dict:
        return new Dict();
      case tag.record:
        return new Record();
      case tag.set:
        return new StarlarkSet();
      case tag.cell:
        return new Cell(undefined);
      case tag.blob:
        return new Blob(new Dict());
      case tag.struct:
        return new Struct([], [], input.text());
      case tag.functionValue: {
        const module = this.#base.modules[input.index(this.#base.modules.length, "module")]!;
        const id = input.index(module.code.functions.length, "function");
        return new StarlarkFunction(id, module, [], []);
      }
      case tag.boundMethod: {
        const name = input.text();
        return new Builtin(this.#known(this.#names.methodByName(name), `method "${name}"`).spec);
      }
      default: {
        const hostKind = this.#names.kinds.find((candidate) => candidate.code === kind);
        return this.#known(hostKind, `object of kind ${kind}`).readShell(input);
      }
    }
  }

  #readBody(object: HeapValue): void {
    const { input } = this;
    const hostKind = this.#names.kinds.find((candidate) => candidate.matches(object));
    if (hostKind !== undefined) {
      hostKind.readBody(object, this);
    } else if (object instanceof List || object instanceof Tuple) {
      const count = input.count();
      for (let i = 0; i < count; i++) (object.items as Value[]).push(this.value());
    } else if (object instanceof Dict || object instanceof StarlarkSet) {
      const elements: Value[] = [];
      const count = input.count() * (object instanceof Dict ? 2 : 1);
      for (let i = 0; i < count; i++) elements.push(this.value());
      this.#unfilled.push({ table: object, elements });
    } else if (object instanceof Cell) {
      const value = this.slot();
      if (value instanceof Cell) throw new CorruptBytes("a cell in a cell");
      object.value = value;
    } else if (object instanceof Struct) {
      this.#readStruct(object);
    } else if (object instanceof StarlarkFunction) {
      this.#readFunction(object);
    } else if (object instanceof Builtin) {
      (object as { self: Value }).self = this.value();
    } else if (object instanceof Blob) {
      const handle = this.value();
      if (!(handle instanceof Dict)) throw new CorruptBytes("a blob without a handle");
      (object as { handle: Dict }).handle = handle;
    }
  }

  #readStruct(struct: Struct): void {
    const count = this.input.count();
    let last = "";
    for (let i = 0; i < count; i++) {
      const name = this.text();
      if (i > 0 && name <= last) throw new CorruptBytes("the fields of a struct are out of order");
      last = name;
      (struct.names as string[]).push(name);
      (struct.values as Value[]).push(this.value());
    }
  }

  #readFunction(object: StarlarkFunction): void {
    for (let i = 0; i < object.code.defaults.length; i++) (object.defaults as Value[]).push(this.value());
    for (let i = 0; i < object.code.captures.length; i++) {
      const cell = this.slot();
      if (!(cell instanceof Cell)) throw new CorruptBytes("a function lacks a variable");
      (object.cells as Cell[]).push(cell);
    }
  }

  /** Keys that are spelled out are counted: damaged bytes could spell out more than there is room for. */
  #fillAll(): void {
    let bytes = 0;
    const charge = (more: number): void => {
      bytes += more;
      if (bytes > maximalKeyBytes) throw new CorruptBytes("its keys take too much room");
    };
    payingForKeys({ charge, spend() {} }, () => {
      for (const { table, elements } of this.#unfilled) this.#fill(table, elements);
    });
  }

  #fill(table: Dict | StarlarkSet, elements: Value[]): void {
    const step = table instanceof StarlarkSet ? 1 : 2;
    try {
      if (table instanceof StarlarkSet) for (const element of elements) table.add(element);
      else for (let i = 0; i < elements.length; i += 2) table.set(elements[i]!, elements[i + 1]!);
      if (table.size * step !== elements.length) throw new CorruptBytes("a key is there twice");
    } catch (error) {
      if (error instanceof EvalError) throw new CorruptBytes(error.message);
      throw error;
    }
  }
}
