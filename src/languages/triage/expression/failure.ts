/** An expression that could not be computed for a resource. */
export class EvaluationError extends Error {
  /** Where in the expression's text; absent until it is known. */
  offset: number | undefined;
  constructor(message: string, offset?: number) {
    super(message);
    this.name = "EvaluationError";
    this.offset = offset;
  }
}
