/** Where things are bound and used: go to definition, references, rename. */
import type { Analysis } from "../analysis/analysis.ts";
import type { Variable } from "../analysis/symbols.ts";
import { textOf } from "../analysis/triggers.ts";
import { tokenOfWord } from "../syntax/token.ts";
import { toText } from "../values/text.ts";
import { originOf, subjectAt, type Place } from "./symbol-at.ts";

/** Where what is at an offset is bound. */
export function definitionsAt(analysis: Analysis, offset: number): Place[] {
  const subject = subjectAt(analysis, offset);
  if (subject?.kind === "file") return [{ path: subject.path, start: 0, end: 0 }];
  if (subject?.kind !== "variable") return [];
  const origin = originOf(subject.variable, subject.analysis);
  const { definitions } = origin.variable;
  const first = definitions.find(({ how }) => how === "def" || how === "parameter") ?? definitions[0];
  return first === undefined ? [] : [placeOf(origin.analysis, first.identifier)];
}

/** Every place of the variable at an offset: bindings and uses, in this file and in those that load it. */
export function referencesAt(analysis: Analysis, offset: number): Place[] {
  const subject = subjectAt(analysis, offset);
  if (subject?.kind !== "variable") return [];
  const origin = ownerOf(subject.variable, subject.analysis);
  const places = placesIn(origin.analysis, origin.variable);
  if (origin.variable.scope.kind === "file") places.push(...placesInOthers(origin.analysis, origin.variable.name));
  if (origin.analysis !== analysis && places.every(({ path }) => path !== analysis.path)) {
    places.push(...loadedPlaces(analysis, origin.analysis, origin.variable.name));
  }
  return places;
}

/** The places in one file of the variable at an offset. */
export function highlightsAt(analysis: Analysis, offset: number): (Place & { isWrite: boolean })[] {
  const subject = subjectAt(analysis, offset);
  const origin = subject?.kind === "variable" ? ownerOf(subject.variable, subject.analysis) : undefined;
  if (origin === undefined) return [];
  const bindings = new Set(origin.variable.definitions.map(({ identifier }) => identifier.pos));
  return referencesAt(analysis, offset)
    .filter(({ path }) => path === analysis.path)
    .map((place) => ({ ...place, isWrite: origin.analysis === analysis && bindings.has(place.start) }));
}

/** What keeps a variable from getting another name; undefined when nothing does. */
export function whyNotRename(analysis: Analysis, offset: number, name: string): string | undefined {
  const subject = subjectAt(analysis, offset);
  if (subject?.kind !== "variable") return "only variables, parameters and functions of scripts can be renamed";
  const origin = ownerOf(subject.variable, subject.analysis);
  if (origin.analysis.path.startsWith("@")) return `${origin.analysis.path} is not part of this project`;
  if (!/^[\p{L}_][\p{L}\p{Nd}_]*$/u.test(name) || tokenOfWord(name) !== "identifier") return `${name} is not a name`;
  return isTaken(origin.variable, origin.analysis, name) ? `there is a ${name} already` : undefined;
}

/** The variable whose name a place has: a name that is loaded under another one is a variable of its own. */
function ownerOf(variable: Variable, analysis: Analysis): { variable: Variable; analysis: Analysis } {
  const [definition] = variable.definitions;
  const isRenamed = definition?.how === "load" && definition.remote !== variable.name;
  return isRenamed ? { variable, analysis } : originOf(variable, analysis);
}

function isTaken(variable: Variable, analysis: Analysis, name: string): boolean {
  if (variable.scope.variables.has(name)) return true;
  return [...analysis.symbols.variables.values()].some((other) => other.name === name && isAround(variable, other));
}

/** Whether another variable is seen where this one is, or the other way round. */
function isAround(variable: Variable, other: Variable): boolean {
  for (let scope = variable.scope.parent; scope !== undefined; scope = scope.parent)
    if (scope === other.scope) return true;
  for (let scope = other.scope.parent; scope !== undefined; scope = scope.parent)
    if (scope === variable.scope) return true;
  return false;
}

function placeOf({ path }: Analysis, { pos, end }: { pos: number; end: number }): Place {
  return { path, start: pos, end };
}

function placesIn(analysis: Analysis, variable: Variable): Place[] {
  const identifiers = new Set([...variable.definitions.map(({ identifier }) => identifier), ...variable.uses]);
  const places = [...identifiers].map((identifier) => placeOf(analysis, withoutQuotes(identifier, analysis.text)));
  return [...places, ...keywordPlaces(analysis, variable)].toSorted((a, b) => a.start - b.start);
}

/** Where calls in the same file pass a parameter by its name. */
function keywordPlaces(analysis: Analysis, variable: Variable): Place[] {
  const [definition] = variable.definitions;
  if (definition?.how !== "parameter") return [];
  return analysis.index.expressions("call").flatMap((call) => {
    const argument = call.arguments.find(({ kind, name }) => kind === "named" && name === variable.name);
    if (argument === undefined) return [];
    const callee = analysis.inference.typeOf(call.callee);
    if (callee.kind !== "function" || callee.node !== definition.function) return [];
    return [{ path: analysis.path, start: argument.pos, end: argument.pos + toText(variable.name).length }];
  });
}

/** A loaded name is within the quotes of the string that it is. */
function withoutQuotes({ pos, end }: { pos: number; end: number }, text: string): { pos: number; end: number } {
  const first = text[pos];
  if (first === '"' || first === "'") return { pos: pos + 1, end: end - 1 };
  const last = text[end - 1];
  return last === '"' || last === "'" ? { pos, end: end - 1 } : { pos, end };
}

function placesInOthers(origin: Analysis, name: string): Place[] {
  const paths = origin.environment.scripts?.() ?? [];
  return paths
    .filter((path) => path !== origin.path)
    .flatMap((path) => {
      const other = origin.environment.file(path);
      return other === undefined ? [] : loadedPlaces(other, origin, name);
    });
}

/** The places in a file of a name that it loads from another. */
function loadedPlaces(analysis: Analysis, origin: Analysis, name: string): Place[] {
  const found: Place[] = [];
  for (const { module, names } of analysis.index.statements("load")) {
    if (analysis.loadPath(textOf(module)) !== origin.path) continue;
    for (const { local, remote } of names) {
      if (remote.value !== name) continue;
      found.push({ path: analysis.path, start: remote.pos + 1, end: remote.end - 1 });
      const variable = local.name === name ? analysis.symbols.variables.get(local) : undefined;
      for (const use of variable?.uses ?? []) found.push(placeOf(analysis, use));
    }
  }
  return found;
}
