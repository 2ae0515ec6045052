/** Types as the tables and type comments write them: "string | None", "list of int", "list[str]", "time.time". */
import { any, instance, union, type Type } from "./static-type.ts";

/** Python's names, and words of the tables. */
const synonyms: Readonly<Record<string, string>> = {
  str: "string",
  None: "NoneType",
  duration: "time.duration",
  time: "time.time",
  W: "context",
  Context: "context",
  Response: "response",
  Future: "future",
  Channel: "receive_channel",
};

const known = new Set([
  ..."string bytes int float bool list dict set tuple range NoneType struct module function".split(" "),
  ..."context future receive_channel response secret time.time time.duration event".split(" "),
]);

/** What a text says; what it does not know is any. A record is a dict whose keys can be read as attributes. */
export function parseType(text: string): Type {
  return union(splitOutside(text, "|").map((part) => parseOne(part.trim())));
}

function parseOne(text: string): Type {
  const of = /^(\S+) of (.+)$/.exec(text);
  if (of !== null) return collection(of[1]!, parseType(of[2]!));
  const generic = /^(\w+)\[(.*)\]$/.exec(text);
  if (generic !== null) return collection(generic[1]!, parseType(splitOutside(generic[2]!, ",").at(-1)!));
  if (text === "record") return instance("dict", { record: true });
  const name = synonyms[text] ?? text;
  return known.has(name) ? instance(name) : any;
}

function collection(name: string, element: Type): Type {
  return known.has(name) ? instance(name, { element }) : any;
}

/** Splits where a separator is not inside brackets. */
function splitOutside(text: string, separator: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "[" || character === "(") depth++;
    if (character === "]" || character === ")") depth--;
    if (character === separator && depth === 0) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts;
}

/** The types of a type comment for a function: `# type: (W, Event) -> None`. Undefined for other comments. */
export function parseTypeComment(comment: string): { parameters: string[]; result: string } | undefined {
  const found = /^#\s*type:\s*\((.*)\)\s*->\s*(.+?)\s*$/.exec(comment);
  if (found === null) return undefined;
  const parameters = found[1]!.trim() === "" ? [] : splitOutside(found[1]!, ",").map((part) => part.trim());
  return { parameters, result: found[2]! };
}
