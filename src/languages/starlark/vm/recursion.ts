/** Files whose functions may not call themselves. */
import { EvalError } from "../values/errors.ts";
import type { Fiber, Frame } from "./fiber.ts";

/**
 * Throws EvalError when the function of the top frame is under way already. It looks at the code and not at the function value, as
 * a Y combinator makes new ones.
 */
export function refuseRecursion(fiber: Fiber, frame: Frame): void {
  const { code } = frame.function;
  for (let i = fiber.depth - 2; i >= 0; i--) {
    if (fiber.frames[i]!.function.code !== code) continue;
    // The place is that of a call that cannot be made.
    frame.pc = -1;
    throw new EvalError(`function ${code.name} called recursively`);
  }
}
