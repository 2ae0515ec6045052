/** Int and float literals (specification: Integer literals, Floating-point literals). */
import { SyntaxProblem } from "./problem.ts";

export interface NumberLiteral {
  isFloat: boolean;
  /** A bigint past the safe integers. */
  value: number | bigint;
  /** Offset after the literal. */
  end: number;
}

const dot = 0x2e;

/** Characters of integers of 262,144 bits, by radix: larger ones are refused by every operator. */
const longestInt = new Map([
  [2, 262_146],
  [8, 87_384],
  [10, 78_914],
  [16, 65_538],
]);

/** Reads the literal that begins at `start`, with a digit or with a dot before a digit. Throws SyntaxProblem. */
export function readNumber(text: string, start: number): NumberLiteral {
  const radix = text.charCodeAt(start) === 0x30 ? radixOf(text.charCodeAt(start + 1)) : 10;
  if (radix !== 10) return readPrefixed(text, start, radix);
  let end = skipDigits(text, start, 10);
  const wholeEnd = end;
  if (text.charCodeAt(end) === dot) end = skipDigits(text, end + 1, 10);
  if (isExponent(text.charCodeAt(end))) end = skipExponent(text, end + 1);
  if (end === wholeEnd) return readDecimal(text, start, end);
  const value = Number(text.slice(start, end));
  if (!Number.isFinite(value)) throw new SyntaxProblem("invalid float literal", end);
  return { isFloat: true, value, end };
}

/** 0x1f, 0o17, 0b101. */
function readPrefixed(text: string, start: number, radix: number): NumberLiteral {
  const end = skipDigits(text, start + 2, radix);
  if (end === start + 2) {
    if (radix === 16) throw new SyntaxProblem("invalid hex literal", start);
    throw new SyntaxProblem(`invalid ${radix === 8 ? "octal" : "binary"} literal`, end);
  }
  return integer(text.slice(start, end), end, radix);
}

function readDecimal(text: string, start: number, end: number): NumberLiteral {
  const digits = text.slice(start, end);
  if (digits.startsWith("0") && /[1-9]/.test(digits)) {
    if (/[89]/.test(digits)) throw new SyntaxProblem("invalid int literal", start);
    throw new SyntaxProblem(`obsolete form of octal literal; use 0o${digits.slice(1)}`, end);
  }
  return integer(digits, end, 10);
}

function integer(literal: string, end: number, radix: number): NumberLiteral {
  if (literal.length > longestInt.get(radix)!) throw new SyntaxProblem("int literal too large", end);
  const value = Number(literal);
  return { isFloat: false, value: Number.isSafeInteger(value) ? value : BigInt(literal), end };
}

/** A sign must be followed by a digit; without a sign the literal's value decides. */
function skipExponent(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code !== 0x2b && code !== 0x2d) return skipDigits(text, at, 10);
  const end = skipDigits(text, at + 1, 10);
  if (end === at + 1) throw new SyntaxProblem("invalid float literal", end);
  return end;
}

function skipDigits(text: string, from: number, radix: number): number {
  let at = from;
  while (digitValue(text.charCodeAt(at)) < radix) at++;
  return at;
}

/** Past every radix when it is no digit. */
function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : 99;
}

function radixOf(code: number): number {
  const letter = code | 0x20;
  return letter === 0x78 ? 16 : letter === 0x6f ? 8 : letter === 0x62 ? 2 : 10;
}

function isExponent(code: number): boolean {
  return (code | 0x20) === 0x65;
}
