/** One token of lookahead, and jq's texts for what does not fit. */
import type { JqSyntaxError } from "../errors.ts";
import type { Level } from "../library/contract.ts";
import { isKeyword, Lexer, type Token, type TokenKind } from "./lexer.ts";

/** How deep filters may stand in each other: far beyond what people write, far below the host's stack. */
const DEEPEST = 400;

/** What the parsers read tokens by. */
export class TokenReader {
  readonly lexer: Lexer;
  readonly level: Level;
  /** Whether values in objects may have operators without parentheses. */
  wideObjects = false;
  token: Token;
  #depth = 0;

  constructor(text: string, level: Level, file: string | undefined) {
    this.lexer = new Lexer(text, level, file);
    this.level = level;
    this.token = this.lexer.next();
  }

  is(kind: TokenKind): boolean {
    return this.token.kind === kind;
  }

  isKeyword(): boolean {
    return isKeyword(this.token.kind);
  }

  advance(): void {
    this.token = this.lexer.next();
  }

  /** Takes a token of `kind`, or says what was `expected` in the grammar's words (nothing when that would be a long list). */
  expect(kind: TokenKind, expected: readonly string[]): void {
    if (!this.is(kind)) throw this.unexpected(expected);
    this.advance();
  }

  /** What the grammar calls a variable, whose `$` is a token of its own in jq 1.6. */
  get variableToken(): string {
    return this.level === "1.6" ? "'$'" : "BINDING";
  }

  /** Takes a `$`, which from jq 1.7 on touches the name. */
  protected takeDollar(expected: readonly string[]): void {
    const isApart =
      this.level !== "1.6" && this.is("$") && !/^[a-zA-Z_]/.test(this.lexer.text.slice(this.lexer.position));
    if (isApart) throw this.unexpected(expected);
    this.expect("$", expected);
  }

  unexpected(expected: readonly string[] = []): JqSyntaxError {
    const list = expected.length === 0 ? "" : `, expecting ${expected.join(" or ")}`;
    const got = this.is("end of input") && this.level !== "1.6" ? "end of file" : tokenName(this.token);
    return this.error(`syntax error, unexpected ${got}${list} (Unix shell quoting issues?)`, this.token.start);
  }

  error(message: string, offset: number): JqSyntaxError {
    return this.lexer.error(message, offset);
  }

  /** Around everything that may nest. */
  protected enter(): void {
    if (++this.#depth > DEEPEST) throw this.error(`filters are nested more than ${DEEPEST} deep`, this.token.start);
  }

  protected leave(): void {
    this.#depth--;
  }
}

const NAMES = new Map([
  ["identifier", "IDENT"],
  ["field", "FIELD"],
  ["literal", "LITERAL"],
  ["format", "FORMAT"],
  ["quote", "QQSTRING_START"],
  ["invalid", "INVALID_CHARACTER"],
  ["end of input", "$end"],
]);

/** What the grammar calls a token. */
function tokenName(token: Token): string {
  const name = NAMES.get(token.kind);
  if (name !== undefined) return name;
  return token.kind.length === 1 ? `'${token.kind}'` : token.kind;
}
