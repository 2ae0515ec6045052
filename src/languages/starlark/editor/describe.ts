/** What editors show of names: signatures and documentation, in Markdown. */
import type { BuiltinSpec, ParameterSpec } from "../library/builtin.ts";
import type { FunctionNode, Parameter } from "../syntax/tree.ts";
import { toText } from "../values/text.ts";
import type { Analysis } from "../analysis/analysis.ts";
import { showType, type Type } from "../analysis/static-type.ts";
import type { Entry } from "../analysis/vocabulary.ts";

/** A signature and where its parameters are in it. */
export interface Signature {
  label: string;
  parameters: { name: string; label: string; doc: string; isRest: boolean }[];
  doc: string;
}

/** The signature of a builtin as scripts write it. */
export function builtinSignature(spec: BuiltinSpec, shown: string): Signature {
  const parameters = spec.parameters.map((parameter) => ({
    name: parameter.name,
    label: parameterLabel(parameter),
    doc: parameter.doc ?? "",
    isRest: parameter.passing === "args" || parameter.passing === "kwargs",
  }));
  const label = `${shown}(${parameters.map((parameter) => parameter.label).join(", ")}) -> ${spec.returns}`;
  return { label, parameters, doc: spec.doc };
}

function parameterLabel({ name, type, passing, default: byDefault }: ParameterSpec): string {
  if (passing === "args") return `*${name}`;
  if (passing === "kwargs") return `**${name}`;
  const typed = type === "any" ? name : `${name}: ${type}`;
  return byDefault === undefined ? typed : `${typed} = ${byDefault}`;
}

/** The signature of a function of a script. */
export function functionSignature(node: FunctionNode, analysis: Analysis): Signature {
  const parameters = node.parameters.map((parameter) => ({
    name: toText(parameter.name?.name ?? ""),
    label: analysis.text.slice(startOfParameter(parameter), parameter.end),
    doc: "",
    isRest: parameter.kind !== "positional",
  }));
  const result = showType(analysis.inference.resultOfFunction(node));
  const label = `${toText(node.name)}(${parameters.map((parameter) => parameter.label).join(", ")})`;
  return { label: result === "any" ? label : `${label} -> ${result}`, parameters, doc: docOf(node) };
}

function startOfParameter({ pos, name, kind }: Parameter): number {
  return kind === "positional" && name !== undefined ? name.pos : pos;
}

/** The documentation of a function, without the indentation it has in the text. */
function docOf({ doc }: FunctionNode): string {
  const [first = "", ...rest] = toText(doc).split("\n");
  const indents = rest.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  return [first.trim(), ...rest.map((line) => line.slice(indent))].join("\n").trim();
}

/** A supplied name or member: its signature or type, and its documentation. */
export function describeEntry({ name, type, doc }: Entry): string {
  const text = doc ?? "";
  if (type.kind !== "builtin") return markdown(`${name}: ${showType(type)}`, text);
  const { spec, shown } = type;
  const documented = spec.parameters.filter((parameter) => (parameter.doc ?? "") !== "");
  const list = documented.map((parameter) => `- \`${parameter.name}\`: ${parameter.doc}`).join("\n");
  const waits = "waits" in spec && spec.waits === true ? "*Waits: the run is stored meanwhile.*" : "";
  return markdown(builtinSignature(spec, shown).label, [text, list, waits].filter((part) => part !== "").join("\n\n"));
}

/** A function of a script. */
export function describeFunction(node: FunctionNode, analysis: Analysis): string {
  const { label, doc } = functionSignature(node, analysis);
  return markdown(`def ${label}`, doc);
}

/** A name with a type. */
export function describeTyped(name: string, type: Type, doc = ""): string {
  return markdown(`${name}: ${showType(type)}`, doc);
}

function markdown(code: string, text: string): string {
  const block = `\`\`\`python\n${code}\n\`\`\``;
  return text === "" ? block : `${block}\n\n${text}`;
}
