/**
 * Writes values that refer to each other. Objects are numbered in the order in which they are met, so that equal heaps give
 * equal bytes; identity and cycles are kept. There is no recursion: an object's parts are written after the object was met.
 *
 * Layout: texts, objects' shells, objects' bodies, roots.
 */
import { Builtin } from "../library/builtin.ts";
import { Blob } from "../values/blob.ts";
import { Duration, Time } from "../values/time.ts";
import { unnamedOffset, utc } from "../values/zones.ts";
import { Dict, Record } from "../values/dict.ts";
import { Secret } from "../values/secret.ts";
import { StarlarkSet } from "../values/set.ts";
import { Struct } from "../values/struct.ts";
import { TextView } from "../values/text-view.ts";
import type { HeapValue } from "../values/value.ts";
import { Bytes, Float, List, MutableValue, Range, Tuple } from "../values/value.ts";
import { Cell, type Slot, StarlarkFunction } from "../vm/function.ts";
import { Loop } from "../vm/loop.ts";
import { ByteWriter } from "./bytes.ts";
import type { HeapNames, HostKind } from "./heap-kinds.ts";
import * as tag from "./tags.ts";

export const textViewKinds = ["elems", "elem_ords", "codepoints", "codepoint_ords", "bytes"] as const;

/** The parts of a heap, each written for itself. */
interface Sections {
  texts: ByteWriter;
  shells: ByteWriter;
  bodies: ByteWriter;
  roots: ByteWriter;
}

function newSections(): Sections {
  return { texts: new ByteWriter(), shells: new ByteWriter(), bodies: new ByteWriter(), roots: new ByteWriter() };
}

/** Sections that nobody writes to: states are written often, and their room is used again. */
const spareSections: Sections[] = [];

export class HeapWriter {
  readonly #names: HeapNames;
  readonly #textIndexes = new Map<string, number>();
  readonly #sections: Sections = spareSections.pop() ?? newSections();
  readonly #ids = new Map<HeapValue, number>();
  readonly #objects: HeapValue[] = [];
  #written = 0;
  /** Where values are written to: the roots, or the bodies while objects are being finished. */
  out: ByteWriter;

  constructor(names: HeapNames) {
    this.#names = names;
    this.out = this.#sections.roots;
  }

  /** The objects met so far, by id. */
  get objects(): readonly HeapValue[] {
    return this.#objects;
  }

  /** Writes the parts of all objects, then everything to `target`. The writer cannot be used any more. */
  finish(target: ByteWriter): void {
    const { texts, shells, bodies, roots } = this.#sections;
    this.out = bodies;
    while (this.#written < this.#objects.length) this.#writeBody(this.#objects[this.#written++]!);
    target.natural(this.#textIndexes.size);
    target.append(texts);
    target.natural(this.#objects.length);
    target.append(shells);
    target.append(bodies);
    target.append(roots);
    for (const section of [texts, shells, bodies, roots]) section.clear();
    spareSections.push(this.#sections);
  }

  /** A byte string, by its index. */
  text(text: string): void {
    let index = this.#textIndexes.get(text);
    if (index === undefined) {
      index = this.#textIndexes.size;
      this.#textIndexes.set(text, index);
      this.#sections.texts.text(text);
    }
    this.out.natural(index);
  }

  value(value: Slot): void {
    const { out } = this;
    switch (typeof value) {
      case "number":
        if (value >= 0 && value < 128) out.byte(128 + value);
        else {
          out.byte(tag.int);
          out.integer(value);
        }
        return;
      case "string":
        out.byte(tag.string);
        this.text(value);
        return;
      case "boolean":
        out.byte(value ? tag.yes : tag.no);
        return;
      case "bigint":
        out.byte(tag.bigInt);
        this.text(value.toString(16));
        return;
      case "undefined":
        out.byte(tag.unbound);
        return;
      default:
    }
    if (value === null) out.byte(tag.none);
    else this.#heapValue(value);
  }

  #heapValue(value: HeapValue): void {
    const { out } = this;
    if (value.ordinal >= 0) {
      out.byte(tag.ordinal);
      out.natural(value.ordinal);
      return;
    }
    const id = this.#ids.get(value);
    if (id !== undefined) {
      out.byte(tag.object);
      out.natural(id);
    } else if (!this.#leaf(value)) {
      this.#newObject(value);
    }
  }

  /** Writes a value without identity, or one that is known by name. Answers false for an object. */
  #leaf(value: HeapValue): boolean {
    const { out } = this;
    if (value instanceof MutableValue || value instanceof Tuple) return false;
    if (value instanceof Float) {
      out.byte(tag.float);
      out.double(value.value);
    } else if (value instanceof Bytes) {
      out.byte(tag.bytes);
      this.text(value.data);
    } else if (value instanceof Range) {
      out.byte(tag.range);
      out.integer(value.start);
      out.integer(value.stop);
      out.integer(value.step);
    } else if (value instanceof TextView) {
      out.byte(tag.textView);
      out.byte(textViewKinds.indexOf(value.kind));
      this.text(value.data);
    } else if (value instanceof Secret) {
      this.#secret(value);
    } else if (value instanceof Loop) {
      out.byte(tag.loop);
      this.value(value.source);
      this.out.natural(value.index);
    } else if (value instanceof Time) {
      this.#time(value);
    } else if (value instanceof Duration) {
      out.byte(tag.duration);
      this.text(value.nanoseconds.toString());
    } else return this.#namedLeaf(value);
    return true;
  }

  #namedLeaf(value: HeapValue): boolean {
    const name = this.#names.nameOf(value);
    if (name !== undefined) {
      this.out.byte(tag.named);
      this.text(name);
      return true;
    }
    const hostName = this.#names.hostNameOf(value);
    if (hostName !== undefined) {
      this.out.byte(tag.host);
      this.text(hostName);
      return true;
    }
    if (!(value instanceof Builtin) || value.self !== null) return false;
    this.out.byte(tag.method);
    this.text(this.#names.methodName(value));
    return true;
  }

  #time({ unixNano, zone }: Time): void {
    const offset = zone === utc ? 0 : unnamedOffset(zone);
    this.out.byte(offset === undefined ? tag.zonedTime : tag.time);
    this.text(unixNano.toString());
    if (offset === undefined) this.text(zone.id);
    else this.out.integer(offset);
  }

  #secret({ parts }: Secret): void {
    this.out.byte(tag.secret);
    this.out.natural(parts.length);
    for (const part of parts) {
      this.out.byte(typeof part === "string" ? 0 : 1);
      this.text(typeof part === "string" ? part : part.name);
    }
  }

  #newObject(value: HeapValue): void {
    const id = this.#objects.length;
    this.#ids.set(value, id);
    this.#objects.push(value);
    this.out.byte(tag.object);
    this.out.natural(id);
    this.#writeShell(value);
  }

  #writeShell(value: HeapValue): void {
    const { shells } = this.#sections;
    const frozen = value instanceof MutableValue && value.frozen ? tag.frozenFlag : 0;
    const kind = this.#hostKind(value);
    if (kind !== undefined) {
      shells.byte(kind.code);
      kind.writeShell(value, shells);
    } else if (value instanceof List) shells.byte(tag.list | frozen);
    else if (value instanceof Tuple) shells.byte(tag.tuple);
    else if (value instanceof Record) shells.byte(tag.record | frozen);
    else if (value instanceof Dict) shells.byte(tag.dict | frozen);
    else if (value instanceof StarlarkSet) shells.byte(tag.set | frozen);
    else if (value instanceof Cell) shells.byte(tag.cell);
    else if (value instanceof Blob) shells.byte(tag.blob);
    else if (value instanceof Struct) {
      shells.byte(tag.struct);
      shells.text(value.constructorName);
    } else if (value instanceof StarlarkFunction) {
      shells.byte(tag.functionValue);
      shells.natural(value.module.index);
      shells.natural(value.id);
    } else if (value instanceof Builtin) {
      shells.byte(tag.boundMethod);
      shells.text(this.#names.methodName(value));
    } else throw new Error(`a value of type ${value.type} cannot be stored`);
  }

  #writeBody(value: HeapValue): void {
    const { out } = this;
    const kind = this.#hostKind(value);
    if (kind !== undefined) kind.writeBody(value, this);
    else if (value instanceof List || value instanceof Tuple) {
      out.natural(value.items.length);
      for (const item of value.items) this.value(item);
    } else if (value instanceof Dict) {
      out.natural(value.size);
      for (const [key, element] of value.entries()) {
        this.value(key);
        this.value(element);
      }
    } else if (value instanceof StarlarkSet) {
      out.natural(value.size);
      for (const element of value.values()) this.value(element);
    } else if (value instanceof Cell) {
      this.value(value.value);
    } else if (value instanceof Struct) {
      out.natural(value.names.length);
      for (const [i, name] of value.names.entries()) {
        this.text(name);
        this.value(value.values[i]);
      }
    } else if (value instanceof StarlarkFunction) {
      for (const element of value.defaults) this.value(element);
      for (const cell of value.cells) this.value(cell);
    } else if (value instanceof Builtin) {
      this.value(value.self);
    } else if (value instanceof Blob) {
      this.value(value.handle);
    }
  }

  /** A host's class may extend a container, so it is asked first. */
  #hostKind(value: HeapValue): HostKind | undefined {
    return this.#names.kinds.find((candidate) => candidate.matches(value));
  }
}
