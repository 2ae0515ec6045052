/** Exact accounting of live values: a deterministic walk, independent of the garbage collector of the host. */
import { liveRegistersAt } from "../compile/code.ts";
import { Dict } from "../values/dict.ts";
import { StarlarkSet } from "../values/set.ts";
import { HeapValue, type Value } from "../values/value.ts";
import type { Vm } from "./vm.ts";

/**
 * Bytes of all values that the machine can still reach. What belongs to the image or is an unchanged part of the input does
 * not count: it is not part of the state. Equal strings count once. `values` is how many were walked over.
 */
export function liveBytes(vm: Vm): { bytes: number; values: number } {
  const tally = new Tally();
  vm.host.visitRoots(tally.add);
  for (const module of vm.openModules) {
    for (const value of module.globals) if (value !== undefined) tally.add(value);
  }
  for (const fiber of vm.fibers) {
    for (let i = 0; i < fiber.depth; i++) {
      const frame = fiber.frames[i]!;
      tally.bytes += 64;
      tally.add(frame.function);
      const calling = fiber.parked || i < fiber.depth - 1;
      const { code } = frame.function;
      const live = calling ? code.code[frame.pc + 1]! : liveRegistersAt(code, frame.pc);
      for (let r = frame.base; r < frame.base + live; r++) {
        const slot = fiber.registers[r];
        if (slot !== undefined) tally.add(slot);
      }
    }
  }
  return tally.finish();
}

class Tally {
  bytes = 0;
  readonly #seen = new Set<HeapValue | string>();
  readonly #pending: HeapValue[] = [];

  /** Counts a value once; what it refers to is counted by `finish`. */
  readonly add = (value: Value): void => {
    if (typeof value === "string") {
      if (value.length < 2 || this.#seen.has(value)) return;
      this.#seen.add(value);
      this.bytes += 24 + value.length;
    } else if (typeof value === "bigint") {
      this.bytes += 24 + (value.toString(16).length >> 1);
    } else if (value instanceof HeapValue && value.ordinal < 0 && !this.#seen.has(value)) {
      this.#seen.add(value);
      this.bytes += value.byteSize();
      this.#pending.push(value);
    }
  };

  finish(): { bytes: number; values: number } {
    for (let value = this.#pending.pop(); value !== undefined; value = this.#pending.pop()) {
      value.visit(this.add);
      if (value instanceof Dict) this.#addTexts(value.map.keys());
      else if (value instanceof StarlarkSet) this.#addTexts(value.elements);
    }
    return { bytes: this.bytes, values: this.#seen.size };
  }

  /** `visit` leaves out keys that are plain text. */
  #addTexts(keys: Iterable<unknown>): void {
    for (const key of keys) if (typeof key === "string") this.add(key);
  }
}
