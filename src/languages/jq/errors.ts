/** What compilation and evaluation throw. */
import type { Value } from "./value.ts";

/** An error of the program's own world: `error("…")`, a failed builtin. `try` catches it and gets `value`. */
export class JqError extends Error {
  /** What `catch` sees: the text for errors of the builtins, whatever was given to `error`. */
  readonly value: Value;

  constructor(value: Value) {
    super(typeof value === "string" ? value : "(not a string)");
    this.name = "JqError";
    this.value = value;
  }
}

/** The program cannot be compiled. `message` is jq's text without place; `line` and `column` count from 1, in code units. */
export class JqSyntaxError extends Error {
  readonly line: number;
  readonly column: number;
  /** The module the problem is in, `undefined` for the program itself. */
  readonly file: string | undefined;

  constructor(message: string, line: number, column: number, file?: string) {
    super(message);
    this.name = "JqSyntaxError";
    this.line = line;
    this.column = column;
    this.file = file;
  }
}

/** A limit of the evaluation was passed. Nothing in a program catches it. */
export class JqLimitError extends Error {
  readonly limit: "steps" | "bytes" | "depth";

  constructor(limit: JqLimitError["limit"], message: string) {
    super(message);
    this.name = "JqLimitError";
    this.limit = limit;
  }
}
