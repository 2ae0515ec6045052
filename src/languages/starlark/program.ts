/** Starlark as a Program: scripts that react to events, and driver scripts that run from top to bottom. */
import { defaultLimits, type Program } from "../../core/program.ts";
import { StarlarkCompilation } from "./run/compilation.ts";
import { dataNames } from "./run/data-file.ts";
import { libraryPrefix, resolveLoadPath } from "./run/load-path.ts";
import { LoadedStarlark } from "./run/loaded-image.ts";
import { loadPaths } from "./syntax/module.ts";

export const starlark: Program = {
  language: "starlark",
  dependencies(path, text) {
    if (dataNames(path) !== undefined) return [];
    const paths = loadPaths(text).flatMap((load) => resolveLoadPath(path, load) ?? []);
    return paths.filter((loaded) => !loaded.startsWith(libraryPrefix));
  },
  compile: (sources, mode, limits) => new StarlarkCompilation(sources, mode, { ...defaultLimits, ...limits }),
  load: (image) => LoadedStarlark.load(image),
};
