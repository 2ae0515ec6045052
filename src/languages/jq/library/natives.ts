/** All builtins written in TypeScript. */
import { collectionFunctions } from "./collections.ts";
import type { NativeFunction } from "./contract.ts";
import { dateFunctions } from "./dates/date-functions.ts";
import { entryFunctions } from "./entries.ts";
import { formatFunctions } from "./formats.ts";
import { mathFunctions } from "./math/math-functions.ts";
import { pathFunctions } from "./path-functions.ts";
import { regexFunctions } from "./regex-functions.ts";
import { sortingFunctions } from "./sorting.ts";
import { stringFunctions } from "./strings.ts";

/** Those of all levels: `since` says which are of a later one. Names that begin with an underscore are for the prelude only. */
export const nativeFunctions: readonly NativeFunction[] = [
  ...collectionFunctions,
  ...sortingFunctions,
  ...entryFunctions,
  ...pathFunctions,
  ...stringFunctions,
  ...formatFunctions,
  ...regexFunctions,
  ...dateFunctions,
  ...mathFunctions,
];
