/**
 * The second tier: functions and loops that a computation spends its time in are translated to JavaScript.
 *
 * Nobody can tell: results, errors, positions, steps, memory, depth and snapshots are those of the machine. A translation takes
 * the steps of a whole block at its beginning and leaves to the machine, at that instruction, when they are not all there. Before
 * anything that may fail, wait or measure memory it brings registers, frame and steps up to date; so leaving is nothing but
 * returning. The frames of a fiber are always those that the machine would have.
 *
 * Short computations do not pay: a turn begins with `patience`, which every call and every round of a loop uses up; only then
 * functions are counted. The text of a unit is bounded, and so is that of an image.
 */
import { enterCall, fiberParked, framePushed } from "../vm/calls.ts";
import type { Fiber, Frame } from "../vm/fiber.ts";
import type { StarlarkFunction } from "../vm/function.ts";
import type { Value } from "../values/value.ts";
import type { Vm } from "../vm/vm.ts";
import type { LoopUnit, TierMode } from "./hot-code.ts";
import { helpers } from "./runtime.ts";
import { type Entry, isTooLarge, maxCharacters, sourceOf, translate, type Unit } from "./translate.ts";

/** Calls and rounds of a turn before anything is translated. */
const patience: Record<TierMode, number> = { "when-hot": 10_000, "at-once": 0, never: 1 << 30 };

/** Calls or rounds, after that, before a function or loop is translated; larger code must be met more often. */
const hotCount = 100;

/** Translations that call each other directly take room on the host's stack: then the machine takes over. */
const maxNesting = 120;

/** How many calls and rounds a turn may have before units are translated. */
export function patienceOf(mode: TierMode): number {
  return patience[mode];
}

/**
 * Computes the top frame of a fiber, which has just been pushed. Answers what the function returned, the frame being gone; or
 * undefined when the machine has to go on with the top frame, or the fiber waits. The steps are in `vm.fuel`.
 */
function enterFrame(vm: Vm, fiber: Fiber, frame: Frame): Value | undefined {
  const { hot } = frame.function;
  if (hot.entry === null && !isCallHot(vm, frame.function)) return undefined;
  return hot.entry!(vm, fiber, frame);
}

/** As `enterFrame`, for the machine. */
export function enterFromMachine(vm: Vm, fiber: Fiber, frame: Frame): Value | undefined {
  const { hot } = frame.function;
  if (hot.entry === null && !isCallHot(vm, frame.function)) return undefined;
  return fromMachine(vm, fiber, frame, hot.entry!);
}

/** A builtin may call functions: of translations within translations each has less room. */
function fromMachine(vm: Vm, fiber: Fiber, frame: Frame, entry: Entry): Value | undefined {
  const { deepest } = vm;
  vm.deepest = Math.min(vm.limits.depth, fiber.depth + (maxNesting >> vm.entered++));
  try {
    return entry(vm, fiber, frame);
  } finally {
    vm.entered--;
    vm.deepest = deepest;
  }
}

/**
 * Computes a loop of the top frame on, from the instruction it has just jumped back to. Answers false when nothing was done, else
 * the machine goes on with the top frame, or the fiber waits.
 */
export function enterLoop(vm: Vm, fiber: Fiber, frame: Frame, pc: number): boolean {
  const called = frame.function;
  const { hot } = called;
  if (hot.loops === null) {
    if (!isPatienceOver(vm)) return false;
    hot.loops = new Map();
  }
  let loop = hot.loops.get(pc);
  if (loop === undefined) {
    loop = { rounds: 0, entry: null, refused: false };
    hot.loops.set(pc, loop);
  }
  if (loop.entry === null && !isLoopHot(vm, called, loop, pc)) return false;
  fromMachine(vm, fiber, frame, loop.entry!);
  return true;
}

function isPatienceOver(vm: Vm): boolean {
  if (vm.tier === "never") vm.patience = patience.never;
  return vm.patience < 0;
}

function isCallHot(vm: Vm, called: StarlarkFunction): boolean {
  const { hot } = called;
  if (hot.refused || !isPatienceOver(vm) || !isHot(vm, called, hot.calls++)) return false;
  const unit = translated(called, undefined);
  if (unit === undefined) hot.refused = true;
  else {
    hot.entry = unit.enter;
    hot.direct = unit.direct ?? null;
  }
  return unit !== undefined;
}

function isLoopHot(vm: Vm, called: StarlarkFunction, loop: LoopUnit, pc: number): boolean {
  if (loop.refused || !isPatienceOver(vm) || !isHot(vm, called, loop.rounds++)) return false;
  const unit = translated(called, pc);
  if (unit === undefined) loop.refused = true;
  else loop.entry = unit.enter;
  return unit !== undefined;
}

function isHot(vm: Vm, { code }: StarlarkFunction, count: number): boolean {
  return vm.tier === "at-once" || count >= hotCount + code.code.length;
}

/** Translates a function, or its loop at `loopAt`; undefined when that cannot be. */
function translated({ code, module, hot }: StarlarkFunction, loopAt: number | undefined): Unit | undefined {
  const { budget } = hot;
  if (budget.charactersLeft <= 0 || isTooLarge(code)) return undefined;
  try {
    const unit = translate(sourceOf(module, code, loopAt), runtime);
    // Finding out that something is too large takes time as well.
    budget.charactersLeft -= unit?.size ?? maxCharacters;
    return unit;
  } catch {
    // The host does not make code from text, most likely: the machine computes everything.
    budget.charactersLeft = 0;
    return undefined;
  }
}

/** A function without a translation is called: its arguments are in the registers from `base` on. */
function meet(vm: Vm, fiber: Fiber, called: StarlarkFunction, base: number): Value | undefined {
  return enterFrame(vm, fiber, fiber.push(called, base));
}

/** Carries out the call instruction at `pc` of the top frame; undefined when the machine has to go on, or the fiber waits. */
function call(vm: Vm, fiber: Fiber, pc: number): Value | undefined {
  const entered = enterCall(vm, fiber, pc);
  if (entered === framePushed) return fiber.depth < vm.deepest ? enterFrame(vm, fiber, fiber.top) : undefined;
  if (entered !== fiberParked) return vm.result;
  fiber.parked = true;
  return undefined;
}

const runtime = { ...helpers, call, meet };
