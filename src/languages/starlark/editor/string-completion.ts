/** What could be written in a string: event types, keys, files, names to load, signals, steps. */
import { builtinSteps } from "../api/steps.ts";
import type { Analysis } from "../analysis/analysis.ts";
import { members, showType, type Field, type Type } from "../analysis/static-type.ts";
import { argumentOf, stringLiterals, textOf } from "../analysis/triggers.ts";
import { libraryPaths } from "../stdlib/modules.ts";
import type { CallExpression, Expression, LoadStatement, StringLiteral } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import type { Completion, CompletionKind } from "./completion.ts";
import { describeTyped } from "./describe.ts";
import { describeVariable } from "./hover.ts";
import { contentOf, loadAround, stringAt } from "./locate.ts";

/** The completions in the string literal at an offset; they replace all of its content. */
export function completeString(analysis: Analysis, offset: number): Completion[] {
  const literal = stringAt(analysis, offset)!;
  const span = contentOf(literal, analysis.text);
  return itemsFor(analysis, literal).map((item) => ({ ...item, ...span }));
}

/** The scripts that a load statement can name. */
export function completeFile(analysis: Analysis, span: { start: number; end: number }): Completion[] {
  return fileItems(analysis).map((item) => ({ ...item, ...span }));
}

type Item = Omit<Completion, "start" | "end">;

function itemsFor(analysis: Analysis, literal: StringLiteral): Item[] {
  const load = loadAround(analysis, literal);
  if (load !== undefined) return load.module === literal ? fileItems(analysis) : loadedItems(analysis, load, literal);
  const key = keyedObject(analysis, literal);
  if (key !== undefined) return fieldItems(key);
  const call = callWith(analysis, literal);
  return call === undefined ? [] : argumentItems(analysis, call, literal);
}

/** The scripts of the project and the library, as this file can load them. */
function fileItems(analysis: Analysis): Item[] {
  const folder = analysis.path.split("/").slice(0, -1).join("/");
  const own = (analysis.environment.scripts?.() ?? []).filter((path) => path !== analysis.path);
  const paths = own.map((path) =>
    folder !== "" && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : `//${path}`,
  );
  const near = paths.map((path) => (folder === "" ? path.replace(/^\/\//, "") : path));
  return [
    ...near.map((path) => item(path, "file", "", "", 1)),
    ...libraryPaths().map((path) => item(path, "file", "library", "", 2)),
  ];
}

/** The names that a file has and that this statement does not load yet. */
function loadedItems(analysis: Analysis, { module, names }: LoadStatement, literal: StringLiteral): Item[] {
  const other = analysis.loaded(textOf(module));
  if (other === undefined) return [];
  const taken = new Set(names.filter(({ remote }) => remote !== literal).map(({ remote }) => remote.value));
  return [...other.symbols.file.variables.values()]
    .filter(
      ({ name, definitions }) =>
        !name.startsWith("_") && !taken.has(name) && definitions.some(({ how }) => how !== "load"),
    )
    .map((variable) => {
      const type = other.inference.typeOfVariable(variable);
      const kind = type.kind === "function" ? "function" : "variable";
      return item(toText(variable.name), kind, showType(type), describeVariable(variable, other), 1);
    });
}

/** The object of which a literal is the key: `x["…"]`, `x.get("…")`, `"…" in x`. */
function keyedObject({ index, inference }: Analysis, literal: StringLiteral): Type | undefined {
  const parent = index.parentOf(literal);
  if (parent?.kind === "index" && parent.index === literal) return inference.typeOf(parent.object);
  if (parent?.kind === "binary" && parent.left === literal && parent.operator.endsWith("in"))
    return inference.typeOf(parent.right);
  if (parent?.kind !== "call" || parent.callee.kind !== "dot" || parent.arguments[0]?.value !== literal)
    return undefined;
  return ["get", "pop", "setdefault"].includes(parent.callee.name) ? inference.typeOf(parent.callee.object) : undefined;
}

function fieldItems(type: Type): Item[] {
  const found = new Map<string, Item>();
  for (const member of members(type)) {
    if (member.kind !== "instance" || member.fields === undefined) continue;
    for (const [name, field] of member.fields) found.set(name, fieldItem(toText(name), field));
  }
  return [...found.values()];
}

function fieldItem(name: string, { type, doc }: Field): Item {
  return item(name, "field", showType(type), describeTyped(name, type, doc), 1);
}

/** The call of which a literal, or the list or dict that it is in, is an argument. */
function callWith({ index }: Analysis, literal: StringLiteral): CallExpression | undefined {
  for (const node of index.around(literal)) {
    if (node.kind === "call") return node;
    if (node.kind !== "list" && node.kind !== "tuple" && node.kind !== "dict") return undefined;
  }
  return undefined;
}

function argumentItems(analysis: Analysis, call: CallExpression, literal: StringLiteral): Item[] {
  const callee = analysis.inference.typeOf(call.callee);
  if (callee.kind !== "builtin") return [];
  const is = (name: string, place: number) => contains(argumentOf(call, name, place), literal);
  switch (callee.spec.name) {
    case "on_event":
      return is("type", 0) ? eventItems(analysis) : is("filter", 3) ? filterItems(analysis, call, literal) : [];
    case "wait_for_event":
    case "event":
      return is("type", 0) ? eventItems(analysis) : is("filter", 1) ? filterItems(analysis, call, literal) : [];
    case "emit":
      return is("type", 0) ? eventItems(analysis) : [];
    case "signal":
      return is("signal_name", 1) ? signalItems(analysis, "signal_channel", "name", 0) : [];
    case "signal_channel":
      return is("name", 0) ? signalItems(analysis, "signal", "signal_name", 1) : [];
    case "run":
      return is("step", 0) ? [...builtinSteps].map(([name, { doc }]) => item(name, "constant", "step", doc, 1)) : [];
    case "http_do":
    case "do":
      return is("method", 1)
        ? ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"].map((name) => item(name, "constant", "", "", 1))
        : [];
    default:
      return [];
  }
}

function contains(argument: Expression | undefined, literal: StringLiteral): boolean {
  if (argument?.kind !== "dict") return stringLiterals(argument).includes(literal);
  return argument.entries.some(({ key }) => key === literal);
}

function eventItems({ environment, index, inference }: Analysis): Item[] {
  const known = environment.events.map(({ type, doc }) => item(type, "event", "", doc, 2));
  const emitted = index.expressions("call").flatMap((call) => {
    const callee = inference.typeOf(call.callee);
    if (callee.kind !== "builtin" || callee.spec.name !== "emit") return [];
    return stringLiterals(argumentOf(call, "type", 0)).map(textOf);
  });
  const own = [...new Set(emitted)].filter((type) => !known.some(({ label }) => label === type));
  return [...own.map((type) => item(type, "event", "sent by this script", "", 1)), ...known];
}

/** Fields of the data of the events that the same call names; a nested one with dots. */
function filterItems(analysis: Analysis, call: CallExpression, literal: StringLiteral): Item[] {
  const types = stringLiterals(argumentOf(call, "type", 0)).map(textOf);
  const event = analysis.inference.eventType(types);
  const data = event.kind === "instance" ? event.fields?.get("data")?.type : undefined;
  if (data === undefined) return [];
  const prefix = /^(.*\.)?/.exec(textOf(literal))![0];
  const inner = prefix.split(".").slice(0, -1).reduce<Type | undefined>(fieldType, data);
  return inner === undefined ? [] : fieldItems(inner).map((one) => ({ ...one, label: prefix + one.label }));
}

function fieldType(type: Type | undefined, name: string): Type | undefined {
  const owner =
    type === undefined
      ? undefined
      : members(type).find((member) => member.kind === "instance" && member.fields !== undefined);
  return owner?.kind === "instance" ? owner.fields?.get(name)?.type : undefined;
}

/** The names of signals on the other side: those sent, or those received, in the project. */
function signalItems(analysis: Analysis, verb: string, parameter: string, place: number): Item[] {
  const names = new Set<string>();
  for (const path of analysis.environment.scripts?.() ?? []) {
    const file = analysis.inFile(path);
    for (const call of file?.index.expressions("call") ?? []) {
      const callee = file!.inference.typeOf(call.callee);
      if (callee.kind !== "builtin" || callee.spec.name !== verb) continue;
      for (const name of stringLiterals(argumentOf(call, parameter, place))) names.add(textOf(name));
    }
  }
  return [...names].map((name) => item(name, "text", "signal", "", 1));
}

function item(label: string, kind: CompletionKind, detail: string, doc: string, rank: number): Item {
  return { label, kind, detail, doc, rank };
}
