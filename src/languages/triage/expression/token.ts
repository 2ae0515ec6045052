/** Words of an expression. */
export type Token = {
  /** Where in the text. */
  offset: number;
  /** Behind its last character. */
  end: number;
  /** Whether a space stands before it, and whether a line ends there. */
  space: boolean;
  newline: boolean;
} & (
  | { kind: "integer" | "float"; value: number }
  | { kind: "string" | "symbol"; parts: TextPart[] }
  | { kind: "regex"; parts: TextPart[]; flags: string }
  /** `%w[a b]` and `%i[a b]`. */
  | { kind: "words"; items: string[]; areSymbols: boolean }
  /** A name that begins with a small letter; `any?` is one. */
  | { kind: "name"; name: string }
  | { kind: "constant"; name: string }
  /** `name:` before a value. */
  | { kind: "label"; name: string }
  | { kind: "keyword"; name: string }
  | { kind: "operator"; name: string }
  | { kind: "end" }
);

/** Text, or what stands in `#{…}`. */
export type TextPart = string | { tokens: Token[] };

/** Those that are understood, and those that are told not to be. */
export const keywords = new Set([
  "nil",
  "true",
  "false",
  "and",
  "or",
  "not",
  "if",
  "elsif",
  "else",
  "unless",
  "then",
  "end",
  "case",
  "when",
  "do",
  "next",
]);

export const refusedKeywords = new Set([
  "alias",
  "begin",
  "break",
  "class",
  "def",
  "defined?",
  "ensure",
  "for",
  "in",
  "module",
  "redo",
  "rescue",
  "retry",
  "return",
  "self",
  "super",
  "undef",
  "until",
  "while",
  "yield",
  "__method__",
  "__FILE__",
  "__LINE__",
]);
