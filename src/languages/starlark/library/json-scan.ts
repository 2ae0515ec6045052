/** Whether a text is JSON, and what is wrong with it in the words of Go's package encoding/json. */
import { EvalError } from "../values/errors.ts";
import { quoteText } from "../values/quote.ts";
import { encodeRune } from "../values/text.ts";

/** Throws EvalError unless a text (a byte string) is one JSON value. */
export function requireJson(json: string): void {
  const scanner = new Scanner();
  for (let i = 0; i < json.length; i++) scanner.step(json.charCodeAt(i));
  scanner.finish();
}

const maximalDepth = 10_000;

/** What may come next. */
type State =
  | "value"
  | "valueOrEnd"
  | "key"
  | "keyOrEnd"
  | "afterKey"
  | "afterMember"
  | "afterElement"
  | "end"
  | "string"
  | "escape"
  | "unicode"
  | "minus"
  | "zero"
  | "digits"
  | "point"
  | "fraction"
  | "exponent"
  | "exponentSign"
  | "exponentDigits"
  | "literal";

/** What is said of a character that does not fit. */
const contexts: Readonly<Record<Exclude<State, "literal">, string>> = {
  value: "looking for beginning of value",
  valueOrEnd: "looking for beginning of value",
  key: "looking for beginning of object key string",
  keyOrEnd: "looking for beginning of object key string",
  afterKey: "after object key",
  afterMember: "after object key:value pair",
  afterElement: "after array element",
  end: "after top-level value",
  string: "in string literal",
  escape: "in string escape code",
  unicode: "in \\u hexadecimal character escape",
  minus: "in numeric literal",
  zero: "",
  digits: "",
  point: "after decimal point in numeric literal",
  fraction: "",
  exponent: "in exponent of numeric literal",
  exponentSign: "in exponent of numeric literal",
  exponentDigits: "",
};

const literals: ReadonlyMap<string, string> = new Map([
  ["t", "true"],
  ["f", "false"],
  ["n", "null"],
]);

/** Takes one byte after the other, as Go's does: its place is a state and the brackets that are open. */
class Scanner {
  #state: State = "value";
  /** "{" before a colon, ":" after it, "[". */
  readonly #open: string[] = [];
  /** Of the literal or escape that is being read. */
  #expected = "";
  #taken = 0;

  step(code: number): void {
    const char = String.fromCharCode(code);
    if (this.#inToken(char, code)) return;
    if (char === " " || char === "\t" || char === "\r" || char === "\n") return;
    this.#between(char);
  }

  /** Throws EvalError when the text ended too early. */
  finish(): void {
    if (this.#state !== "end") this.step(0x20);
    if (this.#state !== "end") throw new EvalError("unexpected end of JSON input");
  }

  /** Takes a byte of a string, number or literal; false when there is none or it has ended. */
  #inToken(char: string, code: number): boolean {
    switch (this.#state) {
      case "string":
        if (code < 0x20) this.#refuse(char);
        if (char === '"') this.#endValue();
        else if (char === "\\") this.#state = "escape";
        return true;
      case "escape":
        if (!'bfnrt\\/"u'.includes(char)) this.#refuse(char);
        this.#state = char === "u" ? "unicode" : "string";
        this.#taken = 0;
        return true;
      case "unicode":
        if (!/[0-9a-fA-F]/.test(char)) this.#refuse(char);
        if (++this.#taken === 4) this.#state = "string";
        return true;
      case "literal":
        if (char !== this.#expected.charAt(this.#taken)) this.#refuse(char);
        if (++this.#taken === this.#expected.length) this.#endValue();
        return true;
      default:
        return this.#inNumber(char);
    }
  }

  #inNumber(char: string): boolean {
    const digit = char >= "0" && char <= "9";
    switch (this.#state) {
      case "minus":
        if (!digit) this.#refuse(char);
        this.#state = char === "0" ? "zero" : "digits";
        return true;
      case "digits":
        if (digit) return true;
        return this.#afterWhole(char);
      case "zero":
        return this.#afterWhole(char);
      case "point":
        if (!digit) this.#refuse(char);
        this.#state = "fraction";
        return true;
      case "fraction":
        return digit || this.#exponentOrEnd(char);
      case "exponent":
        if (char !== "+" && char !== "-" && !digit) this.#refuse(char);
        this.#state = digit ? "exponentDigits" : "exponentSign";
        return true;
      case "exponentSign":
        if (!digit) this.#refuse(char);
        this.#state = "exponentDigits";
        return true;
      case "exponentDigits":
        if (!digit) this.#endValue();
        return digit;
      default:
        return false;
    }
  }

  #afterWhole(char: string): boolean {
    if (char !== ".") return this.#exponentOrEnd(char);
    this.#state = "point";
    return true;
  }

  #exponentOrEnd(char: string): boolean {
    if (char === "e" || char === "E") {
      this.#state = "exponent";
      return true;
    }
    this.#endValue();
    return false;
  }

  /** Takes a byte that is neither within a token nor white space. */
  #between(char: string): void {
    const state = this.#state;
    if (state === "value" || (state === "valueOrEnd" && char !== "]")) this.#beginValue(char);
    else if ((state === "key" || state === "keyOrEnd") && char === '"') this.#state = "string";
    else if (state === "afterKey" && char === ":") {
      this.#open[this.#open.length - 1] = ":";
      this.#state = "value";
    } else if (state === "afterMember" && char === ",") {
      this.#open[this.#open.length - 1] = "{";
      this.#state = "key";
    } else if (state === "afterElement" && char === ",") this.#state = "value";
    else if (this.#closes(char)) {
      this.#open.pop();
      this.#endValue();
    } else this.#refuse(char);
  }

  #closes(char: string): boolean {
    const state = this.#state;
    if (char === "}") return state === "keyOrEnd" || state === "afterMember";
    return char === "]" && (state === "valueOrEnd" || state === "afterElement");
  }

  #beginValue(char: string): void {
    const literal = literals.get(char);
    if (char === "{" || char === "[") {
      if (this.#open.push(char) > maximalDepth) throw new EvalError("exceeded max depth");
      this.#state = char === "{" ? "keyOrEnd" : "valueOrEnd";
    } else if (char === '"') this.#state = "string";
    else if (char === "-") this.#state = "minus";
    else if (char >= "0" && char <= "9") this.#state = char === "0" ? "zero" : "digits";
    else if (literal === undefined) this.#refuse(char);
    else {
      [this.#state, this.#expected, this.#taken] = ["literal", literal, 1];
    }
  }

  /** A value, or a key, is complete. */
  #endValue(): void {
    const around = this.#open.at(-1);
    if (around === undefined) this.#state = "end";
    else if (around === "[") this.#state = "afterElement";
    else this.#state = around === "{" ? "afterKey" : "afterMember";
  }

  #refuse(char: string): never {
    const shown = char === "'" ? "\\'" : char === '"' ? char : quoteText(encodeRune(char.charCodeAt(0))).slice(1, -1);
    const context =
      this.#state === "literal"
        ? `in literal ${this.#expected} (expecting '${this.#expected.charAt(this.#taken)}')`
        : contexts[this.#state];
    throw new EvalError(`invalid character '${shown}' ${context}`);
  }
}
