/** What Tab offers in a session. */
import { attributeNames, findAttribute } from "../../languages/starlark/library/attributes.ts";
import type { Session } from "../../languages/starlark/run/session.ts";
import { fromText, toText } from "../../languages/starlark/values/text.ts";
import { uncounted } from "./run-entry.ts";

const keywords = [
  "and",
  "break",
  "continue",
  "def",
  "elif",
  "else",
  "for",
  "if",
  "in",
  "lambda",
  "load",
  "not",
  "or",
  "pass",
  "return",
  "while",
];

/** Ways to go on with a line, and the part of it that they replace: a name, or an attribute of a value that has a name. */
export function complete(session: Session, line: string): [string[], string] {
  const [, object, begun] = /(?:([\w.]+)\.)?(\w*)$/.exec(line)!;
  const words = object === undefined ? [...keywords, ...session.names] : attributesOf(session, object.split("."));
  const fitting = words.filter((word) => word.startsWith(begun!)).toSorted();
  return [[...new Set(fitting)], begun!];
}

function attributesOf(session: Session, path: readonly string[]): string[] {
  const [first, ...rest] = path;
  let value = session.valueOf(fromText(first!));
  for (const name of rest) value = value === undefined ? undefined : findAttribute(uncounted, value, fromText(name));
  return value === undefined ? [] : attributeNames(value).map((name) => toText(name));
}
