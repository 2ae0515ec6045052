/** What begins with `(`. */
import { everything } from "./char-set.ts";
import { empty, type Node } from "./node.ts";
import type { Options, ParserState } from "./parser-state.ts";
import { PatternError } from "./pattern-error.ts";
import { codeOf, isDigit, type Reader } from "./reader.ts";
import { beginsReference, readBackreference, readCall, readDefinedName } from "./references.ts";

/** Reads a group, its `(` taken. */
export function parseGroup(state: ParserState): Node {
  const { reader } = state;
  if (reader.atEnd) throw new PatternError("end pattern with unmatched parenthesis");
  if (reader.takes("?")) return extendedGroup(state);
  if (reader.takes("*")) return namedCallout(reader);
  return capturing(state, state.addGroup());
}

function capturing(state: ParserState, number: number): Node {
  return { type: "group", number, body: state.groupBody() };
}

function extendedGroup(state: ParserState): Node {
  const { reader } = state;
  if (reader.atEnd) throw new PatternError("end pattern in group");
  const call = perlCall(state);
  if (call !== undefined) return call;
  const character = String.fromCodePoint(reader.next());
  switch (character) {
    case ":":
      return state.groupBody();
    case "=":
    case "!":
      return { type: "look", behind: false, negative: character === "!", body: state.groupBody() };
    case ">":
      return { type: "atomic", body: state.groupBody() };
    case "'":
      return capturing(state, state.addGroup(readDefinedName(reader, "'")));
    case "<":
      return angleGroup(state);
    case "~":
      return absentGroup(state);
    case "(":
      return conditional(state);
    case "{":
      return contentsCallout(reader);
    default:
      return optionGroup(state, character);
  }
}

/** `(?R)`, `(?&name)`, `(?1)`, `(?-1)`, `(?+1)`. */
function perlCall(state: ParserState): Node | undefined {
  const { reader } = state;
  if (reader.sees("R") && reader.peek(1) === codeOf(")")) {
    reader.position += 2;
    state.callsWhole = true;
    return { type: "call", group: 0, name: "R", byName: false };
  }
  if (reader.takes("&")) return readCall(state, "(");
  const isSigned = reader.sees("-") || reader.sees("+");
  return isDigit(reader.peek(isSigned ? 1 : 0)) ? readCall(state, "(") : undefined;
}

function angleGroup(state: ParserState): Node {
  const { reader } = state;
  if (reader.atEnd) throw new PatternError("end pattern with unmatched parenthesis");
  const isPositive = reader.takes("=");
  if (isPositive || reader.takes("!")) {
    return { type: "look", behind: true, negative: !isPositive, body: state.groupBody() };
  }
  return capturing(state, state.addGroup(readDefinedName(reader, "<")));
}

/** `(?~absent)`, `(?~|absent|body)`, `(?~|absent)` and `(?~|)`. */
function absentGroup(state: ParserState): Node {
  const { reader } = state;
  if (reader.atEnd) throw new PatternError("end pattern in group");
  const hasBar = reader.takes("|");
  if (hasBar && reader.atEnd) throw new PatternError("end pattern in group");
  if (hasBar && reader.takes(")")) return { type: "absentEnd" };
  const inside = state.groupBody();
  if (!hasBar) return { type: "absent", absent: inside, body: anything };
  if (inside.type !== "alternatives") return { type: "absent", absent: inside, body: undefined };
  const [absent = empty, ...rest] = inside.items;
  return { type: "absent", absent, body: rest.length === 1 ? rest[0]! : { type: "alternatives", items: rest } };
}

const anything: Node = {
  type: "repeat",
  body: { type: "set", set: everything },
  min: 0,
  max: Infinity,
  greedy: true,
};

/** `(?(test)then|else)`, or `(?(reference))` alone. */
function conditional(state: ParserState): Node {
  const { reader } = state;
  if (reader.atEnd || reader.peek(1) === -1) throw new PatternError("end pattern in group");
  const test = condition(state);
  if (reader.atEnd) throw new PatternError("end pattern in group");
  if (reader.takes(")")) {
    if (test.type !== "check") throw new PatternError("invalid if-else syntax");
    return test;
  }
  if (reader.takes("|")) return { type: "condition", test, met: empty, unmet: state.groupBody() };
  const body = state.groupBody();
  if (body.type !== "alternatives") return { type: "condition", test, met: body, unmet: empty };
  const [met = empty, ...rest] = body.items;
  const other: Node = rest.length === 1 ? rest[0]! : { type: "alternatives", items: rest };
  return { type: "condition", test, met, unmet: other };
}

function condition(state: ParserState): Node {
  const { reader } = state;
  const start = reader.position;
  if (beginsReference(reader)) {
    const enclosing = ["<", "'"].find((character) => reader.takes(character));
    if (enclosing !== undefined) {
      const check = readBackreference(state, enclosing, "check");
      if (!reader.takes(")")) throw new PatternError("end pattern in group");
      return check;
    }
    if (/^[-+]?\d+([-+]\d+)?\)/.test(reader.slice(start, start + 30))) return readBackreference(state, "(", "check");
  }
  return state.groupBody();
}

const optionNames = "-imsx";

/** What `(?i)` is in the tree; it cannot be repeated. */
export const optionsOnly: Node = { type: "empty" };

/** `(?i-x)`: from here to the end of the group around it. `(?i-x:…)`: for what is inside. */
function optionGroup(state: ParserState, first: string): Node {
  const { reader } = state;
  let options: Options = state.options;
  let isOn = true;
  if (first === ")") throw new PatternError("undefined group option");
  for (let character = first; ; character = String.fromCodePoint(reader.next())) {
    if (character === ")") {
      state.options = options;
      return optionsOnly;
    }
    if (character === ":") return { type: "options", body: state.groupBody(options) };
    if (!optionNames.includes(character)) throw new PatternError("undefined group option");
    if (character === "-") isOn = false;
    else options = withOption(options, character, isOn);
    if (reader.atEnd) throw new PatternError("end pattern in group");
  }
}

function withOption(options: Options, character: string, isOn: boolean): Options {
  if (character === "i") return { ...options, fold: isOn };
  if (character === "x") return { ...options, extended: isOn };
  if (character === "s") return { ...options, dotAll: isOn };
  return { ...options, multiline: isOn };
}

/** `(?{…})` calls out to the host program; jq has nothing to call, so it matches the empty text. */
function contentsCallout(reader: Reader): Node {
  let depth = 1;
  while (reader.takes("{")) depth++;
  const end = "}".repeat(depth);
  for (;;) {
    if (reader.atEnd) throw new PatternError("invalid callout pattern");
    if (reader.slice(reader.position, reader.position + depth) === end) break;
    reader.next();
  }
  reader.position += depth;
  calloutEnd(reader);
  return empty;
}

/** The tag `[…]` and direction of a callout, up to its `)`. */
function calloutEnd(reader: Reader): void {
  if (reader.atEnd) throw new PatternError("end pattern in group");
  if (reader.takes("[")) while (!reader.atEnd && !reader.takes("]")) reader.next();
  for (const direction of ["X", "<", ">"]) reader.takes(direction);
  if (reader.atEnd) throw new PatternError("end pattern in group");
  if (!reader.takes(")")) throw new PatternError("invalid callout pattern");
}

/** `(*FAIL)`, and the counters, which count for nobody. */
function namedCallout(reader: Reader): Node {
  if (reader.atEnd) throw new PatternError("invalid callout pattern");
  const start = reader.position;
  while (!reader.atEnd && !reader.sees(")") && !reader.sees("[") && !reader.sees("{")) reader.next();
  if (reader.atEnd) throw new PatternError("end pattern in group");
  const name = reader.slice(start, reader.position);
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new PatternError("invalid callout name");
  if (reader.takes("[")) while (!reader.atEnd && !reader.takes("]")) reader.next();
  if (reader.takes("{")) while (!reader.atEnd && !reader.takes("}")) reader.next();
  if (reader.atEnd) throw new PatternError("end pattern in group");
  if (!reader.takes(")")) throw new PatternError("invalid callout pattern");
  if (name === "FAIL") return { type: "fail" };
  if (name === "COUNT" || name === "TOTAL_COUNT") return empty;
  throw new PatternError("undefined callout name");
}
