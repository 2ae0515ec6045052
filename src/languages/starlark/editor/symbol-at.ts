/** What a place in a text is about: a variable, a supplied name, a member, a file. */
import type { Analysis } from "../analysis/analysis.ts";
import type { Variable } from "../analysis/symbols.ts";
import { textOf } from "../analysis/triggers.ts";
import type { Entry } from "../analysis/vocabulary.ts";
import type { Argument, CallExpression, FunctionNode } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import { callAround, identifierAt, loadAround, memberAt, stringAt } from "./locate.ts";

/** A range of a file, by offsets. */
export interface Place {
  path: string;
  start: number;
  end: number;
}

export type Subject = { start: number; end: number } & (
  | { kind: "variable"; variable: Variable; analysis: Analysis }
  | { kind: "entry"; entry: Entry }
  | { kind: "file"; path: string }
  | { kind: "text"; text: string }
);

/** What is at an offset. */
export function subjectAt(analysis: Analysis, offset: number): Subject | undefined {
  return (
    loadedSubject(analysis, offset) ??
    nameSubject(analysis, offset) ??
    memberSubject(analysis, offset) ??
    textSubject(analysis, offset)
  );
}

/** Follows load statements to where a variable is bound. */
export function originOf(variable: Variable, analysis: Analysis): { variable: Variable; analysis: Analysis } {
  const [definition] = variable.definitions;
  if (definition?.how !== "load") return { variable, analysis };
  const other = analysis.loaded(textOf(definition.statement.module));
  const origin = other?.symbols.file.variables.get(definition.remote);
  return other === undefined || other === analysis || origin === undefined
    ? { variable, analysis }
    : { variable: origin, analysis: other };
}

function loadedSubject(analysis: Analysis, offset: number): Subject | undefined {
  const literal = stringAt(analysis, offset);
  const statement = literal === undefined ? undefined : loadAround(analysis, literal);
  if (literal === undefined || statement === undefined) return undefined;
  const span = { start: literal.pos, end: literal.end };
  if (literal === statement.module) {
    const path = analysis.loadPath(textOf(literal));
    return path === undefined ? undefined : { kind: "file", path, ...span };
  }
  const other = analysis.loaded(textOf(statement.module));
  const variable = other?.symbols.file.variables.get(literal.value);
  if (other !== undefined && variable !== undefined) {
    return { kind: "variable", variable, analysis: other, start: literal.pos + 1, end: literal.end - 1 };
  }
  return undefined;
}

function nameSubject(analysis: Analysis, offset: number): Subject | undefined {
  const identifier = identifierAt(analysis, offset);
  if (identifier === undefined) return keywordSubject(analysis, offset);
  const span = { start: identifier.pos, end: identifier.end };
  const variable = analysis.symbols.variables.get(identifier);
  if (variable !== undefined) return { kind: "variable", variable, analysis, ...span };
  const entry = analysis.knownName(identifier.name);
  return entry === undefined ? undefined : { kind: "entry", entry, ...span };
}

/** The name of a keyword argument: a parameter of what is called. */
function keywordSubject(analysis: Analysis, offset: number): Subject | undefined {
  const call = callAround(analysis, offset);
  const argument = call?.arguments.find(
    (one) => one.kind === "named" && one.pos <= offset && offset <= one.pos + one.name!.length,
  );
  return call === undefined || argument === undefined ? undefined : parameterSubject(analysis, call, argument);
}

function parameterSubject(analysis: Analysis, call: CallExpression, { name, pos }: Argument): Subject | undefined {
  const span = { start: pos, end: pos + toText(name!).length };
  const callee = analysis.inference.typeOf(call.callee);
  if (callee.kind === "builtin") {
    const parameter = callee.spec.parameters.find((one) => one.name === name);
    if (parameter === undefined) return undefined;
    return { kind: "text", text: `\`${parameter.name}\` (${parameter.type}): ${parameter.doc ?? ""}`, ...span };
  }
  if (callee.kind !== "function") return undefined;
  const owner = analysis.inFile(callee.file);
  const variable = owner === undefined ? undefined : parameterOf(owner, callee.node, name!);
  return variable === undefined ? undefined : { kind: "variable", variable, analysis: owner!, ...span };
}

function parameterOf(analysis: Analysis, node: FunctionNode, name: string): Variable | undefined {
  const variable = analysis.symbols.scopes.get(node)?.variables.get(name);
  return variable?.definitions[0]?.how === "parameter" ? variable : undefined;
}

function memberSubject(analysis: Analysis, offset: number): Subject | undefined {
  const dot = memberAt(analysis, offset);
  if (dot === undefined) return undefined;
  const entry = analysis.inference.memberOf(analysis.inference.typeOf(dot.object), dot.name);
  return entry === undefined ? undefined : { kind: "entry", entry, start: dot.namePos, end: dot.end };
}

/** The text of an event type, or the key of a field. */
function textSubject(analysis: Analysis, offset: number): Subject | undefined {
  const literal = stringAt(analysis, offset);
  if (literal === undefined) return undefined;
  const span = { start: literal.pos, end: literal.end };
  const event = analysis.environment.events.find(({ type }) => type === textOf(literal));
  if (event !== undefined) return { kind: "text", text: `\`${event.type}\`\n\n${event.doc}`, ...span };
  const parent = analysis.index.parentOf(literal);
  if (parent?.kind !== "index" || parent.index !== literal) return undefined;
  const object = analysis.inference.typeOf(parent.object);
  const field = object.kind === "instance" ? object.fields?.get(literal.value) : undefined;
  return field === undefined ? undefined : { kind: "entry", entry: { name: toText(literal.value), ...field }, ...span };
}
