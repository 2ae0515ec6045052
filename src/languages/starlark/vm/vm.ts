/**
 * The machine that executes bytecode: it runs one fiber until that returns, waits, fails or has used up its slice of steps.
 * Everything it needs to go on is in the fiber, so it can stop at any instruction and continue there in another process.
 */
import type { Thread } from "../library/builtin.ts";
import type { TierMode } from "../jit/hot-code.ts";
import { patienceOf } from "../jit/tier.ts";
import { EvalError, grouped, LimitReached } from "../values/errors.ts";
import { payingForKeys } from "../values/hash-key.ts";
import type { Value } from "../values/value.ts";
import { deliver } from "./calls.ts";
import type { Fiber } from "./fiber.ts";
import { execute } from "./execute.ts";
import type { ModuleInstance, StarlarkFunction } from "./function.ts";
import { liveBytes } from "./memory.ts";
import { type ScriptFailure, describeFailure, unwindTo } from "./unwind.ts";

/** What surrounds the VM. */
export interface Host {
  /** A line of output; a byte string. */
  print(text: string): void;
  /** Epoch ms. */
  now(): number;
  /** The run's own value of this name, such as `vars`. Throws EvalError where there is none. */
  hostValue(name: string): Value;
  /** The function of the library's Starlark part that a builtin leaves its work to. */
  preludeFunction(name: string): StarlarkFunction;
  /** What a caught error is to the script. */
  caught(error: EvalError): Value;
  /** Calls `each` with every value that is alive apart from the fibers. */
  visitRoots(each: (value: Value) => void): void;
  /**
   * Where it is present, the result of a builtin is handed over here and the fiber waits, until the host delivers it. So every
   * call is a place where a program can be stored and taken up: tests do that.
   */
  defer?(result: Value): void;
  /** When the second tier translates; "when-hot" by default. No result depends on it. */
  readonly tier?: TierMode;
}

export interface VmLimits {
  stepsPerTurn: number;
  /** For what is said when the steps that `beginTurn` was told of are used up. */
  stepsPerRun?: number;
  memoryBytes: number;
  depth: number;
}

export type Progress = "running" | "waiting" | "returned" | "failed";

/** Steps are granted in slices of at most this many, which keeps the counter a small integer. */
const maxSlice = 1 << 29;

export class Vm implements Thread {
  readonly host: Host;
  readonly limits: VmLimits;
  /** Whether the host delivers the results of builtins; see `Host.defer`. */
  defers: boolean;
  readonly tier: TierMode;
  /** Calls and rounds of loops that are left in this turn before the second tier looks at them; see `jit/tier.ts`. */
  patience = 0;
  /** Calls nested as deeply as this are left to the machine by translated code. */
  deepest = 0;
  /** How many translated units are under way that the machine entered, one within the other. */
  entered = 0;
  readonly fibers: Fiber[] = [];
  /** Modules whose names may still change: those of a driver's top level. */
  readonly openModules: ModuleInstance[] = [];
  /** Bytes charged since live values were last measured, and what was alive then. */
  allocated = 0;
  /** What was charged when the operation began that now builds something which nothing refers to yet; -1 between operations. */
  buildingSince = -1;
  /** Steps left in this slice; below 0 when a builtin overdrew it. */
  fuel = 0;
  /**
   * Told before each instruction which fiber makes it: slices are of one step then, which is slow, and no code is translated. Set
   * before a turn begins.
   */
  watch: ((fiber: Fiber) => void) | undefined;
  /** Steps of this turn before this slice, the size of the slice, and the steps that the turn may take. */
  #stepsBefore = 0;
  #slice = 0;
  #turnLimit = 0;
  /** The steps of this turn after which the granted ones are used up. */
  #granted = 0;
  /** The fiber that runs; builtins that wait note there what for. */
  current: Fiber | undefined;
  /** What a fiber returned, or failed with; set when `run` says so. */
  result: Value = null;
  failure: ScriptFailure | undefined;

  constructor(host: Host, limits: VmLimits) {
    this.host = host;
    this.limits = limits;
    this.defers = host.defer !== undefined;
    this.tier = host.tier ?? "when-hot";
  }

  /** Steps that this turn has taken. */
  get steps(): number {
    return this.#stepsBefore + this.#slice - this.fuel;
  }

  /** Begins a turn: its steps count from 0. `left` are those that the whole run may still take. */
  beginTurn(left = Infinity): void {
    this.#turnLimit = Math.min(this.limits.stepsPerTurn, left);
    this.#stepsBefore = 0;
    this.#slice = 0;
    this.fuel = 0;
    this.patience = patienceOf(this.watch === undefined ? this.tier : "never");
  }

  /** Grants steps to what runs next. */
  grant(budget: number): void {
    this.#stepsBefore = this.steps;
    const left = this.#turnLimit - this.#stepsBefore;
    this.#slice = Math.max(0, Math.min(budget, left, maxSlice));
    if (this.watch !== undefined) {
      this.#granted = this.#stepsBefore + this.#slice;
      this.#slice = 0;
    }
    this.fuel = this.#slice;
  }

  /** Computes a fiber on. "running": the granted steps are used up. */
  run(fiber: Fiber): Progress {
    this.current = fiber;
    for (;;) {
      try {
        const progress = payingForKeys(this, () => execute(this, fiber));
        if (progress !== "running" || this.watch === undefined || this.steps >= this.#granted) return progress;
        this.watch(fiber);
        this.#stepsBefore = this.steps;
        this.#slice = this.fuel = 1;
      } catch (error) {
        const progress = this.#fail(fiber, error);
        if (progress !== undefined) return progress;
      }
    }
  }

  /** Completes the call that a fiber waits in with a value. */
  resume(fiber: Fiber, value: Value): void {
    deliver(fiber, value);
  }

  /** Makes the call that a fiber waits in fail. Answers undefined when something in the fiber catches that, so it goes on. */
  raise(fiber: Fiber, error: EvalError | LimitReached): Progress | undefined {
    return this.#fail(fiber, error);
  }

  /** The steps of a slice are used up: a pause, or the end when they are those of the whole turn. */
  outOfFuel(): "running" {
    if (this.steps >= this.#turnLimit) throw this.#tooManySteps();
    return "running";
  }

  spend(steps: number): void {
    this.fuel -= steps;
    if (this.fuel < 0 && this.steps > this.#turnLimit) throw this.#tooManySteps();
  }

  charge(bytes: number): void {
    this.allocated += bytes;
    if (this.allocated > this.limits.memoryBytes) this.#measure(bytes);
  }

  now(): number {
    return this.host.now();
  }

  print(text: string): void {
    this.host.print(text);
  }

  #tooManySteps(): LimitReached {
    const { stepsPerTurn, stepsPerRun = 0 } = this.limits;
    if (this.#turnLimit < stepsPerTurn) {
      return new LimitReached("LIMIT_STEPS", `more than ${grouped(stepsPerRun)} steps in the whole run`);
    }
    return new LimitReached("LIMIT_STEPS", `more than ${grouped(stepsPerTurn)} steps in one turn`);
  }

  /** Measures what is alive, which takes steps. What an operation is building is not alive yet, so it is added. */
  #measure(bytes: number): void {
    const building = this.buildingSince < 0 ? bytes : this.allocated - this.buildingSince;
    const live = liveBytes(this);
    this.allocated = live.bytes + building;
    if (this.buildingSince >= 0) this.buildingSince = live.bytes;
    this.spend(live.visits);
    if (this.allocated <= this.limits.memoryBytes) return;
    const limit = Math.round(this.limits.memoryBytes / 1024);
    throw new LimitReached("LIMIT_MEMORY", `live values take more than ${limit} KiB of memory`);
  }

  #fail(fiber: Fiber, error: unknown): Progress | undefined {
    this.buildingSince = -1;
    if (!(error instanceof EvalError) && !(error instanceof LimitReached)) throw error;
    if (error instanceof EvalError && unwindTo(fiber)) return this.#catch(fiber, error);
    this.failure = describeFailure(fiber, error);
    return "failed";
  }

  /** The top frame of a fiber answers what the host makes of an error. */
  #catch(fiber: Fiber, error: EvalError): Progress | undefined {
    fiber.depth--;
    // What the frame and those above it left in the registers belongs to nobody any more.
    fiber.parked = fiber.depth > 0;
    let value: Value;
    try {
      value = this.host.caught(error);
    } catch (limit) {
      fiber.parked = false;
      if (!(limit instanceof LimitReached)) throw limit;
      this.failure = describeFailure(fiber, limit);
      return "failed";
    }
    if (fiber.depth > 0) {
      deliver(fiber, value);
      return undefined;
    }
    this.result = value;
    return "returned";
  }
}
