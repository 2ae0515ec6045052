/** The parameters of an operation: where they go and how they are written. */
import { entryOf, type DataNode } from "../../document/tree.ts";
import { follow, isTrue, itemsUnder, textUnder } from "../resources.ts";
import type { ParameterPlan, ParameterStyle } from "../rest/rest-plan.ts";
import { danglingReference, type Planning } from "./planning.ts";

/** Of the operation and its path; the operation's own replace those of the path. Those of a body are not among them. */
export function planParameters(planning: Planning): ParameterPlan[] {
  const plans = new Map<string, ParameterPlan>();
  for (const node of parameterNodes(planning)) {
    const plan = planParameter(node, planning);
    if (plan !== undefined) plans.set(`${plan.in} ${plan.name}`, plan);
  }
  return [...plans.values()];
}

/** All parameters, the path's first, references followed. */
export function parameterNodes({ operation, resources, problems }: Planning): DataNode[] {
  const nodes: DataNode[] = [];
  for (const holder of [operation.pathItem, operation.node]) {
    for (const item of itemsUnder(holder, "parameters")) {
      const node = follow(item, resources);
      if (node === undefined) danglingReference(item, problems);
      else nodes.push(node);
    }
  }
  return nodes;
}

/** Set by the client itself, or by the authentication, unless an argument does (OpenAPI 3, "Parameter Object"). */
const ownHeaders = new Set(["accept", "content-type", "authorization"]);

function planParameter(node: DataNode, planning: Planning): ParameterPlan | undefined {
  const name = textUnder(node, "name");
  const place = textUnder(node, "in");
  if (name === undefined || (place !== "path" && place !== "query" && place !== "header" && place !== "cookie")) {
    return undefined;
  }
  const isOwn = place === "header" && ownHeaders.has(name.toLowerCase());
  const style = planning.version === 2 ? style2(node, place) : style3(node, place);
  return {
    name,
    in: place,
    ...style,
    ...((place === "path" || isTrue(node, "required")) && !isOwn && { required: true }),
    ...(isTrue(node, "allowReserved") && { allowReserved: true }),
  };
}

type Place = ParameterPlan["in"];

function style3(node: DataNode, place: Place): { style: ParameterStyle; explode: boolean } {
  if (entryOf(node, "content") !== undefined) return { style: "json", explode: false };
  const style = (textUnder(node, "style") as ParameterStyle | undefined) ?? defaultStyle(place);
  const explode = entryOf(node, "explode")?.value;
  return { style, explode: explode?.kind === "scalar" ? explode.value === true : style === "form" };
}

function defaultStyle(place: Place): ParameterStyle {
  return place === "query" || place === "cookie" ? "form" : "simple";
}

const collectionStyles: Record<string, ParameterStyle> = {
  ssv: "spaceDelimited",
  tsv: "tabDelimited",
  pipes: "pipeDelimited",
};

/** OpenAPI 2: `collectionFormat`, "csv" unless given. */
function style2(node: DataNode, place: Place): { style: ParameterStyle; explode: boolean } {
  const format = textUnder(node, "collectionFormat") ?? "csv";
  if (format === "multi") return { style: defaultStyle(place), explode: true };
  return { style: collectionStyles[format] ?? defaultStyle(place), explode: false };
}
