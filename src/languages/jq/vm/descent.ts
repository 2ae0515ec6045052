/** A walk through everything in a value, each container before what is in it. */
import type { Value } from "../value.ts";
import type { DescentLevel } from "./frame.ts";
import { PathNode } from "./path.ts";

/** The level of `value` when it is a container; `path` is its own, or null. */
export function levelOf(value: Value, path: PathNode | null): DescentLevel | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  return { entries: value.entries(), path };
}

/** The next value below `levels`, which are changed; `undefined` at the end. */
export function descend(levels: DescentLevel[]): { readonly value: Value; readonly path: PathNode | null } | undefined {
  for (;;) {
    const level = levels.at(-1);
    if (level === undefined) return undefined;
    const next = level.entries.next();
    if (next.done === true) {
      levels.pop();
      continue;
    }
    const [key, value] = next.value;
    const path = level.path === null ? null : new PathNode(level.path, key);
    const below = levelOf(value, path);
    if (below !== undefined) levels.push(below);
    return { value, path };
  }
}
