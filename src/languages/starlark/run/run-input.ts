/** What a run was started with, as values: its event, or the input of a driver. */
import type { RunStart } from "../../../core/program.ts";
import { decodeJson } from "../library/json-decode.ts";
import type { Thread } from "../library/builtin.ts";
import { fromText } from "../values/text.ts";
import type { HeapValue } from "../values/value.ts";
import { MutableValue, type Value } from "../values/value.ts";

/** Decoding the input takes no steps and no memory of the run: it happens again whenever a state is restored. */
const uncounted: Thread = { spend() {}, charge() {}, now: () => 0, print() {} };

/**
 * States refer to the containers of the input by ordinal, and do not hold them, as long as the script changed none of them. A
 * change takes the ordinal away from what was changed.
 */
export class RunInput {
  readonly #text: string | undefined;
  readonly #base: number;
  #value: Value | undefined;
  #objects: HeapValue[] = [];
  /** The script changed something in it: from now on it is written like every other value. */
  changed = false;

  /** Ordinals begin at `base`. */
  constructor(start: RunStart, base: number) {
    this.#text = start.event ?? start.input;
    this.#base = base;
  }

  /** The value; decoded when it is first asked for. */
  value(): Value {
    if (this.#value === undefined) {
      this.#value = this.#text === undefined ? null : decodeJson(uncounted, fromText(this.#text), { records: true });
      if (!this.changed) this.#number();
    }
    return this.#value;
  }

  /** The value of a restored state in which it was changed. */
  restoreChanged(value: Value): void {
    this.changed = true;
    this.#value = value;
  }

  objectAt(ordinal: number): HeapValue | undefined {
    if (this.changed || ordinal < this.#base) return undefined;
    this.value();
    return this.#objects[ordinal - this.#base];
  }

  /** Takes note of changes: when there was one, nothing of it has an ordinal any more. */
  checkChanged(): void {
    if (this.#objects.every((object) => object.ordinal >= 0)) return;
    this.changed = true;
    for (const object of this.#objects) object.ordinal = -1;
    this.#objects = [];
  }

  /** Numbers the containers, from the outside in. */
  #number(): void {
    const pending: HeapValue[] = [];
    const meet = (value: Value): void => {
      if (!(value instanceof MutableValue)) return;
      value.ordinal = this.#base + this.#objects.length;
      this.#objects.push(value);
      pending.push(value);
    };
    meet(this.#value!);
    for (let i = 0; i < pending.length; i++) pending[i]!.visit(meet);
  }
}
