/** All fibers of a run wait for one another. */
import { EvalError } from "../values/errors.ts";

export class Deadlock extends EvalError {}
