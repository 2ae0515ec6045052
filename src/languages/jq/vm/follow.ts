/** Indexing while paths are followed: the value has to be where the path leads, and the path grows. */
import { index, getPath, slice } from "../library/paths.ts";
import type { Value } from "../value.ts";
import type { Machine } from "./machine.ts";
import { noPath, noPathToEach, noPathToElement, sliceKey } from "./operations.ts";
import { isSame, PathNode } from "./path.ts";

/** `a[key]`, one step further on the path. */
export function followIndex(machine: Machine, a: Value, key: Value): Value {
  if (!isSame(a, machine.pathValue)) throw noPathToElement(key, a);
  return step(machine, key, index(machine, a, key));
}

/** `a[from:to]`, one step further on the path. */
export function followSlice(machine: Machine, a: Value, from: Value, to: Value): Value {
  const key = sliceKey(from, to);
  if (!isSame(a, machine.pathValue)) throw noPathToElement(key, a);
  return step(machine, key, slice(machine, a, from, to));
}

/** Throws unless `a` is where the path leads, so that it can be gone through. */
export function checkEach(machine: Machine, a: Value): void {
  if (!isSame(a, machine.pathValue)) throw noPathToEach(a);
}

/** `a | getpath(path)`, that much further on the path. What is not there is null, and does not fail. */
export function followPath(machine: Machine, a: Value, path: Value): Value {
  const value = getPath(machine, a, path);
  if (!isSame(a, machine.pathValue)) throw noPath(value);
  let node = machine.path;
  for (const key of path as Value[]) node = new PathNode(node, key);
  machine.path = node;
  machine.pathValue = value;
  return value;
}

function step(machine: Machine, key: Value, value: Value): Value {
  machine.allocate(32);
  machine.path = new PathNode(machine.path, key);
  machine.pathValue = value;
  return value;
}
