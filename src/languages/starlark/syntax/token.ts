/** The tokens of Starlark. A token is the text it is called by in error messages. */

/** Tokens that carry a value. */
type Valued = "identifier" | "int literal" | "float literal" | "string literal" | "bytes literal";

type Layout = "newline" | "indent" | "outdent" | "end of file";

const blockWords = ["def", "elif", "else", "for", "if", "while"] as const;
const lineWords = ["break", "continue", "load", "pass", "return"] as const;
const expressionWords = ["and", "in", "lambda", "not", "or"] as const;
const reservedBlockWords = ["async", "class", "except", "finally", "try", "with"] as const;
const reservedLineWords = [
  "as",
  "await",
  "del",
  "from",
  "global",
  "import",
  "is",
  "nonlocal",
  "raise",
  "yield",
] as const;

/** Words with a meaning. */
export const keywords = [...blockWords, ...lineWords, ...expressionWords] as const;
/** Words of Python that Starlark reserves and does not use. */
export const reservedWords = [...reservedBlockWords, ...reservedLineWords] as const;

const words = [...keywords, ...reservedWords] as const;

const longOperators = ["<<=", ">>=", "//=", "<<", ">>", "//", "**", "==", "!=", "<=", ">="] as const;
const assignments = ["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="] as const;
const operators = ["=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "~"] as const;
const marks = [",", ";", ":", ".", "(", ")", "[", "]", "{", "}"] as const;

/** All punctuation; of two tokens that begin alike the longer one is first. */
export const punctuationLongestFirst = [...longOperators, ...assignments, ...operators, ...marks] as const;

/** "not in" is made by the parser of "not" and "in". */
export type Token = Valued | Layout | (typeof words)[number] | (typeof punctuationLongestFirst)[number] | "not in";

const tokens: ReadonlyMap<string, Token> = new Map(words.map((word) => [word, word]));
const punctuation: ReadonlySet<string> = new Set(punctuationLongestFirst);

/** The token of a word: a keyword, a reserved word or "identifier". */
export function tokenOfWord(word: string): Token {
  return tokens.get(word) ?? "identifier";
}

/** A token as error messages show it: punctuation in quotes. */
export function showToken(token: Token): string {
  return punctuation.has(token) ? `'${token}'` : token;
}
