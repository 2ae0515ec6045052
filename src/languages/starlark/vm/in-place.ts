/** `+=` and `|=`: a list or dict on the left changes itself. */
import { binary } from "../values/binary.ts";
import { Dict } from "../values/dict.ts";
import { elementsOf } from "../values/iterate.ts";
import { List, type Value } from "../values/value.ts";
import type { Thread } from "../library/builtin.ts";

/** `a += b` */
export function addInPlace(thread: Thread, a: Value, b: Value): Value {
  if (!(a instanceof List)) return binary(thread, "+", a, b);
  const elements = elementsOf(thread, b);
  if (elements === undefined) return binary(thread, "+", a, b);
  a.checkMutable("apply += to");
  const count = elements.length;
  thread.charge(8 * count);
  thread.spend(count >> 3);
  for (let i = 0; i < count; i++) a.items.push(elements[i]!);
  return a;
}

/** `a |= b` */
export function orInPlace(thread: Thread, a: Value, b: Value): Value {
  if (!(a instanceof Dict && b instanceof Dict)) return binary(thread, "|", a, b);
  a.checkMutable("apply |= to");
  thread.charge(Dict.entrySize * b.size);
  thread.spend(b.size >> 1);
  if (a !== b) for (const [key, value] of b.entries()) a.set(key, value);
  return a;
}
