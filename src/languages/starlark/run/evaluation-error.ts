import type { Location } from "../../../core/errors.ts";
import type { Problem } from "../syntax/problem.ts";
import type { ScriptFailure } from "../vm/unwind.ts";

/** Why a file could not be evaluated, or a function call failed. */
export class EvaluationError extends Error {
  /** What the parser and resolver found; empty when evaluation failed. */
  readonly problems: readonly Problem[];
  readonly failure: ScriptFailure | undefined;
  readonly where: Location | undefined;

  constructor(message: string, problems: readonly Problem[], failure?: ScriptFailure) {
    super(message);
    this.name = "EvaluationError";
    this.problems = problems;
    this.failure = failure;
    this.where = failure?.where ?? problems[0]?.where;
  }
}
