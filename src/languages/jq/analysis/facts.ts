/** What a program says of itself without being run: what it calls, and which parts of its input and of variables it reads. */
import { libraryOf } from "../compile/library.ts";
import { intrinsicNames } from "../compile/emit-call.ts";
import type { CompileOptions } from "../jq.ts";
import { parseJq } from "../syntax/parse.ts";
import type { Call, FunctionDefinition, Node, Source } from "../syntax/tree.ts";
import { childrenOf } from "../syntax/walk.ts";
import { readsOf } from "./reads.ts";

/** A call of something that the program does not define itself. */
export interface FunctionUse {
  /** `name/arity` */
  readonly name: string;
  /** Where it stands, in code units. */
  readonly at: number;
}

/** A part of the input or of a variable. */
export interface Part {
  /** The variable's name without `$`; `null` for the input. */
  readonly variable: string | null;
  /** Names of members; `null` for an element, or for a member whose name is computed. */
  readonly path: readonly (string | null)[];
}

/** What can be known of a program from its text. */
export interface ProgramFacts {
  readonly source: Source;
  /** Functions of the library that are called, and undefined ones; each as often as it is called. */
  readonly calls: readonly FunctionUse[];
  /** Those that neither the program nor the library defines. What modules define is not known here, so names with `::` are none. */
  readonly undefinedFunctions: readonly FunctionUse[];
  /**
   * What the program looks at, each part once, as far as it can be told: `.a.b + $c.d` reads `a.b` of the input and `d` of `$c`. What an
   * assignment only writes is not read.
   */
  readonly reads: readonly Part[];
}

/** The facts of a program. Throws `JqSyntaxError` when it cannot be parsed; undefined names are no reason to. */
export function factsOf(
  text: string,
  { level = "1.6", wideObjects }: Pick<CompileOptions, "level" | "wideObjects"> = {},
): ProgramFacts {
  const source = parseJq(text, level, { wideObjects });
  const calls = callsOf(source);
  const { natives, prelude } = libraryOf(level);
  const known = (name: string): boolean =>
    natives.has(name) || prelude.has(name) || intrinsicNames.includes(name) || name.includes("::");
  const reads = readsOf(source, prelude);
  return { source, calls, undefinedFunctions: calls.filter(({ name }) => !known(name)), reads };
}

/** Names that are defined at a place, innermost last. */
type Known = readonly string[];

function callsOf(source: Source): FunctionUse[] {
  const found: FunctionUse[] = [];
  let known: Known = [];
  for (const definition of source.definitions) known = collectDefinition(definition, known, found);
  if (source.body !== null) collect(source.body, known, found);
  return found;
}

function collectDefinition(definition: FunctionDefinition, known: Known, found: FunctionUse[]): Known {
  const after = [...known, `${definition.name}/${definition.parameters.length}`];
  collect(definition.body, [...after, ...definition.parameters.map(({ name }) => `${name}/0`)], found);
  return after;
}

function collect(node: Node, known: Known, found: FunctionUse[]): void {
  if (node.kind === "definition") {
    collect(node.body, collectDefinition(node.definition, known, found), found);
    return;
  }
  if (node.kind === "call" && !known.includes(keyOf(node))) found.push({ name: keyOf(node), at: node.at });
  for (const child of childrenOf(node)) collect(child, known, found);
}

function keyOf(call: Call): string {
  return `${call.name}/${call.args.length}`;
}
