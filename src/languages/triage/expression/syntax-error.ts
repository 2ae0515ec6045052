/** Something that is not of the expressions' language. */
export class ExpressionSyntaxError extends Error {
  /** Where in the text. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.name = "ExpressionSyntaxError";
    this.offset = offset;
  }
}
