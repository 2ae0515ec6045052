/** What is wrong with a source text. */
import type { Location } from "../../../core/errors.ts";

/** A problem as it is reported. The message is starlark-go's; it is text to show, not a byte string. */
export interface Problem {
  message: string;
  where: Location;
}

/** Thrown by the scanner and the parser, caught where parsing began: the first problem of syntax ends parsing. */
export class SyntaxProblem extends Error {
  /** An offset into the text. */
  readonly pos: number;

  constructor(message: string, pos: number) {
    super(message);
    this.name = "SyntaxProblem";
    this.pos = pos;
  }
}
