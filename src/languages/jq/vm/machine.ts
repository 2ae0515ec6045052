/** One evaluation's memory, and how it goes back: to the last fork for another output, or to whoever catches an error. */
import type { Image } from "../compile/code.ts";
import { JqError, JqLimitError } from "../errors.ts";
import type { Level, NativeContext } from "../library/contract.ts";
import { equals } from "../library/order.ts";
import type { Value } from "../value.ts";
import { descend } from "./descent.ts";
import {
  BREAKABLE,
  CATCH,
  type DescentLevel,
  DESCENT,
  ELEMENTS,
  Fork,
  Frame,
  MEMBERS,
  NUMBERS,
  PASS,
} from "./frame.ts";
import { FORK_BYTES, reachableBytes } from "./memory.ts";
import type { EvaluationOptions, Limits } from "./options.ts";
import { PathNode } from "./path.ts";

/** What all evaluations of a program share. */
export interface Shared {
  readonly image: Image;
  readonly level: Level;
  readonly regex: Map<string, unknown>;
}

/** The state of one evaluation. Everything it will ever need to go on is here, so it can stop between any two instructions. */
export class Machine implements NativeContext {
  readonly image: Image;
  readonly level: Level;
  readonly regex: Map<string, unknown>;
  readonly options: EvaluationOptions;
  readonly limits: Limits;

  frame: Frame;
  /** The instruction to go on with. */
  pc = 0;
  readonly forks: Fork[] = [];
  /** The path that is followed at the moment, and the value it leads to. */
  path: PathNode | null = null;
  pathValue: Value = null;

  /** The output, when there is one. */
  value: Value = null;
  halted: { readonly status: number } | null = null;

  steps = 0;
  /** Looked at when `steps` has come beyond it. */
  pauseAt = 0;
  #sliceEnd = 0;
  #bytes = 0;
  #measureAt: number;
  #labels = 0;

  constructor(shared: Shared, options: EvaluationOptions, limits: Limits) {
    this.image = shared.image;
    this.level = shared.level;
    this.regex = shared.regex;
    this.options = options;
    this.limits = limits;
    this.#measureAt = limits.bytes;
    this.frame = new Frame(shared.image.codes[0]!, null, null, 0, 0);
  }

  charge(steps: number): void {
    this.steps += steps;
    if (this.steps > this.limits.steps) this.#tooManySteps();
  }

  allocate(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#measureAt) return;
    // What is garbage is found out between two instructions; one alone that takes this much is not waited for.
    if (bytes > this.limits.bytes || this.#bytes > this.#measureAt + this.limits.bytes) this.#tooManyBytes();
    this.pauseAt = 0;
  }

  now(): number {
    if (this.options.now === undefined) throw new JqError("now is not available here");
    return this.options.now();
  }

  /** Lets the evaluation run for `steps` more. */
  beginSlice(steps: number): void {
    this.#sliceEnd = this.steps + steps;
    this.pauseAt = Math.min(this.#sliceEnd, this.limits.steps);
  }

  /** Called when `steps` has passed `pauseAt`: may the evaluation go on in this slice? Throws `JqLimitError`. */
  mayGoOn(): boolean {
    if (this.#bytes > this.#measureAt) this.#measure();
    if (this.steps > this.limits.steps) this.#tooManySteps();
    this.pauseAt = Math.min(this.#sliceEnd, this.limits.steps);
    return this.steps <= this.#sliceEnd;
  }

  /** A label's value, different from all others of this evaluation. */
  newLabel(): Value {
    return new Map([["__jq", this.#labels++]]);
  }

  /** Makes a fork in the current frame. */
  fork(kind: number, to: number): Fork {
    const fork = new Fork(kind, this.frame, to, this.path, this.pathValue);
    this.forks.push(fork);
    this.allocate(FORK_BYTES);
    return fork;
  }

  /** Takes up the last fork that gives another output; `false` when there is none. */
  backtrack(): boolean {
    const { forks } = this;
    while (forks.length > 0) {
      const fork = forks.at(-1)!;
      switch (fork.kind) {
        case CATCH:
        case BREAKABLE:
        case PASS:
          forks.pop();
          continue;
        case ELEMENTS:
          this.#nextElement(fork);
          return true;
        case MEMBERS:
          if (this.#nextMember(fork)) return true;
          continue;
        case NUMBERS:
          if (this.#nextNumber(fork)) return true;
          continue;
        case DESCENT:
          if (this.#nextBelow(fork)) return true;
          continue;
        default:
          forks.pop();
          this.#restore(fork);
          return true;
      }
    }
    return false;
  }

  /**
   * Goes where `error` is caught, or back for another output where it ends there. `"uncaught"` when nothing catches it, `"exhausted"`
   * when nothing is left to do. In jq 1.6 an error of null is no error, only no output.
   */
  raise(error: Value): "resumed" | "exhausted" | "uncaught" {
    if (error === null && this.level === "1.6") return this.backtrack() ? "resumed" : "exhausted";
    for (;;) {
      const fork = this.forks.pop();
      if (fork === undefined) return "uncaught";
      if (fork.kind === CATCH) {
        this.#restore(fork);
        this.frame.registers[fork.register] = error;
        return "resumed";
      }
      if (fork.kind === BREAKABLE && equals(this, fork.source as Value, error))
        return this.backtrack() ? "resumed" : "exhausted";
      if (fork.kind === PASS) this.forks.length = fork.position;
    }
  }

  #restore(fork: Fork): void {
    this.frame = fork.frame;
    this.pc = fork.to;
    this.path = fork.path;
    this.pathValue = fork.pathValue;
  }

  /** Goes on at `fork` with `value`, which is `key` of what the fork goes through. */
  #deliver(fork: Fork, key: Value, value: Value): void {
    this.#restore(fork);
    if (fork.path !== null) {
      this.path = new PathNode(fork.path, key);
      this.pathValue = value;
    }
    fork.frame.registers[fork.register] = value;
  }

  #nextElement(fork: Fork): void {
    const array = fork.source as Value[];
    const position = fork.position++;
    if (position + 1 >= array.length) this.forks.pop();
    this.#deliver(fork, position, array[position]!);
  }

  #nextMember(fork: Fork): boolean {
    const next = (fork.source as Iterator<[string, Value]>).next();
    if (next.done === true) {
      this.forks.pop();
      return false;
    }
    this.#deliver(fork, next.value[0], next.value[1]);
    return true;
  }

  #nextNumber(fork: Fork): boolean {
    const number = fork.position;
    if (!(number < (fork.source as number))) {
      this.forks.pop();
      return false;
    }
    fork.position = number + 1;
    this.#restore(fork);
    fork.frame.registers[fork.register] = number;
    return true;
  }

  #nextBelow(fork: Fork): boolean {
    const next = descend(fork.source as DescentLevel[]);
    if (next === undefined) {
      this.forks.pop();
      return false;
    }
    this.#restore(fork);
    if (next.path !== null) {
      this.path = next.path;
      this.pathValue = next.value;
    }
    fork.frame.registers[fork.register] = next.value;
    return true;
  }

  #measure(): void {
    const bytes = reachableBytes([this.frame, this.forks, this.path, this.pathValue], this.limits.bytes);
    if (bytes > this.limits.bytes) this.#tooManyBytes();
    this.#bytes = bytes;
    this.#measureAt = Math.max(this.limits.bytes, 2 * bytes);
  }

  #tooManySteps(): never {
    throw new JqLimitError("steps", `more than ${this.limits.steps} steps`);
  }

  #tooManyBytes(): never {
    throw new JqLimitError("bytes", `more than ${this.limits.bytes} bytes of memory`);
  }
}
