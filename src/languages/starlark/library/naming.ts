import { EvalError } from "../values/errors.ts";

/** Carries out an action; what it throws as an EvalError gets the builtin's name in front, as in "pop: empty set". */
export function named<Result>(name: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (error instanceof EvalError) throw new EvalError(`${name}: ${error.message}`);
    throw error;
  }
}
