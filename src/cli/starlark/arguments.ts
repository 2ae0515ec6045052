/** The arguments of `autoflow starlark`: flags as Go programs take them, with one dash or two. */
import { superset, type DialectOptions } from "../../languages/starlark/syntax/tree.ts";

export interface StarlarkArguments {
  dialect: DialectOptions;
  /** The program itself. */
  program: string | undefined;
  files: readonly string[];
  showsGlobals: boolean;
}

/** What is said about a flag in the help; those of the reference interpreter first. */
export const flags: readonly { name: string; help: string; value?: string }[] = [
  { name: "c", value: "program", help: "run this program" },
  { name: "recursion", help: "allow recursive functions" },
  {
    name: "globalreassign",
    help: "allow while statements, reassignment of globals, and if, for and while at top level",
  },
  { name: "showenv", help: "on success, print the names that the program bound and their values" },
  { name: "while", help: "allow while statements" },
  { name: "toplevelcontrol", help: "allow if, for and while statements at top level" },
  { name: "loadbindsglobally", help: "make globals of loaded names" },
  { name: "set", help: "allow sets (they are allowed unless one says -set=false)" },
  { name: "superset", help: "allow everything that AutoFlow's scripts may use" },
];

/** Flags of the reference interpreter that change nothing here. */
const withoutEffect = new Set(["float", "lambda", "disassemble"]);

const known = new Set([...flags.map(({ name }) => name), ...withoutEffect]);

/** What is wrong with arguments, as the reference interpreter says it; "" when somebody asks for help. */
export class WrongArguments extends Error {}

/** Reads arguments. Throws WrongArguments. */
export function readArguments(words: readonly string[]): StarlarkArguments {
  const { given, program, rest } = readFlags(words);
  const is = (name: string) => given.get(name) ?? false;
  const recursion = is("recursion");
  const globalReassign = is("globalreassign");
  const dialect = {
    set: given.get("set") ?? true,
    while: globalReassign || is("while"),
    recursion,
    globalReassign,
    topLevelControl: globalReassign || is("toplevelcontrol"),
    loadBindsGlobally: is("loadbindsglobally"),
  };
  return {
    dialect: is("superset") ? superset : dialect,
    program: program === "" ? undefined : program,
    files: rest,
    showsGlobals: is("showenv"),
  };
}

interface Flags {
  given: Map<string, boolean>;
  program: string | undefined;
  rest: readonly string[];
}

/** Flags end at the first word that is none, or after `--`. */
function readFlags(words: readonly string[]): Flags {
  const given = new Map<string, boolean>();
  let program: string | undefined;
  for (let i = 0; ; i++) {
    const word = words[i];
    if (word === undefined || !word.startsWith("-") || word === "-") return finished(given, program, words.slice(i));
    if (word === "--") return finished(given, program, words.slice(i + 1));
    const [, name, value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word)!;
    if (name === "" || name!.startsWith("-")) throw new WrongArguments(`bad flag syntax: ${word}`);
    if (name === "h" || name === "help") throw new WrongArguments("");
    if (!known.has(name!)) throw new WrongArguments(`flag provided but not defined: -${name}`);
    if (name !== "c") given.set(name!, value === undefined || truth(name!, value));
    else {
      program = value ?? words[++i];
      if (program === undefined) throw new WrongArguments("flag needs an argument: -c");
    }
  }
}

function finished(given: Map<string, boolean>, program: string | undefined, rest: readonly string[]): Flags {
  return { given, program, rest };
}

function truth(name: string, value: string): boolean {
  if (["1", "t", "T", "true", "TRUE", "True"].includes(value)) return true;
  if (["0", "f", "F", "false", "FALSE", "False"].includes(value)) return false;
  throw new WrongArguments(`invalid boolean value ${JSON.stringify(value)} for -${name}: parse error`);
}
