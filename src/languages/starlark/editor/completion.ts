/** What could be written at a place in a text. */
import type { Analysis } from "../analysis/analysis.ts";
import { members, showType, withoutNone, type Type } from "../analysis/static-type.ts";
import type { Scope, Variable } from "../analysis/symbols.ts";
import { functionOf } from "../analysis/triggers.ts";
import { knownNames, membersOfModule, membersOfType, type Entry } from "../analysis/vocabulary.ts";
import { rules } from "../lint/rules.ts";
import { keywords } from "../syntax/token.ts";
import type { CallExpression } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import { describeEntry, functionSignature } from "./describe.ts";
import { describeVariable } from "./hover.ts";
import { callAround, isInComment, memberAt, scopeAt, stringAt } from "./locate.ts";
import { completeFile, completeString } from "./string-completion.ts";
import { finishedAt, unfinishedLoad, wordBefore } from "./unfinished.ts";

export type CompletionKind =
  | "function"
  | "method"
  | "variable"
  | "parameter"
  | "module"
  | "field"
  | "keyword"
  | "constant"
  | "event"
  | "file"
  | "text";

export interface Completion {
  label: string;
  kind: CompletionKind;
  /** The type or the signature, in short. */
  detail: string;
  /** Markdown. */
  doc: string;
  /** What is written when it differs from the label. */
  insert?: string;
  /** Smaller numbers come first. */
  rank: number;
  /** Offsets of what is replaced. */
  start: number;
  end: number;
}

/** The completions at an offset of a text, whose line ends are "\n". */
export function completionsAt(analysis: Analysis, offset: number): Completion[] {
  if (isInComment(analysis, offset)) return completeComment(analysis, offset);
  if (stringAt(analysis, offset) !== undefined) return completeString(analysis, offset);
  const load = unfinishedLoad(analysis.text, offset);
  if (load !== undefined) return completeFile(analysis, load);
  const whole = finishedAt(analysis, offset);
  const complete = memberAt(whole.analysis, whole.offset) === undefined ? completeName : completeMember;
  const word = wordBefore(analysis.text, offset);
  const found = complete(whole.analysis, whole.offset);
  return found.map((item) => ({ ...item, ...word }));
}

type Item = Omit<Completion, "start" | "end">;

function completeMember(analysis: Analysis, offset: number): Item[] {
  const dot = memberAt(analysis, offset)!;
  const type = withoutNone(analysis.inference.typeOf(dot.object));
  const found = new Map<string, Item>();
  for (const member of members(type)) {
    for (const entry of membersOf(member)) if (!found.has(entry.name)) found.set(entry.name, entryItem(entry, true));
  }
  return [...found.values()];
}

/** All that can stand after a dot. Fields come before methods. */
function membersOf(type: Type): Entry[] {
  if (type.kind === "module") return [...(membersOfModule(type.name)?.values() ?? [])];
  if (type.kind !== "instance") return [];
  const hasFields = type.name === "struct" || type.record === true;
  const fields = hasFields ? [...(type.fields ?? [])].map(([name, field]) => ({ name: toText(name), ...field })) : [];
  return [...fields, ...(membersOfType(type.name)?.values() ?? [])];
}

function entryItem(entry: Entry, isMember: boolean): Item {
  const { name, type } = entry;
  const detail = type.kind === "builtin" ? `-> ${type.spec.returns}` : showType(type);
  return {
    label: name,
    kind: kindOf(type, isMember),
    detail,
    doc: describeEntry(entry),
    rank: isMember ? memberRank(type) : 5,
  };
}

function memberRank(type: Type): number {
  return type.kind === "builtin" ? 2 : 1;
}

function kindOf(type: Type, isMember: boolean): CompletionKind {
  if (type.kind === "builtin") return isMember ? "method" : "function";
  if (type.kind === "function") return "function";
  if (type.kind === "module") return "module";
  return isMember ? "field" : "variable";
}

function completeName(analysis: Analysis, offset: number): Item[] {
  const call = callAround(analysis, offset);
  const items = [
    ...(call === undefined || !isArgumentStart(analysis.text, offset) ? [] : keywordItems(analysis, call)),
    ...variableItems(analysis, offset),
    ...knownNames(analysis.mode).map((entry) => entryItem(entry, false)),
    ...keywords.map((label) => ({ label, kind: "keyword" as const, detail: "", doc: "", rank: 6 })),
  ];
  const seen = new Set<string>();
  return items.filter(({ label }) => label !== "_" && !seen.has(label) && seen.add(label));
}

/** Whether a name at the offset stands where an argument begins. */
function isArgumentStart(text: string, offset: number): boolean {
  return /[(,]\s*(?:#[^\n]*\n\s*)*$/.test(text.slice(Math.max(0, offset - 500), wordBefore(text, offset).start));
}

/** The parameters of what is called that are not given yet. */
function keywordItems(analysis: Analysis, call: CallExpression): Item[] {
  const callee = analysis.inference.typeOf(call.callee);
  const given = new Set(call.arguments.map(({ name }) => name));
  const places = call.arguments.filter(
    ({ kind, value }) => kind === "positional" && !isPlaceholder(analysis, value),
  ).length;
  const item = (name: string, detail: string, doc: string): Item => {
    return { label: `${name} =`, insert: `${name} = `, kind: "parameter", detail, doc, rank: 0 };
  };
  if (callee.kind === "builtin") {
    const { parameters } = callee.spec;
    if (parameters.every(({ passing }) => passing === "positional")) return [];
    return parameters
      .filter(({ passing, name }, i) => passing !== "args" && passing !== "kwargs" && i >= places && !given.has(name))
      .map(({ name, type, doc }) => item(name, type, doc ?? ""));
  }
  if (callee.kind !== "function") return [];
  return callee.node.parameters
    .filter(({ kind, name }, i) => kind === "positional" && i >= places && !given.has(name!.name))
    .map(({ name }) => item(toText(name!.name), "", ""));
}

function isPlaceholder({ text }: Analysis, { pos, end }: { pos: number; end: number }): boolean {
  return /^\w?$/.test(text.slice(pos, end));
}

/** The variables that are seen from an offset, inner ones first. */
function variableItems(analysis: Analysis, offset: number): Item[] {
  const items: Item[] = [];
  let depth = 1;
  for (let scope: Scope | undefined = scopeAt(analysis, offset); scope !== undefined; scope = scope.parent) {
    for (const variable of scope.variables.values()) items.push(variableItem(variable, analysis, Math.min(depth, 4)));
    depth++;
  }
  return items;
}

function variableItem(variable: Variable, analysis: Analysis, rank: number): Item {
  const node = functionOf(variable);
  const type = analysis.inference.typeOfVariable(variable);
  return {
    label: toText(variable.name),
    kind: kindOf(type, false),
    detail: node === undefined ? showType(type) : functionSignature(node, analysis).label,
    doc: describeVariable(variable, analysis),
    rank,
  };
}

/** In a comment that suppresses rules, their names. */
function completeComment({ text }: Analysis, offset: number): Completion[] {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  if (!/#\s*autoflow:\s*ignore\[[^\]]*$/.test(line)) return [];
  const [word] = /[\w-]*$/.exec(line)!;
  return rules.map(({ name, doc }) => ({
    label: name,
    kind: "constant",
    detail: "rule",
    doc,
    rank: 1,
    start: offset - word.length,
    end: offset,
  }));
}
