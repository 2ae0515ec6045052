/**
 * What is done when a run ends: the calls that it deferred, in its first fiber, after all else has been unwound. The outcome is
 * fixed before; nothing that a deferred call does changes it.
 */
import type { Outcome } from "../../../core/program.ts";
import type { Tuple, Value } from "../values/value.ts";

export class Cleanup {
  /** Each a tuple of a function, its arguments and its named arguments; the last one is called first. */
  readonly calls: Tuple[] = [];
  /** Present once the deferred calls are under way. */
  outcome: Outcome | undefined;
  /** Steps of the run when they began: they may take as many as a whole run. */
  stepsBefore = 0;

  get isPending(): boolean {
    return this.outcome === undefined && this.calls.length > 0;
  }

  visit(each: (value: Value) => void): void {
    for (const call of this.calls) each(call);
  }
}
