/** Paths while they are followed: each step knows the one before, so that forks share beginnings. */
import type { Value } from "../value.ts";

/** The last step of a path; the root has no key. */
export class PathNode {
  readonly before: PathNode | null;
  readonly key: Value;
  readonly length: number;

  constructor(before: PathNode | null, key: Value) {
    this.before = before;
    this.key = key;
    this.length = before === null ? 0 : before.length + 1;
  }
}

/** The path as jq shows it. */
export function pathKeys(path: PathNode): Value[] {
  const keys: Value[] = Array.from({ length: path.length });
  let node = path;
  for (let index = path.length - 1; index >= 0; index--) {
    keys[index] = node.key;
    node = node.before!;
  }
  return keys;
}

/** Are these the same value in memory: then a path still leads to it. */
export function isSame(a: Value, b: Value): boolean {
  return a === b || (typeof a === "number" && Object.is(a, b));
}
