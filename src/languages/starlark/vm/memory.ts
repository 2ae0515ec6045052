/** Exact accounting of live values: a deterministic walk, independent of the garbage collector of the host. */
import { liveRegistersAt } from "../compile/code.ts";
import { Dict } from "../values/dict.ts";
import { StarlarkSet } from "../values/set.ts";
import { HeapValue, type Value } from "../values/value.ts";
import type { Vm } from "./vm.ts";

/**
 * Bytes of all values that the machine can still reach. What belongs to the image or is an unchanged part of the input does
 * not count: it is not part of the state. Equal texts count once, and are made one text on the way, so that they also take
 * the room of one; keys are where they are, so long ones count each time. `visits` is how many references were followed.
 */
export function liveBytes(vm: Vm): { bytes: number; visits: number } {
  const tally = new Tally();
  vm.host.visitRoots(tally.add);
  for (const module of vm.openModules) {
    for (const value of module.globals) if (value !== undefined) tally.add(value);
  }
  for (const fiber of vm.fibers) {
    if (fiber.id !== 0) tally.bytes += fiberBytes;
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

/** What a fiber takes that another one has started, beside its frames and values. */
export const fiberBytes = 512;

class Tally {
  bytes = 0;
  #visits = 0;
  readonly #seen = new Set<HeapValue>();
  readonly #texts = new Map<string, string>();
  readonly #pending: HeapValue[] = [];

  /** Counts a value once; what it refers to is counted by `finish`. */
  readonly add = (value: Value): void => {
    this.#visits++;
    if (typeof value === "string") {
      this.share(value);
    } else if (typeof value === "bigint") {
      this.bytes += 24 + (value.toString(16).length >> 1);
    } else if (value instanceof HeapValue && value.ordinal < 0 && !this.#seen.has(value)) {
      this.#seen.add(value);
      this.bytes += value.byteSize();
      this.#pending.push(value);
    }
  };

  /** Counts a text unless an equal one was; returns the one to keep. */
  readonly share = (text: string): string => {
    this.#visits++;
    if (text.length < 2) return text;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    this.bytes += 24 + text.length;
    return text;
  };

  finish(): { bytes: number; visits: number } {
    for (let value = this.#pending.pop(); value !== undefined; value = this.#pending.pop()) {
      value.shareTexts(this.share);
      value.visit(this.add);
      if (value instanceof Dict) this.#addTexts(value.map.keys());
      else if (value instanceof StarlarkSet) this.#addTexts(value.elements);
    }
    return { bytes: this.bytes, visits: this.#visits };
  }

  /** `visit` leaves out keys that are plain text. */
  #addTexts(keys: Iterable<unknown>): void {
    for (const key of keys) {
      if (typeof key !== "string") continue;
      if (key.length > longKey) this.bytes += 24 + key.length;
      else this.share(key);
    }
  }
}

/** Bytes from which keys count each time. */
const longKey = 64;
