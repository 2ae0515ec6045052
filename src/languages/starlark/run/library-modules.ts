/** The part of the library that is written in Starlark, compiled. It is the same in every process of a release. */
import { preludeFiles, preludeKnownNames } from "../api/environment.ts";
import type { ModuleCode } from "../compile/code.ts";
import { compileModule } from "../compile/compile-module.ts";
import { parseModule } from "../syntax/module.ts";

const compiled: { modules?: readonly ModuleCode[] } = {};

/** One module per file; images hold them in front of their own modules. */
export function libraryModules(): readonly ModuleCode[] {
  compiled.modules ??= preludeFiles.map(({ path, source }) => {
    const { module, problems } = parseModule(path, source, preludeKnownNames);
    if (module === undefined) throw new Error(`${path}: ${problems[0]!.message}`);
    return compileModule(module, {
      hostNames: new Set(),
      resolveLoad: () => {
        throw new Error("the library loads nothing");
      },
    });
  });
  return compiled.modules;
}
