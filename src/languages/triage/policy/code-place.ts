/** Places in the texts of a policy. */
import type { Location } from "../../../core/errors.ts";
import type { SourceCode } from "../model.ts";

/** The place of an offset in a text, as near as the way in which the file has the text allows. */
export function placeIn({ text, at, indentation }: SourceCode, offset: number): Location {
  const before = text.slice(0, offset);
  const lines = before.split("\n");
  const column = Array.from(lines.at(-1)!).length;
  if (lines.length === 1) return indentation === undefined ? at : { ...at, column: at.column + column };
  if (indentation === undefined) return at;
  return { ...at, line: at.line + lines.length - 1, column: indentation + column + 1 };
}
