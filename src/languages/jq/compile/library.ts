/** What a level's library offers: builtins by name, and the definitions of the prelude. */
import type { Level, NativeFunction } from "../library/contract.ts";
import { nativeFunctions } from "../library/natives.ts";
import { preludeText } from "../library/prelude.ts";
import { parseJq } from "../syntax/parse.ts";
import type { FunctionDefinition } from "../syntax/tree.ts";

/** By `name/arity`. */
export interface Library {
  readonly level: Level;
  readonly natives: ReadonlyMap<string, NativeFunction>;
  readonly prelude: ReadonlyMap<string, FunctionDefinition>;
}

const libraries = new Map<Level, Library>();

/** The library of `level`; read when it is first asked for. */
export function libraryOf(level: Level): Library {
  const known = libraries.get(level);
  if (known !== undefined) return known;
  const natives = nativeFunctions.filter(({ since }) => since === undefined || level === since);
  const { definitions } = parseJq(preludeText(level), level, { file: "prelude" });
  const library: Library = {
    level,
    natives: new Map(natives.map((fn) => [`${fn.name}/${fn.arity}`, fn])),
    prelude: new Map(
      definitions.map((definition) => [`${definition.name}/${definition.parameters.length}`, definition]),
    ),
  };
  libraries.set(level, library);
  return library;
}
