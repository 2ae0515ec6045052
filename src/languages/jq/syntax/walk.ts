/** The parts of a tree, for whoever looks through one without evaluating it. */
import type { Node, Pattern } from "./tree.ts";

/** The filters right below `node`, those in patterns and in definitions included. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "text":
      return node.parts.filter((part) => typeof part !== "string");
    case "index":
      return [node.target, node.index];
    case "slice":
      return [node.target, node.from, node.to].filter((child) => child !== null);
    case "iterate":
      return [node.target];
    case "call":
      return node.args;
    case "array":
      return node.body === null ? [] : [node.body];
    case "object":
      return node.entries.flatMap((entry) => [entry.key, entry.value]);
    case "negation":
      return [node.operand];
    case "pipe":
      return node.steps;
    case "comma":
      return node.branches;
    case "binary":
    case "logical":
    case "alternative":
      return [node.left, node.right];
    case "update":
      return [node.target, node.value];
    case "if":
      return [node.condition, node.whenTrue, node.otherwise];
    case "try":
      return node.handler === null ? [node.body] : [node.body, node.handler];
    case "reduce":
      return [node.source, ...node.patterns.flatMap(keysOf), node.initial, node.update];
    case "foreach":
      return [
        node.source,
        ...node.patterns.flatMap(keysOf),
        node.initial,
        node.update,
        ...(node.extract === null ? [] : [node.extract]),
      ];
    case "definition":
      return [node.definition.body, node.body];
    case "binding":
      return [node.source, ...node.patterns.flatMap(keysOf), node.body];
    case "label":
      return [node.body];
    default:
      return [];
  }
}

/** The filters that a pattern takes members' names from. */
function keysOf(pattern: Pattern): Node[] {
  if (pattern.kind === "variable") return [];
  if (pattern.kind === "array") return pattern.elements.flatMap(keysOf);
  return pattern.members.flatMap((member) => [member.key, ...(member.pattern === null ? [] : keysOf(member.pattern))]);
}

/** The variables that a pattern binds, in the order they stand. */
export function variablesOf(pattern: Pattern): string[] {
  if (pattern.kind === "variable") return [pattern.name];
  if (pattern.kind === "array") return pattern.elements.flatMap(variablesOf);
  return pattern.members.flatMap((member) => [
    ...(member.variable === null ? [] : [member.variable]),
    ...(member.pattern === null ? [] : variablesOf(member.pattern)),
  ]);
}
