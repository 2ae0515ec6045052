/** Filters that are one value whatever the input. */
import type { Value } from "../value.ts";
import type { Node } from "./tree.ts";

/** The value of a filter made of literals, arrays and objects alone; `undefined` for others. */
export function constantOf(node: Node): Value | undefined {
  switch (node.kind) {
    case "literal":
      return node.value;
    case "array":
      return constantArray(node.body);
    case "object": {
      const object = new Map<string, Value>();
      for (const entry of node.entries) {
        const key = constantOf(entry.key);
        const value = constantOf(entry.value);
        if (typeof key !== "string" || value === undefined) return undefined;
        object.set(key, value);
      }
      return object;
    }
    default:
      return undefined;
  }
}

function constantArray(body: Node | null): Value | undefined {
  if (body === null) return [];
  const elements = body.kind === "comma" ? body.branches.map(constantOf) : [constantOf(body)];
  return elements.every((element) => element !== undefined) ? elements : undefined;
}
