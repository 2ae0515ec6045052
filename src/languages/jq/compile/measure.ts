/** What decides whether a function's body is put in place of its calls. */
import type { FunctionDefinition, Node } from "../syntax/tree.ts";
import { childrenOf } from "../syntax/walk.ts";

/** What matters of a definition. */
interface Measure {
  readonly size: number;
  readonly isRecursive: boolean;
  /** How often the body uses each parameter. */
  readonly uses: readonly number[];
}

const measures = new WeakMap<FunctionDefinition, Measure>();

/** Looks through a definition, once. */
export function measureOf(definition: FunctionDefinition): Measure {
  const known = measures.get(definition);
  if (known !== undefined) return known;
  const uses = definition.parameters.map(() => 0);
  let size = 0;
  let isRecursive = false;
  const open: Node[] = [definition.body];
  while (open.length > 0) {
    const node = open.pop()!;
    size++;
    if (node.kind === "call") {
      isRecursive ||= node.name === definition.name && node.args.length === definition.parameters.length;
      const parameter = definition.parameters.findIndex(({ name }) => name === node.name);
      if (parameter >= 0 && node.args.length === 0) uses[parameter]!++;
    }
    open.push(...childrenOf(node));
  }
  const measure = { size, isRecursive, uses };
  measures.set(definition, measure);
  return measure;
}

/** How many nodes `node` has. */
export function sizeOf(node: Node): number {
  let size = 0;
  const open: Node[] = [node];
  while (open.length > 0) {
    size++;
    open.push(...childrenOf(open.pop()!));
  }
  return size;
}
