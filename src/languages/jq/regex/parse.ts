/** Oniguruma's syntax PERL_NT, as jq 1.6 has it with Oniguruma 6.9.8: a pattern to its tree. */
import { foldedSet, sequencesOf } from "./case-fold.ts";
import { CharSet, everything, notNewline } from "./char-set.ts";
import { braceCodes, braceProperty, byteCount, decodeBytes, plainEscape, typeSet } from "./escapes.ts";
import { type AnchorKind, empty, type Node, type Pattern, type RepeatNode } from "./node.ts";
import { parseClass } from "./parse-class.ts";
import { optionsOnly, parseGroup } from "./parse-group.ts";
import { maxRepeatDepth, type Options, ParserState } from "./parser-state.ts";
import { PatternError } from "./pattern-error.ts";
import { codeOf, isOctalDigit, Reader } from "./reader.ts";
import { readBackreference, readCall, readNumberedBackreference } from "./references.ts";
import { isNestedRepeat, nestRepeats } from "./repeats.ts";

const maxRepeat = 100_000;

/** Parses a pattern. Throws `PatternError` with Oniguruma's message. */
export function parsePattern(text: string, options: Options): Pattern {
  const state = new ParserState(new Reader(text), options, alternatives);
  const body = alternatives(state);
  if (!state.reader.atEnd) throw new PatternError("unmatched close parenthesis");
  const root: Node = state.callsWhole ? { type: "group", number: 0, body } : body;
  return { root, groupCount: state.groupCount, names: state.names, callsWhole: state.callsWhole };
}

function alternatives(state: ParserState): Node {
  const items = [branch(state)];
  while (state.reader.takes("|")) items.push(branch(state));
  return items.length === 1 ? items[0]! : { type: "alternatives", items };
}

function branch(state: ParserState): Node {
  const { reader } = state;
  const items: Node[] = [];
  const joined: JoinedTexts = new Map();
  for (skipIgnored(state); !reader.atEnd && !reader.sees("|") && !reader.sees(")"); skipIgnored(state)) {
    for (const item of repeated(state)) append(items, item, joined);
    if (items.at(-1) === optionsOnly) items[items.length - 1] = state.deeper(() => branch(state));
  }
  if (items.length === 0) return empty;
  return items.length === 1 ? items[0]! : { type: "list", items };
}

/** The texts that were put together, with their characters, which may still be added to. */
type JoinedTexts = Map<Node, number[]>;

/** Texts that follow each other are one. */
function append(items: Node[], item: Node, joined: JoinedTexts): void {
  const last = items.at(-1);
  if (item.type !== "text" || last?.type !== "text" || last.fold !== item.fold) {
    items.push(item);
    return;
  }
  const codes = joined.get(last);
  if (codes !== undefined) {
    for (const code of item.codes) codes.push(code);
    return;
  }
  const both = [...last.codes, ...item.codes];
  const text: Node = { ...last, codes: both };
  joined.set(text, both);
  items[items.length - 1] = text;
}

/** Comments anywhere; spaces and `#` to the end of the line in the extended form. */
function skipIgnored(state: ParserState): void {
  const { reader } = state;
  for (;;) {
    if (reader.sees("(") && reader.peek(1) === codeOf("?") && reader.peek(2) === codeOf("#")) skipComment(reader);
    else if (!state.options.extended) return;
    else if (reader.takes("#")) while (!reader.atEnd && reader.next() !== 10);
    else if (!" \t\n\r\f".includes(String.fromCodePoint(Math.max(reader.peek(), 0)))) return;
    else reader.next();
  }
}

function skipComment(reader: Reader): void {
  reader.position += 3;
  while (!reader.takes(")")) {
    if (reader.atEnd) throw new PatternError("end pattern in group");
    if (reader.next() === codeOf("\\")) reader.next();
  }
}

/** One item and the repetitions after it: of `\Qab\E*`, only the b is repeated. */
function repeated(state: ParserState): Node[] {
  const items = atom(state);
  let item = items.pop() ?? empty;
  if (item === optionsOnly) return [item];
  skipIgnored(state);
  let depth = 0;
  for (let repeat = readRepeat(state.reader); repeat !== undefined; repeat = readRepeat(state.reader)) {
    if (cannotRepeat(item)) throw new PatternError("target of repeat operator is invalid");
    if (++depth > maxRepeatDepth && isNestedRepeat(item)) throw new PatternError("parse depth limit over");
    item = applyRepeat(item, repeat);
    skipIgnored(state);
  }
  items.push(item);
  return items;
}

type Repeat = Omit<RepeatNode, "body" | "type"> & { possessive: boolean };

function applyRepeat(body: Node, { min, max, greedy, possessive }: Repeat): Node {
  const node: Node = min === 1 && max === 1 ? body : nestRepeats({ type: "repeat", body, min, max, greedy });
  return possessive ? { type: "atomic", body: node } : node;
}

function cannotRepeat(node: Node): boolean {
  switch (node.type) {
    case "anchor":
    case "look":
    case "keep":
    case "fail":
    case "absentEnd":
      return true;
    case "alternatives":
      return node.items.some(cannotRepeat);
    default:
      return false;
  }
}

const simpleRepeats = new Map([
  [codeOf("*"), [0, Infinity]],
  [codeOf("+"), [1, Infinity]],
  [codeOf("?"), [0, 1]],
]);

function readRepeat(reader: Reader): Repeat | undefined {
  let bounds: readonly number[] | undefined = simpleRepeats.get(reader.peek());
  if (bounds !== undefined) reader.next();
  else if (reader.sees("{")) bounds = readInterval(reader);
  if (bounds === undefined) return undefined;
  const [min = 0, max = 0] = bounds;
  if (reader.takes("?")) return { min, max, greedy: false, possessive: false };
  return { min, max, greedy: true, possessive: reader.takes("+") };
}

/** `{2}`, `{2,}`, `{2,3}`; anything else is text. */
function readInterval(reader: Reader): [number, number] | undefined {
  const start = reader.position;
  reader.next();
  const from = reader.position;
  const min = bound(reader);
  if (reader.position > from) {
    let max = min;
    if (reader.takes(",")) {
      const second = reader.position;
      max = bound(reader);
      if (reader.position === second) max = Infinity;
    }
    if (reader.takes("}")) {
      if (max < min) throw new PatternError("upper is smaller than lower in repeat range");
      return [min, max];
    }
  }
  reader.position = start;
  return undefined;
}

function bound(reader: Reader): number {
  const number = reader.decimal();
  if (number === undefined || number > maxRepeat) throw new PatternError("too big number for repeat range");
  return number;
}

function atom(state: ParserState): Node[] {
  const { reader, options } = state;
  if (reader.sees("{") && readRepeat(reader) !== undefined) throw noTarget();
  const character = String.fromCodePoint(reader.next());
  switch (character) {
    case "*":
    case "+":
    case "?":
      throw noTarget();
    case "\\":
      return escape(state);
    case "(":
      return [parseGroup(state)];
    case "[":
      return [bracket(state)];
    case ".":
      return [{ type: "set", set: options.dotAll ? everything : notNewline }];
    case "^":
      return [anchor(options.multiline ? "lineStart" : "textStart")];
    case "$":
      return [anchor(options.multiline ? "lineEnd" : "textEndOrNewline")];
    default:
      return [text(state, [codeOf(character)])];
  }
}

const noTarget = (): PatternError => new PatternError("target of repeat operator is not specified");
const anchor = (kind: AnchorKind): Node => ({ type: "anchor", kind });

function text(state: ParserState, codes: readonly number[]): Node {
  return { type: "text", codes, fold: state.options.fold };
}

function bracket(state: ParserState): Node {
  const { set, negated } = parseClass(state.reader);
  if (!state.options.fold) return { type: "set", set: negated ? set.invert() : set };
  const folded = foldedSet(set);
  if (negated) return { type: "set", set: folded.invert() };
  const sequences = sequencesOf(folded).map((codes): Node => ({ type: "text", codes, fold: true }));
  const one: Node = { type: "set", set: folded };
  return sequences.length === 0 ? one : { type: "alternatives", items: [one, ...sequences] };
}

const anchors = new Map<string, AnchorKind>([
  ["A", "textStart"],
  ["Z", "textEndOrNewline"],
  ["z", "textEnd"],
  ["G", "searchStart"],
  ["b", "wordBoundary"],
  ["B", "notWordBoundary"],
  ["y", "graphemeBoundary"],
  ["Y", "notGraphemeBoundary"],
]);

function escape(state: ParserState): Node[] {
  const { reader } = state;
  if (reader.atEnd) throw new PatternError("end pattern at escape");
  const letter = String.fromCodePoint(reader.peek());
  const kind = anchors.get(letter);
  const set = typeSet(letter);
  if (kind === undefined && set === undefined) return longEscape(state, letter) ?? [text(state, [plainEscape(reader)])];
  reader.next();
  return [kind === undefined ? { type: "set", set: set! } : anchor(kind)];
}

/** Escapes of more than a letter, and those of a meaning of their own. */
function longEscape(state: ParserState, letter: string): Node[] | undefined {
  const { reader } = state;
  const isQuoted = reader.peek(1) === codeOf("<") || reader.peek(1) === codeOf("'");
  if (letter === "k" && isQuoted) {
    reader.next();
    return [readBackreference(state, String.fromCodePoint(reader.next()), "backref")];
  }
  if (letter === "g" && isQuoted) {
    reader.next();
    return [readCall(state, String.fromCodePoint(reader.next()))];
  }
  if (letter === "p" || letter === "P") {
    if (reader.peek(1) !== codeOf("{")) return undefined;
    reader.position += 2;
    return [{ type: "set", set: braceProperty(reader, letter === "P") }];
  }
  if (letter === "Q") return quoted(state);
  if (letter >= "0" && letter <= "9") return digits(state, letter);
  if (letter === "x" || letter === "o") return numbered(state, letter);
  const node = special.get(letter);
  if (node !== undefined) reader.next();
  return node === undefined ? undefined : [node];
}

const lineBreak: Node = {
  type: "atomic",
  body: {
    type: "alternatives",
    items: [
      { type: "text", codes: [13, 10], fold: false },
      { type: "set", set: CharSet.of([10, 13, 0x85, 0x85, 0x2028, 0x2029]) },
    ],
  },
};

const special = new Map<string, Node>([
  ["K", { type: "keep" }],
  ["R", lineBreak],
  ["N", { type: "set", set: notNewline }],
  ["O", { type: "set", set: everything }],
  ["X", { type: "grapheme" }],
]);

/** `\Q…\E`: everything between is text. */
function quoted(state: ParserState): Node[] {
  const { reader } = state;
  reader.next();
  const codes: number[] = [];
  while (!reader.atEnd && !(reader.sees("\\") && reader.peek(1) === codeOf("E"))) codes.push(reader.next());
  if (!reader.atEnd) reader.position += 2;
  return codes.map((code) => text(state, [code]));
}

/** A reference to a group, or an octal number. */
function digits(state: ParserState, letter: string): Node[] {
  const { reader } = state;
  const reference = letter === "0" ? undefined : readNumberedBackreference(state);
  if (reference !== undefined) return [reference];
  if (!isOctalDigit(reader.peek())) {
    reader.next();
    return [text(state, [codeOf(letter)])];
  }
  return bytes(state, reader.octal(3));
}

function numbered(state: ParserState, letter: "x" | "o"): Node[] {
  const { reader } = state;
  reader.next();
  if (reader.sees("{")) {
    const codes = braceCodes(reader, letter === "x" ? 16 : 8);
    if (codes !== undefined) return codes.map((code) => characterOf(state, code));
  }
  if (letter === "o" || reader.atEnd || reader.sees("{")) return [text(state, [codeOf(letter)])];
  return bytes(state, reader.hexadecimal(2));
}

function characterOf(state: ParserState, code: number): Node {
  return code > 0x10ffff ? { type: "alternatives", items: [{ type: "fail" }] } : text(state, [code]);
}

/** Bytes that are written one by one make a character. */
function bytes(state: ParserState, first: number): Node[] {
  if (first > 0xff) throw new PatternError("too big number");
  const { reader } = state;
  const found = [first];
  while (found.length < byteCount(first)) found.push(nextByte(reader));
  const code = decodeBytes(found);
  return [code === undefined ? { type: "alternatives", items: [{ type: "fail" }] } : text(state, [code])];
}

function nextByte(reader: Reader): number {
  const isByte = reader.sees("\\") && (reader.peek(1) === codeOf("x") || isOctalDigit(reader.peek(1)));
  if (!isByte) throw new PatternError("too short multibyte code string");
  reader.next();
  return reader.takes("x") ? reader.hexadecimal(2) : reader.octal(3);
}
