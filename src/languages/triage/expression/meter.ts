/** Bounds what one expression may cost. */
import { EvaluationError } from "./failure.ts";

/** Steps of one evaluation, and bytes of the texts and lists that it makes. */
const mostSteps = 500_000;
const mostBytes = 16 * 1024 * 1024;

export class ExpressionMeter {
  steps = 0;
  #bytes = 0;

  /** Throws EvaluationError. */
  charge(steps: number): void {
    this.steps += steps;
    if (!(this.steps <= mostSteps)) throw new EvaluationError(`it takes more than ${mostSteps} steps`);
  }

  /** Throws EvaluationError. */
  allocate(bytes: number): void {
    this.#bytes += bytes;
    if (!(this.#bytes <= mostBytes)) throw new EvaluationError(`it takes more than ${mostBytes} bytes`);
  }
}
