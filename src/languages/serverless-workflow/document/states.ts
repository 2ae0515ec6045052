/** States (specification, "State Definition"). */
import type { ErrorHandler, Metadata, Next, State } from "../model.ts";
import { plainFields, stateReaders, type StateBasis } from "./state-kinds.ts";
import { Fields } from "./fields.ts";
import { tellUnknown, type Parsing } from "./parsing.ts";
import { readOwnTimeouts } from "./timeouts.ts";
import { readNext } from "./transitions.ts";
import { entryOf, jsonOf, placeOf, type DataNode } from "./tree.ts";

const stateTypes = ["event", "operation", "switch", "sleep", "parallel", "inject", "foreach", "callback"] as const;

/** One state; undefined after telling what is wrong. */
function readState(node: DataNode, index: number, parsing: Parsing): State | undefined {
  const { problems } = parsing;
  const unnamed = Fields.of(node, `state ${index + 1}`, problems);
  if (unnamed === undefined) return undefined;
  const name = unnamed.required("name");
  const fields = new Fields(unnamed.node, name === undefined ? unnamed.what : `state "${name}"`, problems);
  if (fields.get("type") === undefined) fields.required("type");
  const type = fields.oneOf(stateTypes, "type");
  if (name === undefined || type === undefined) return undefined;
  const basis = readBasis(fields, name, parsing);
  const next = type === "switch" ? undefined : readNext(fields, parsing, basis.usedForCompensation);
  const state = stateReaders[type]({ fields, basis, next: next as Next, parsing });
  fields.end("name", "id", "type", ...plainFields);
  return state;
}

function readBasis(fields: Fields, name: string, parsing: Parsing): StateBasis {
  const { texts } = parsing;
  const filter = fields.object("stateDataFilter");
  const input = texts.required(filter?.get("input"), `stateDataFilter.input of ${fields.what}`);
  const output = texts.required(filter?.get("output"), `stateDataFilter.output of ${fields.what}`);
  filter?.end();
  const compensatedBy = fields.text("compensatedBy");
  const metadata = readMetadata(fields);
  const message = entryOf(fields.get("metadata"), "errorMessage")?.value;
  return {
    name,
    ...(input !== undefined && { input }),
    ...(output !== undefined && { output }),
    timeouts: readOwnTimeouts(fields, parsing.timeouts),
    onErrors: fields.list("onErrors").flatMap((node) => readErrorHandler(node, fields, parsing) ?? []),
    ...(compensatedBy !== undefined && { compensatedBy }),
    usedForCompensation: fields.boolean(false, "usedForCompensation"),
    ...(message !== undefined && { errorMessage: texts.template(message) }),
    metadata,
    at: placeOf(fields.node),
  };
}

/** `metadata` as it stands; an empty object for none. */
export function readMetadata(fields: Fields): Metadata {
  const node = fields.get("metadata");
  if (node?.kind === "map") return jsonOf(node) as Metadata;
  if (node !== undefined) fields.problems.warn("unknown-field", `metadata of ${fields.what} is no object`, node);
  return {};
}

function readErrorHandler(node: DataNode, state: Fields, parsing: Parsing): ErrorHandler | undefined {
  const fields = Fields.of(node, `onErrors of ${state.what}`, parsing.problems);
  if (fields === undefined) return undefined;
  const names = [...fields.texts("errorRef", "error"), ...fields.texts("errorRefs")];
  if (names.length === 0) fields.required("errorRef");
  const isAny = names.some(({ text }) => text === "*" || text === "DefaultErrorRef");
  if (!isAny) {
    for (const { text: name, node: at } of names) {
      const { errors, problems } = parsing;
      if (!errors.has(name)) tellUnknown(problems, { kind: "error", name, known: errors.keys(), node: at });
    }
  }
  const next = readNext(fields, parsing);
  fields.end("code", "retryRef");
  return { errors: isAny ? "any" : names.map(({ text }) => text), next, at: placeOf(node) };
}

/** All of them. Names are told when they are there twice. */
export function readStates(nodes: readonly DataNode[], parsing: Parsing): State[] {
  const states: State[] = [];
  const names = new Set<string>();
  for (const [i, node] of nodes.entries()) {
    const state = readState(node, i, parsing);
    if (state === undefined) continue;
    if (names.has(state.name)) {
      const at = entryOf(node, "name")?.value ?? node;
      parsing.problems.error(`there are two states of the name "${state.name}"`, at);
    } else states.push(state);
    names.add(state.name);
  }
  return states;
}
