/** Compiles the part of the library that is written in Starlark, for `library-code.ts`, which holds it compiled. */
import { preludeFiles, preludeKnownNames } from "../api/environment.ts";
import { compileModule } from "../compile/compile-module.ts";
import { ByteWriter } from "../snapshot/bytes.ts";
import { writeModule } from "../snapshot/code-codec.ts";
import { parseModule } from "../syntax/module.ts";

/** The modules of `preludeFiles`, one after the other, as images hold them. */
export function compileLibrary(): Uint8Array {
  const out = new ByteWriter();
  for (const { path, source } of preludeFiles) {
    const { module, problems } = parseModule(path, source, preludeKnownNames);
    if (module === undefined) throw new Error(`${path}: ${problems[0]!.message}`);
    const code = compileModule(module, {
      hostNames: new Set(),
      resolveLoad: () => {
        throw new Error("the library loads nothing");
      },
    });
    writeModule(out, code);
  }
  return out.finish();
}
