/** References to groups by name, number and relative number, with a level or without: `<name>`, `<2>`, `<-1+0>`. */
import type { CallNode, ReferenceNode } from "./node.ts";
import type { ParserState } from "./parser-state.ts";
import { PatternError, shownName } from "./pattern-error.ts";
import { knownSet } from "./properties.ts";
import { codeOf, isDigit, type Reader } from "./reader.ts";

const maxBackreference = 1000;

/** What ends a name that begins with this character. */
const nameEnds = new Map([
  ["<", ">"],
  ["'", "'"],
  ["(", ")"],
]);

interface Name {
  text: string;
  /** Set when the name is a number. */
  number: number | undefined;
  isRelative: boolean;
  level: number | undefined;
}

const invalidName = (name: string): PatternError => new PatternError(`invalid group name <${shownName(name)}>`);
const invalidBackreference = (): PatternError => new PatternError("invalid backref number/name");

/** The name of a group that is defined, its opening character taken. */
export function readDefinedName(reader: Reader, opening: string): string {
  const name = readUpTo(reader, opening);
  const first = name.codePointAt(0)!;
  if (isDigit(first) || name.startsWith("-") || name.startsWith("+")) throw invalidName(name);
  if (!knownSet("word").has(first)) throw invalidCharacter(name);
  return name;
}

/** The text up to the end of a name, which is taken. */
function readUpTo(reader: Reader, opening: string): string {
  const end = nameEnds.get(opening)!;
  const start = reader.position;
  if (reader.atEnd || reader.sees(end)) throw new PatternError("group name is empty");
  while (!reader.atEnd) {
    const at = reader.position;
    const character = String.fromCodePoint(reader.next());
    if (character === end) return reader.slice(start, at);
    if (character === ")") throw invalidName(reader.slice(start, at));
  }
  throw invalidName(reader.slice(start, Math.max(start + 1, reader.position - 1)));
}

function invalidCharacter(name: string): PatternError {
  return new PatternError(`invalid char in group name <${shownName(name)}>`);
}

/** A name that is referred to; a level only where it is allowed. */
function readReference(reader: Reader, opening: string, mayHaveLevel: boolean): Name {
  const start = reader.position;
  if (mayHaveLevel) checkCharacters(reader, opening);
  const whole = readUpTo(reader, opening);
  const leveled = mayHaveLevel ? /^([-+]?.[^-+]*)([-+]\d+)$/su.exec(whole) : null;
  if (mayHaveLevel && leveled === null && /^.+[-+]/su.test(whole))
    throw invalidName(reader.slice(start, reader.codes.length));
  const text = leveled?.[1] ?? whole;
  const level = leveled === null ? undefined : Number(leveled[2]);
  const first = text.codePointAt(0)!;
  const isRelative = text.startsWith("-") || text.startsWith("+");
  if (isRelative || isDigit(first)) {
    if (!/^[-+]?\d+$/.test(text)) throw invalidName(text);
    const number = Number(text);
    if (Math.abs(number) > 0x7fffffff) throw new PatternError("too big number");
    if (isRelative && number === 0) throw invalidName(text);
    return { text, number, isRelative, level };
  }
  if (!knownSet("word").has(first)) throw invalidCharacter(text);
  return { text, number: undefined, isRelative: false, level };
}

/** Names that may have a level hold characters of words only. */
function checkCharacters(reader: Reader, opening: string): void {
  const end = codeOf(nameEnds.get(opening)!);
  const { codes, position: start } = reader;
  const first = codes[start] ?? end;
  if (first === end || isDigit(first) || first === codeOf("-") || first === codeOf("+")) return;
  let isGood = knownSet("word").has(first);
  let at = start + 1;
  for (; at < codes.length && codes[at] !== end && !")-+".includes(String.fromCodePoint(codes[at]!)); at++) {
    isGood &&= knownSet("word").has(codes[at]!);
  }
  if (!isGood) throw invalidCharacter(reader.slice(start, at < codes.length ? at : Math.max(start + 1, at - 1)));
}

/** The number that a relative one means here, 0 or less when there is none. */
function absolute(state: ParserState, number: number): number {
  return number > 0 ? state.groupCount + number : state.groupCount + 1 + number;
}

/** `\k<…>`, or the test of a condition; the opening character has been taken. */
export function readBackreference(state: ParserState, opening: string, type: ReferenceNode["type"]): ReferenceNode {
  const name = readReference(state.reader, opening, true);
  const { fold } = state.options;
  if (name.number !== undefined) {
    const number = name.isRelative ? absolute(state, name.number) : name.number;
    if (number <= 0) throw invalidBackreference();
    return { type, groups: [number], level: name.level, fold };
  }
  const groups = state.names.get(name.text);
  if (groups === undefined) throw new PatternError(`undefined name <${shownName(name.text)}> reference`);
  return { type, groups: [...groups], level: name.level, fold };
}

/** `\g<…>`; the opening character has been taken. */
export function readCall(state: ParserState, opening: string): CallNode {
  const name = readReference(state.reader, opening, false);
  if (name.number === undefined) return { type: "call", group: -1, name: name.text, byName: true };
  const group = name.isRelative ? absolute(state, name.number) : name.number;
  if (group < 0) throw new PatternError(`undefined group <${shownName(name.text)}> reference`);
  if (group === 0) state.callsWhole = true;
  return { type: "call", group, name: name.text, byName: false };
}

/** `\1`, when it is a reference and not an octal number. */
export function readNumberedBackreference(state: ParserState): ReferenceNode | undefined {
  const { reader } = state;
  const start = reader.position;
  const number = reader.decimal();
  if (number === undefined || number > maxBackreference || (number > 9 && number > state.groupCount)) {
    reader.position = start;
    return undefined;
  }
  return { type: "backref", groups: [number], level: undefined, fold: state.options.fold };
}

/** Does the test of a condition begin here that is a reference? */
export function beginsReference(reader: Reader): boolean {
  const code = reader.peek();
  return isDigit(code) || ["-", "+", "<", "'"].some((character) => code === codeOf(character));
}
