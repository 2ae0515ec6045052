/** What a heap's bytes mean outside of it: names of the environment, and objects of the host. */
import type { Builtin, BuiltinSpec } from "../library/builtin.ts";
import type { HeapValue, Value } from "../values/value.ts";
import type { ModuleInstance } from "../vm/function.ts";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { HeapReader } from "./heap-reader.ts";
import type { HeapWriter } from "./heap-writer.ts";

/** Names for what is the same in every run. */
export interface HeapNames {
  /** The name of a builtin, module or other value of the environment; undefined when it is not one. */
  nameOf(value: HeapValue): string | undefined;
  byName(name: string): Value | undefined;
  /** "list.append", for a method without or with a receiver. */
  methodName(method: Builtin): string;
  methodByName(name: string): Builtin | undefined;
  /** The host's own single values, such as `w`. */
  hostNameOf(value: HeapValue): string | undefined;
  hostByName(name: string): HeapValue | undefined;
  /** Objects of the host, by class. */
  readonly kinds: readonly HostKind[];
}

/** How one class of the host's objects is written. */
export interface HostKind {
  /** From 32 to 127; those of an embedder from 64 on. */
  readonly code: number;
  /** What its `methods()` answer, with the name of the type, so that a call of one can be stored. */
  readonly methods?: { readonly type: string; readonly table: ReadonlyMap<string, BuiltinSpec> };
  matches(value: HeapValue): boolean;
  /** What is needed to make the object, without values it refers to. */
  writeShell(value: HeapValue, out: ByteWriter): void;
  readShell(input: ByteReader): HeapValue;
  /** The rest. */
  writeBody(value: HeapValue, out: HeapWriter): void;
  readBody(value: HeapValue, input: HeapReader): void;
}

/** What ordinals and function ids refer to. */
export interface HeapBase {
  /** By ordinal: the image's objects, then the input's. */
  objectAt(ordinal: number): HeapValue | undefined;
  readonly modules: readonly ModuleInstance[];
}
