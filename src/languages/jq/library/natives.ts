/** All builtins written in TypeScript. */
import { collectionFunctions } from "./collections.ts";
import type { Level, NativeFunction } from "./contract.ts";
import { dateFunctions } from "./dates/date-functions.ts";
import { entryFunctions } from "./entries.ts";
import { formatFunctions } from "./formats.ts";
import { mathFunctions } from "./math/math-functions.ts";
import { regexFunctions } from "./regex-functions.ts";
import { sortingFunctions } from "./sorting.ts";
import { stringFunctions } from "./strings.ts";

const everything: readonly NativeFunction[] = [
  ...collectionFunctions,
  ...sortingFunctions,
  ...entryFunctions,
  ...stringFunctions,
  ...formatFunctions,
  ...regexFunctions,
  ...dateFunctions,
  ...mathFunctions,
];

/** The builtins of a level, those whose names begin with an underscore for the prelude only. */
export function nativeFunctions(level: Level): readonly NativeFunction[] {
  return everything.filter((native) => native.since === undefined || level !== "1.6");
}
