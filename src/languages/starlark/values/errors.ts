/** What evaluation throws. The VM adds the traceback. */

/** Something the script did wrong; `attempt` can catch it. The text is starlark-go's where programs can match on it. */
export class EvalError extends Error {
  /** Where it happened, when that was in another fiber: lines of a traceback, which end with the message. */
  readonly trace: string | undefined = undefined;

  constructor(message: string) {
    super(message);
    this.name = "EvalError";
  }
}

/** A call whose `*args` or `**kwargs` do not fit: nothing was called yet, so its traceback names no builtin. */
export class SpreadError extends EvalError {}

/** A limit was passed; nothing in the script can catch it. */
export class LimitReached extends Error {
  readonly code:
    | "LIMIT_STEPS"
    | "LIMIT_MEMORY"
    | "LIMIT_DEPTH"
    | "LIMIT_OUTPUT"
    | "LIMIT_STATE"
    | "LIMIT_FIBERS"
    | "LIMIT_OPEN";
  constructor(code: LimitReached["code"], message: string) {
    super(message);
    this.name = "LimitReached";
    this.code = code;
  }
}

/** A whole number as people read it: "1,000,000". */
export function grouped(number: number): string {
  return String(number).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ",");
}
