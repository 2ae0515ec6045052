/**
 * Images as bytes: mark, format version, mode, sources, the modules' code, triggers, and the frozen heap with the values of the
 * modules' names and the triggers' handlers.
 */
import type { EntryMode, TriggerDescription, WorkflowDescription } from "../../../core/program.ts";
import { sha256 } from "../../../core/sha256.ts";
import type { ModuleCode } from "../compile/code.ts";
import { type ByteReader, type ByteWriter, CorruptBytes } from "../snapshot/bytes.ts";
import { readModule, writeModule } from "../snapshot/code-codec.ts";
import { fromText, toText } from "../values/text.ts";
import { libraryBytes, libraryModules } from "./library-modules.ts";

const imageVersion = 1;
const mark = "AutoFlow Starlark image";

// Kinds of entry files.
const handlers = 0;
const driver = 1;
const projectFunction = 2;

/** The name of an image: the SHA-256 of language, format and bytes, in hex. */
export function imageHash(bytes: Uint8Array): string {
  return sha256(`starlark ${imageVersion}\n`, bytes);
}

/** A trigger without its handler, which is in the heap. */
export type ImageTrigger = Pick<
  TriggerDescription,
  "name" | "filter" | "where" | "schedule" | "concurrency" | "validates"
>;

/** All of an image but its heap. */
export interface ImageContent {
  mode: EntryMode;
  /** What was compiled, by path. */
  sources: readonly { path: string; text: string }[];
  /** The library's, then those of the sources; each after those it loads, so the entry's is the last. */
  modules: readonly ModuleCode[];
  libraryModules: number;
  triggers: readonly ImageTrigger[];
  /** Of a function of the project; then its handler is that of the trigger "", behind those of the others. */
  workflow?: WorkflowDescription;
}

/** Writes an image up to its heap, which follows. The library is that of this release. */
export function writeImage(out: ByteWriter, content: ImageContent): void {
  out.text(mark);
  out.natural(imageVersion);
  out.byte(content.mode === "driver" ? driver : content.workflow === undefined ? handlers : projectFunction);
  out.natural(content.sources.length);
  for (const { path, text } of content.sources) {
    out.text(fromText(path));
    out.text(fromText(text));
  }
  out.natural(content.libraryModules);
  out.natural(content.modules.length);
  out.bytes(libraryBytes());
  for (const module of content.modules.slice(content.libraryModules)) writeModule(out, module);
  out.natural(content.triggers.length);
  for (const trigger of content.triggers) out.text(fromText(JSON.stringify(trigger)));
  if (content.workflow !== undefined) out.text(fromText(JSON.stringify(content.workflow)));
}

/** Reads an image up to its heap. Throws CorruptBytes. */
export function readImage(input: ByteReader): ImageContent {
  if (input.text() !== mark) throw new CorruptBytes("they are not an image");
  const version = input.natural();
  if (version !== imageVersion) throw new CorruptBytes(`image format ${version} is not known to this release`);
  const kind = input.byte();
  const mode = kind === driver ? "driver" : "handlers";
  const sources = many(input, () => ({ path: toText(input.text()), text: toText(input.text()) }));
  const libraryCount = input.natural();
  const modules = readModules(input, libraryCount);
  if (modules.length < libraryCount + 1 || modules.at(-1)!.functions.length === 0)
    throw new CorruptBytes("an image without a script");
  const triggers = many(input, () => JSON.parse(toText(input.text())) as ImageTrigger);
  const content = { mode, sources, modules, libraryModules: libraryCount, triggers } as const;
  if (kind !== projectFunction) return content;
  return { ...content, workflow: JSON.parse(toText(input.text())) as WorkflowDescription };
}

/** Images of one release share the library's code. */
function readModules(input: ByteReader, libraryCount: number): readonly ModuleCode[] {
  const count = input.count();
  const shared = libraryCount === libraryModules().length && count >= libraryCount && input.skip(libraryBytes());
  const modules = shared ? [...libraryModules()] : [];
  while (modules.length < count) modules.push(readModule(input));
  return modules;
}

function many<T>(input: ByteReader, read: () => T): T[] {
  const count = input.count();
  const list: T[] = [];
  for (let i = 0; i < count; i++) list.push(read());
  return list;
}
