/** JSON text with line breaks, as Go's json.Indent lays it out. */
import { EvalError } from "../values/errors.ts";
import { toText } from "../values/text.ts";
import type { Thread } from "./builtin.ts";

/**
 * A JSON text (a byte string) laid out: each element on a line of its own that begins with `prefix` and one `unit` per level.
 * Numbers and strings stay as they are written. Throws EvalError when the text is not JSON.
 */
export function indentJson(thread: Thread, json: string, prefix: string, unit: string): string {
  thread.charge(2 * json.length);
  thread.spend(json.length >> 2);
  requireJson(json);
  const writer = new LineWriter(thread, prefix, unit);
  const text = json.trimStart();
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g)) writer.add(token);
  return writer.text + text.slice(text.trimEnd().length);
}

class LineWriter {
  text = "";
  readonly #thread: Thread;
  readonly #prefix: string;
  readonly #unit: string;
  #level = 0;
  /** Whether a bracket was opened and nothing followed yet. */
  #opened = false;

  constructor(thread: Thread, prefix: string, unit: string) {
    this.#thread = thread;
    this.#prefix = prefix;
    this.#unit = unit;
  }

  add(token: string): void {
    if (token === "]" || token === "}") {
      this.#level--;
      if (!this.#opened) this.#breakLine();
      this.#opened = false;
      this.text += token;
      return;
    }
    if (this.#opened) this.#breakLine();
    this.#opened = token === "[" || token === "{";
    if (this.#opened) this.#level++;
    this.text += token === ":" ? ": " : token;
    if (token === ",") this.#breakLine();
  }

  #breakLine(): void {
    const width = this.#prefix.length + this.#unit.length * this.#level;
    this.#thread.charge(width);
    this.#thread.spend(width >> 4);
    this.text += `\n${this.#prefix}${this.#unit.repeat(this.#level)}`;
  }
}

/** Throws EvalError in Go's words, as far as they say what is wrong. */
function requireJson(json: string): void {
  try {
    JSON.parse(toText(json));
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const [, offset] = /at position (\d+)/.exec(message) ?? [];
    const character = offset === undefined ? "" : toText(json).charAt(Number(offset));
    if (character === "") throw new EvalError("unexpected end of JSON input");
    throw new EvalError(`invalid character '${character}'`);
  }
}
