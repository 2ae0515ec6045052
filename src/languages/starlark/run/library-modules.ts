/** The part of the library that is written in Starlark, compiled. It is the same in every process of a release. */
import { preludeFiles } from "../api/environment.ts";
import type { ModuleCode } from "../compile/code.ts";
import { ByteReader } from "../snapshot/bytes.ts";
import { readModule } from "../snapshot/code-codec.ts";
import { libraryCode } from "./library-code.ts";

const decoded: { bytes?: Uint8Array; modules?: readonly ModuleCode[] } = {};

/** The code of all its modules, as images hold it. Not to be written to. */
export function libraryBytes(): Uint8Array {
  decoded.bytes ??= Uint8Array.from(libraryCode);
  return decoded.bytes;
}

/** One module per file; images hold them in front of their own modules. */
export function libraryModules(): readonly ModuleCode[] {
  if (decoded.modules === undefined) {
    const input = new ByteReader(libraryBytes());
    decoded.modules = preludeFiles.map(() => readModule(input));
  }
  return decoded.modules;
}
