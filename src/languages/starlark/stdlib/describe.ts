/** What the built-in library offers, from the files themselves: for the reference page, and for its examples, which are tests. */
import { Evaluator } from "../run/evaluate.ts";
import { repr } from "../values/print.ts";
import { Struct } from "../values/struct.ts";
import { toText } from "../values/text.ts";
import type { Value } from "../values/value.ts";
import { StarlarkFunction } from "../vm/function.ts";
import { libraryPaths, libraryText } from "./modules.ts";

/** A file, which has one struct of functions under its own name, or passes on those of other files. */
export interface LibraryFile {
  path: string;
  /** "strings" for "@autoflow//strings.star". */
  name: string;
  doc: string;
  functions: LibraryFunction[];
  /** Names that it has from other files. */
  passedOn: string[];
}

export interface LibraryFunction {
  name: string;
  /** What stands between the parentheses: "text, length, end = \"...\"". */
  parameters: string;
  summary: string;
  /** By the docstring's "Args:". */
  arguments: { name: string; doc: string }[];
  returns: string;
  /** `value` is what the expression comes to; of one that calls GitLab, its calls: "GET user, then GET users/5". */
  examples: { expression: string; value: string }[];
}

/** All files in the order of their names. Throws when one is not as a file of the library has to be. */
export function describeLibrary(): LibraryFile[] {
  return libraryPaths().map(describeFile);
}

function describeFile(path: string): LibraryFile {
  const name = /([^/]+)\.star$/.exec(path)![1]!;
  const text = libraryText(path)!;
  const doc = /^"""(.*?)"""/s.exec(text)?.[1];
  const passedOn = [...text.matchAll(/^(\w+) = _\1$/gm)].map((match) => match[1]!);
  if (passedOn.length > 0) return { path, name, doc: doc ?? "", functions: [], passedOn };
  const names = new Evaluator().evaluate("main.star", `load("${path}", "${name}")\nvalue = ${name}\n`);
  const value = names.get("value");
  if (doc === undefined || !(value instanceof Struct)) throw new Error(`${path} needs a docstring and a struct`);
  const functions = value.names.map((key, i) => describeFunction(toText(key), value.values[i]!));
  return { path, name, doc, functions, passedOn };
}

function describeFunction(name: string, value: Value): LibraryFunction {
  if (!(value instanceof StarlarkFunction)) throw new Error(`${name} is not a function`);
  const { summary, sections } = readDocstring(toText(value.code.doc));
  return {
    name,
    parameters: parametersOf(value),
    summary,
    arguments: entriesOf(sections.get("Args") ?? ""),
    returns: sections.get("Returns") ?? "",
    examples: (sections.get("Example") ?? "").split("\n").flatMap((line) => {
      const [expression, shown] = line.split("  # ");
      return expression === undefined || shown === undefined ? [] : [{ expression, value: shown }];
    }),
  };
}

/** As the program has them: positional ones, what comes after a star, and the defaults. */
function parametersOf({ code, defaults }: StarlarkFunction): string {
  const { parameters, rest, namedRest, locals, keywordOnly } = code;
  const shown = parameters.map((register, i) => {
    const at = code.defaults.indexOf(i);
    return at < 0 ? locals[register]! : `${locals[register]} = ${repr(unlimited, defaults[at]!)}`;
  });
  const positional = shown.slice(0, shown.length - keywordOnly);
  const star = rest >= 0 ? [`*${locals[rest]}`] : keywordOnly > 0 ? ["*"] : [];
  const named = namedRest >= 0 ? [`**${locals[namedRest]}`] : [];
  return toText([...positional, ...star, ...shown.slice(positional.length), ...named].join(", "));
}

const unlimited = { spend: () => {}, charge: () => {}, now: () => 0, print: () => {} };

/** The text in front of the first "Args:", "Returns:" or "Example:", and what is indented below each of these. */
function readDocstring(doc: string): { summary: string; sections: Map<string, string> } {
  const [head = "", ...rest] = doc.split(/^ {4}(Args|Returns|Example):\n/m);
  const sections = new Map<string, string>();
  for (let i = 0; i + 1 < rest.length; i += 2) sections.set(rest[i]!, unindent(rest[i + 1]!));
  return { summary: head.trim().replaceAll(/\s+/g, " "), sections };
}

function unindent(text: string): string {
  return text.replaceAll(/^ {8}/gm, "").trim();
}

function entriesOf(section: string): { name: string; doc: string }[] {
  return section.split(/\n(?! )/).flatMap((entry) => {
    const [, name, doc] = /^(\S+): (.*)$/s.exec(entry) ?? [];
    return name === undefined || doc === undefined ? [] : [{ name, doc: doc.replaceAll(/\s+/g, " ") }];
  });
}
