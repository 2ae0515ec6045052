/** Texts that are nearly programs, or none at all: for what the scanner, the parser and the resolver say. */
import { Random } from "./random.ts";
import { generateProgram } from "./program.ts";

const pieces = [
  ...Array.from("()[]{}:;,.=+-*/%&|^~<>!@#$?`\\'\"\n\t _0123456789abexr"),
  ...Array.from("\u00e9\u00a0\u2028\ufeff\u{1f600}\u0000\u0001\u007f\ud800"),
  "\r",
  "\r\n",
  "    ",
  '"""',
  "'''",
  "**",
  "//",
  "//=",
  "<<",
  ">>",
  "<<=",
  ">>=",
  "==",
  "!=",
  "<=",
  ">=",
  "+=",
  "-=",
  "*=",
  "|=",
  "->",
  ":=",
  "and",
  "or",
  "not",
  "in",
  "not in",
  "if",
  "else",
  "elif",
  "for",
  "while",
  "def",
  "lambda",
  "return",
  "pass",
  "break",
  "continue",
  "load",
  "load('a.star', 'b')",
  "class",
  "is",
  "import",
  "as",
  "with",
  "try",
  "yield",
  "del",
  "raise",
  "async",
  "await",
  "nonlocal",
  "global",
  "assert",
  "except",
  "finally",
  "from",
  "0x",
  "0b",
  "0o",
  "01",
  "08",
  "1e",
  "1.5e+",
  "0xg",
  "1_000",
  "1__",
  ".5.",
  "1e5x",
  "0b12",
  "0o8",
  "1.e",
  "5l",
  "\\x4",
  "\\xff",
  "\\u12",
  "\\ud800",
  "\\U00110000",
  "\\400",
  "\\8",
  "\\z",
  "\\",
  "\\\n",
  'b"\\xff"',
  'r"\\"',
  "rb''",
  "def f():",
  "def f(a, a): pass",
  "def f(*, **k): pass",
  "lambda *: 0",
  "f(**a, b)",
  "f(a=1, a=2)",
  "x = y = 1",
  "a < b < c",
  "(a, b) = 1",
  "[a] += 1",
  "f() = 1",
  "1 = 2",
  "a.b, c[0] = 1, 2",
  "for x in y: pass",
  "return 1",
  "break",
  "if x:\n  pass\n else:\n  pass",
  "x\n  y",
  "\tx",
  "{a: b, c}",
  "{a, b}",
  "[x for]",
  "(x for x in y)",
  "a if b",
  "a, = 1,",
  "a, ",
  "()",
  "(,)",
  "[,]",
  "f(,)",
  "f(a,)",
  "lambda a: b, c",
  "not not a",
  "- - 1",
  "~ not a",
  "x[:, 1]",
  "x[]",
];

/** A valid program with some of its tokens and characters changed. */
export function mutatedProgram(seed: number): string {
  const random = new Random(seed ^ 0x5eed);
  let text = generateProgram(seed);
  // Small ones: what is wrong late in a large program is rarely reached.
  const lines = text.split("\n");
  const from = random.below(lines.length);
  if (random.chance(0.8)) text = lines.slice(from, from + random.between(1, 6)).join("\n");
  for (let changes = random.between(1, 3); changes > 0; changes--)
    text = random.chance(0.6) ? inTokens(text, random) : inCharacters(text, random);
  return text;
}

/** Pieces of the language in any order. */
export function arbitraryText(seed: number): string {
  const random = new Random(seed ^ 0xb17e5);
  const words = random.several(1, random.pick([4, 8, 30]), () => {
    const piece = random.pick(pieces);
    return random.chance(0.5) ? `${piece} ` : piece;
  });
  return wellFormed(words.join(""));
}

function inTokens(text: string, random: Random): string {
  const tokens =
    text.match(/\n[ \t]*|[ \t]+|\w+|"[^"\n]*"|'[^'\n]*'|\*\*|\/\/=?|<<=?|>>=?|[=!<>+\-*/%&|^]=|[\s\S]/gu) ?? [];
  const at = random.below(tokens.length + 1);
  switch (random.below(6)) {
    case 0:
      tokens.splice(at, random.between(1, 3));
      break;
    case 1:
      tokens.splice(at, 0, random.pick(pieces));
      break;
    case 2:
      tokens.splice(at, 1, random.pick(pieces));
      break;
    case 3:
      tokens.splice(at, 0, random.pick(tokens) ?? "");
      break;
    case 4: {
      const other = random.below(tokens.length + 1);
      [tokens[at], tokens[other]] = [tokens[other] ?? "", tokens[at] ?? ""];
      break;
    }
    default:
      tokens.splice(at, tokens.length, ...(random.chance(0.5) ? [] : ["\n"]));
  }
  return wellFormed(tokens.join(""));
}

function inCharacters(text: string, random: Random): string {
  const characters = Array.from(text);
  const at = random.below(characters.length + 1);
  const added = random.chance(0.7)
    ? random.pick(pieces)
    : String.fromCodePoint(random.pick([random.below(128), random.below(0x3000)]));
  characters.splice(at, random.below(3), ...(random.chance(0.8) ? [added] : []));
  return wellFormed(characters.join(""));
}

/** Files are UTF-8, which has no lone surrogates. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}
