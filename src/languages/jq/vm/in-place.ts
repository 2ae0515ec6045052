/**
 * Accumulators that are written in place. A reduction holds its accumulator alone while its update runs, so what the update itself has
 * copied on the way to a change belongs to it: the owner, a set of arrays and objects that nothing else refers to. Owned containers
 * form the top of the accumulator; where a part of it is handed out, its owner forgets everything, and copies anew when needed.
 */
import { arrayBytes, type NativeContext, objectBytes } from "../library/contract.ts";
import { add } from "../library/arithmetic.ts";
import { deletePaths, getPath, setIndex, setPath } from "../library/paths.ts";
import type { Value } from "../value.ts";

/** Paths longer than this are left to the library. */
const LONGEST = 64;

/** `root` with `value` at `path`. */
export function setPathOwned(
  context: NativeContext,
  owner: Set<object>,
  root: Value,
  path: Value,
  value: Value,
): Value {
  if (!Array.isArray(path) || path.length > LONGEST) return setPath(context, root, path, value);
  return setFrom(context, { owner, path, value }, root, 0);
}

/** What is to be put where. */
interface Change {
  readonly owner: Set<object>;
  readonly path: Value[];
  readonly value: Value;
}

/** `root` with the change made that begins at the key `at` of its path. */
function setFrom(context: NativeContext, change: Change, root: Value, at: number): Value {
  const { owner, path, value } = change;
  const key = path[at];
  if (key === undefined) return value;
  if (typeof key === "string" && (root instanceof Map || root === null)) {
    const inner = setFrom(context, change, root?.get(key) ?? null, at + 1);
    const object = ownedObject(context, owner, root);
    object.set(key, inner);
    return object;
  }
  if (typeof key === "number" && Array.isArray(root) && key >= 0 && key <= root.length && Number.isInteger(key)) {
    const inner = setFrom(context, change, root[key] ?? null, at + 1);
    const array = ownedArray(context, owner, root);
    array[key] = inner;
    return array;
  }
  owner.clear();
  if (at + 1 === path.length) return setIndex(context, root, key, value);
  const inside = getPath(context, root, [key]);
  return setIndex(context, root, key, setPath(context, inside, path.slice(at + 1), value));
}

/** `root` without what is at `path`. */
export function deletePathOwned(context: NativeContext, owner: Set<object>, root: Value, path: Value): Value {
  return deletePathsOwned(context, owner, root, [path]);
}

/** `root` without what is at `paths`. */
export function deletePathsOwned(context: NativeContext, owner: Set<object>, root: Value, paths: Value): Value {
  if ((paths as Value[]).length === 0) return root;
  owner.clear();
  return deletePaths(context, root, paths);
}

/** What is at `path` of `root`, to be handed out. */
export function peekPath(context: NativeContext, owner: Set<object>, root: Value, path: Value): Value {
  const value = getPath(context, root, path);
  disown(owner, value);
  return value;
}

/** `a + b`, appended to `a` when that is owned. */
export function addOwned(context: NativeContext, owner: Set<object>, a: Value, b: Value): Value {
  if (Array.isArray(a) && Array.isArray(b) && a !== b) {
    const array = ownedArray(context, owner, a);
    context.charge(b.length >>> 2);
    context.allocate(8 * b.length);
    for (const element of b) array.push(element);
    return array;
  }
  if (a instanceof Map && b instanceof Map && a !== b) {
    const object = ownedObject(context, owner, a);
    context.charge(b.size);
    context.allocate(48 * b.size);
    for (const [name, value] of b) object.set(name, value);
    return object;
  }
  if (a === b) disownAll(owner, a);
  return add(context, a, b);
}

/** Forgets what is owned when `part` is among it, for it is handed out. */
export function disown(owner: Set<object>, part: Value): void {
  if (typeof part === "object" && part !== null && owner.has(part)) owner.clear();
}

/** How many arrays and objects of a value are looked at before it is taken to hold what is owned. */
const LOOKED_AT = 16;

/** Forgets what is owned when `value` holds some of it, or is too big to tell. */
export function disownAll(owner: Set<object>, value: Value): void {
  if (typeof value !== "object" || value === null || owner.size === 0) return;
  const open: (Value[] | Map<string, Value>)[] = [value];
  let looked = 0;
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (++looked > LOOKED_AT || owner.has(part) || (Array.isArray(part) ? part.length : part.size) > LOOKED_AT) {
      owner.clear();
      return;
    }
    for (const inner of part.values()) if (typeof inner === "object" && inner !== null) open.push(inner);
  }
}

function ownedObject(
  context: NativeContext,
  owner: Set<object>,
  object: Map<string, Value> | null,
): Map<string, Value> {
  if (object !== null && owner.has(object)) {
    context.allocate(48);
    return object;
  }
  const size = object?.size ?? 0;
  context.charge(size);
  context.allocate(objectBytes(size + 1));
  const copy = object === null ? new Map<string, Value>() : new Map(object);
  owner.add(copy);
  return copy;
}

function ownedArray(context: NativeContext, owner: Set<object>, array: Value[]): Value[] {
  if (owner.has(array)) {
    context.allocate(8);
    return array;
  }
  context.charge(array.length >>> 2);
  context.allocate(arrayBytes(array.length + 1));
  const copy = [...array];
  owner.add(copy);
  return copy;
}
