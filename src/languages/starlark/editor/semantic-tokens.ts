/** What the names of a text are, for editors that colour by meaning. */
import type { Analysis } from "../analysis/analysis.ts";
import type { Type } from "../analysis/static-type.ts";
import type { Identifier } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";

/** In the protocol's order: a token's type is its index. */
export const tokenTypes = ["namespace", "parameter", "variable", "property", "function", "method"] as const;

/** A token's modifiers are a sum of 1 << index. */
export const tokenModifiers = ["declaration", "defaultLibrary"] as const;

export interface SemanticToken {
  start: number;
  end: number;
  type: (typeof tokenTypes)[number];
  isDeclaration: boolean;
  /** Whether it is of the language or the API. */
  isSupplied: boolean;
}

/** Every name, in the order of the text; constants and what nothing is known of are left to the grammar. */
export function semanticTokens(analysis: Analysis): SemanticToken[] {
  const tokens = [...names(analysis), ...members(analysis), ...keywords(analysis)];
  let last = 0;
  return tokens
    .filter(({ start, end }) => end > start)
    .toSorted((a, b) => a.start - b.start)
    .filter(({ start, end }) => {
      // In the tree of an unfinished text, places may overlap.
      const isFree = start >= last;
      if (isFree) last = end;
      return isFree;
    });
}

const constants = new Set(["None", "True", "False", "_"]);

function names(analysis: Analysis): SemanticToken[] {
  const loaded = new Set(
    analysis.index.statements("load").flatMap(({ names: list }) => list.map(({ local }) => local)),
  );
  return analysis.index.expressions("identifier").flatMap((identifier): SemanticToken[] => {
    if (constants.has(identifier.name) || loaded.has(identifier)) return [];
    const { pos: start, end } = identifier;
    const variable = analysis.symbols.variables.get(identifier);
    if (variable !== undefined) {
      const type = typeOfVariable(analysis, identifier);
      const isDeclaration = variable.definitions.some((definition) => definition.identifier === identifier);
      return [{ start, end, type, isDeclaration, isSupplied: false }];
    }
    const entry = analysis.knownName(identifier.name);
    if (entry === undefined) return [];
    return [{ start, end, type: kindOf(entry.type, "variable"), isDeclaration: false, isSupplied: true }];
  });
}

function typeOfVariable({ symbols, inference }: Analysis, identifier: Identifier): SemanticToken["type"] {
  const variable = symbols.variables.get(identifier)!;
  if (variable.definitions[0]?.how === "parameter") return "parameter";
  return kindOf(inference.typeOfVariable(variable), "variable");
}

function members({ index, inference }: Analysis): SemanticToken[] {
  return index.expressions("dot").map((dot) => {
    const owner = inference.typeOf(dot.object);
    const entry = inference.memberOf(owner, dot.name);
    const isFunction = entry?.type.kind === "builtin";
    const type = isFunction ? (owner.kind === "module" ? "function" : "method") : kindOf(entry?.type, "property");
    return { start: dot.namePos, end: dot.end, type, isDeclaration: false, isSupplied: isFunction };
  });
}

/** The names of keyword arguments. */
function keywords({ index }: Analysis): SemanticToken[] {
  return index.expressions("call").flatMap((call) =>
    call.arguments.flatMap(({ kind, name, pos }) => {
      if (kind !== "named") return [];
      const end = pos + toText(name!).length;
      return [{ start: pos, end, type: "parameter" as const, isDeclaration: false, isSupplied: false }];
    }),
  );
}

function kindOf(type: Type | undefined, otherwise: "variable" | "property"): SemanticToken["type"] {
  if (type?.kind === "module") return "namespace";
  return type?.kind === "function" || type?.kind === "builtin" ? "function" : otherwise;
}
