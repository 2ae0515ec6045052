/** How much an evaluation holds: the sums of what can be reached from its frames and forks. */
import { arrayBytes, objectBytes, textBytes } from "../library/contract.ts";
import { Filter, Fork, Frame } from "./frame.ts";
import { PathNode } from "./path.ts";

/** Bytes counted for a frame with `registers` registers. */
export function frameBytes(registers: number): number {
  return 96 + 8 * registers;
}

/** Bytes counted for a fork. */
export const FORK_BYTES = 96;

/** Bytes reachable from `roots`; stops counting beyond `enough`. */
export function reachableBytes(roots: readonly unknown[], enough: number): number {
  const seen = new Set<object>();
  const open: unknown[] = [...roots];
  let bytes = 0;
  while (open.length > 0 && bytes <= enough) {
    const thing = open.pop();
    if (typeof thing === "string") bytes += textBytes(thing.length);
    if (typeof thing !== "object" || thing === null || seen.has(thing)) continue;
    seen.add(thing);
    bytes += look(thing, open);
  }
  return bytes;
}

/** Bytes of `thing` alone; puts what it holds into `open`. */
function look(thing: object, open: unknown[]): number {
  if (Array.isArray(thing)) {
    for (const element of thing) if (isHeld(element)) open.push(element);
    return arrayBytes(thing.length);
  }
  if (thing instanceof Map) {
    for (const [name, value] of thing) {
      open.push(name);
      if (isHeld(value)) open.push(value);
    }
    return objectBytes(thing.size);
  }
  if (thing instanceof Frame) {
    open.push(thing.outer, thing.caller);
    for (const register of thing.registers) if (isHeld(register)) open.push(register);
    return frameBytes(thing.registers.length);
  }
  if (thing instanceof Fork) {
    open.push(thing.frame, thing.path, thing.pathValue);
    if (isHeld(thing.source)) open.push(thing.source);
    return FORK_BYTES;
  }
  if (thing instanceof PathNode) {
    open.push(thing.before, thing.key);
    return 32;
  }
  if (thing instanceof Filter) {
    open.push(thing.frame);
    return 32;
  }
  return 64;
}

function isHeld(thing: unknown): boolean {
  return typeof thing === "string" || (typeof thing === "object" && thing !== null);
}
