/** Sets made from sets. The other operand is any sequence of elements; those that cannot be hashed are an EvalError. */
import type { Thread } from "../library/builtin.ts";
import { StarlarkSet } from "./set.ts";
import type { Value } from "./value.ts";

/** What is in either. */
export function union(thread: Thread, set: StarlarkSet, others: readonly Value[]): StarlarkSet {
  account(thread, set.size + others.length);
  const result = set.clone();
  for (const element of others) result.add(element);
  return result;
}

/** What is in `set` but not among the others. */
export function difference(thread: Thread, set: StarlarkSet, others: readonly Value[]): StarlarkSet {
  // As in starlark-go, where nothing is nothing is looked for.
  if (set.len() === 0) return new StarlarkSet();
  account(thread, set.size);
  thread.spend(others.length);
  const result = set.clone();
  for (const element of others) result.delete(element);
  return result;
}

/** What is in both, in the order of the others. */
export function intersection(thread: Thread, set: StarlarkSet, others: readonly Value[]): StarlarkSet {
  account(thread, Math.min(set.size, others.length));
  thread.spend(others.length);
  const result = new StarlarkSet();
  for (const element of others) if (set.has(element)) result.add(element);
  return result;
}

/** What is in one of them only. */
export function symmetricDifference(thread: Thread, set: StarlarkSet, others: readonly Value[]): StarlarkSet {
  account(thread, set.size + others.length);
  const result = set.clone();
  for (const element of others) if (!result.delete(element)) result.add(element);
  return result;
}

function account(thread: Thread, elements: number): void {
  thread.charge(64 + StarlarkSet.entrySize * elements);
  thread.spend(8 * elements);
}
