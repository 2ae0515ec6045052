/** Freezing: what is reachable can never change again. */
import { HeapValue, MutableValue, type Value } from "./value.ts";

/** Freezes a value and everything it refers to. */
export function freeze(value: Value): void {
  const seen = new Set<HeapValue>();
  const pending: HeapValue[] = [];
  const push = (found: Value): void => {
    if (!(found instanceof HeapValue) || seen.has(found)) return;
    if (found instanceof MutableValue && found.frozen) return;
    seen.add(found);
    pending.push(found);
  };
  push(value);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next instanceof MutableValue) next.frozen = true;
    next.visit(push);
  }
}
