/** JSON text with line breaks, as Go's json.Indent lays it out. */
import type { Thread } from "./builtin.ts";
import { requireJson } from "./json-scan.ts";

/**
 * A JSON text (a byte string) laid out: each element on a line of its own that begins with `prefix` and one `unit` per level.
 * Numbers and strings stay as they are written. Throws EvalError when the text is not JSON.
 */
export function indentJson(thread: Thread, json: string, prefix: string, unit: string): string {
  thread.charge(2 * json.length);
  thread.spend(json.length);
  requireJson(json);
  const writer = new LineWriter(thread, prefix, unit);
  let at = 0;
  for (;;) {
    const start = skipSpace(json, at);
    // White space at the end stays.
    if (start >= json.length) return writer.text + json.slice(at);
    at = tokenEnd(json, start);
    writer.add(json.slice(start, at));
  }
}

function skipSpace(json: string, from: number): number {
  let at = from;
  while (at < json.length && " \t\r\n".includes(json.charAt(at))) at++;
  return at;
}

/** Where the token that begins at `start` ends; the text is valid JSON. */
function tokenEnd(json: string, start: number): number {
  const first = json.charAt(start);
  let end = start + 1;
  if ("[]{},:".includes(first)) return end;
  if (first === '"') {
    for (; json.charAt(end) !== '"'; end++) if (json.charAt(end) === "\\") end++;
    return end + 1;
  }
  while (end < json.length && !" \t\r\n[]{},:".includes(json.charAt(end))) end++;
  return end;
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
    this.#thread.charge(1 + width);
    this.#thread.spend(4 + (width >> 4));
    this.text += `\n${this.#prefix}${this.#unit.repeat(this.#level)}`;
  }
}
