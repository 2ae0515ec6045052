/** What happens to frames when something fails: tracebacks, and the way down to a frame that catches it. */
import { positionAt } from "../compile/code.ts";
import { CALL, CALL_METHOD, CALL_NAMED, CALL_SPREAD } from "../compile/opcode.ts";
import type { Location } from "../../../core/errors.ts";
import { Builtin } from "../library/builtin.ts";
import { preludePath } from "../library/prelude.ts";
import { EvalError, type LimitReached, SpreadError } from "../values/errors.ts";
import type { Fiber, Frame } from "./fiber.ts";
import type { Slot } from "./function.ts";
import { CallableValue } from "./calls.ts";
import { Loop } from "./loop.ts";

/** Why a fiber ended. */
export interface ScriptFailure {
  error: EvalError | LimitReached;
  /** As starlark-go prints it, frames outermost first. */
  traceback: string;
  /** The innermost place in a script. */
  where: Location | undefined;
  /** The function that is in. */
  node: string | undefined;
}

interface TracedFrame {
  name: string;
  /** undefined for a builtin. */
  where: Location | undefined;
}

/** Describes an error that ends a fiber. */
export function describeFailure(fiber: Fiber, error: EvalError | LimitReached): ScriptFailure {
  const frames = traceFrames(fiber, error);
  const inner = frames.findLast((frame) => frame.where !== undefined);
  return { error, traceback: formatTraceback(frames, error), where: inner?.where, node: inner?.name };
}

/** The frames of a fiber as people see them: what the library does inside is one frame, that of the builtin. */
export function traceFrames(fiber: Fiber, error?: EvalError | LimitReached): TracedFrame[] {
  const frames: TracedFrame[] = [];
  for (let i = 0; i < fiber.depth; i++) {
    const frame = fiber.frames[i]!;
    const { name, path } = frame.function.code;
    if (isHidden(frame)) continue;
    if (frame.function.module.builtin) {
      frames.push({ name, where: undefined });
    } else {
      frames.push({ name, where: { file: path, ...positionAt(frame.function.code, frame.pc) } });
    }
  }
  const called = fiber.depth > 0 && !(error instanceof SpreadError) ? calledBuiltin(fiber, fiber.top) : undefined;
  if (called !== undefined && called !== "_join" && showsCalled(fiber.top, called, error)) {
    frames.push({ name: called, where: undefined });
  }
  return frames;
}

/** The library's own calls are not shown; what fails in the prelude is either an internal builtin, or what a script passed. */
function showsCalled(frame: Frame, called: string, error: EvalError | LimitReached | undefined): boolean {
  const { module, code } = frame.function;
  if (!module.builtin || isHidden(frame)) return true;
  return code.path === preludePath && error instanceof EvalError && !called.startsWith("_");
}

/** A place in a script, and the function that it is in; byte strings. */
export interface Place extends Location {
  node: string;
}

/** Where the innermost function of the script is; undefined when a fiber is in none. */
export function innermostPlace(fiber: Fiber): Place | undefined {
  for (let i = fiber.depth - 1; i >= 0; i--) {
    const { function: called, pc } = fiber.frames[i]!;
    if (called.module.builtin) continue;
    const { code } = called;
    const { line, column } = positionAt(code, pc);
    return { file: code.path, line, column, node: code.name };
  }
  return undefined;
}

/** Functions of the library in which fibers begin and end. */
const hidden = new Set(["_fiber", "_finish"]);

function isHidden({ function: called }: Frame): boolean {
  return called.module.builtin && hidden.has(called.code.name);
}

/** The name of the builtin that the call instruction of a frame is calling. */
function calledBuiltin(fiber: Fiber, frame: Frame): string | undefined {
  const { code } = frame.function.code;
  const opcode = code[frame.pc];
  if (opcode !== CALL && opcode !== CALL_METHOD && opcode !== CALL_NAMED && opcode !== CALL_SPREAD) return undefined;
  const callee: Slot = fiber.registers[frame.base + code[frame.pc + 1]!];
  if (callee instanceof Builtin) return callee.spec.name;
  if (callee instanceof CallableValue) return callee.called.spec.name;
  // Binding its arguments failed, before it had a frame.
  return undefined;
}

function formatTraceback(frames: readonly TracedFrame[], error: EvalError | LimitReached): string {
  const trace = error instanceof EvalError ? error.trace : undefined;
  const last = frames.at(-1);
  // What another fiber failed with ends with its own message.
  const inBuiltin = trace === undefined && last !== undefined && last.where === undefined ? last : undefined;
  const shown = inBuiltin === undefined ? frames : frames.slice(0, -1);
  const lines = shown.map(({ name, where }) => {
    const place = where === undefined ? "<builtin>" : `${where.file}:${where.line}:${where.column}`;
    return `  ${place}: in ${name}`;
  });
  const end = trace ?? `Error${inBuiltin === undefined ? "" : ` in ${inBuiltin.name}`}: ${error.message}`;
  const head = lines.length > 0 || trace !== undefined ? ["Traceback (most recent call last):"] : [];
  return [...head, ...lines, end].join("\n");
}

/**
 * Drops frames down to the innermost one that catches errors; that one stays on top. Answers false, and changes nothing, when
 * there is none.
 */
export function unwindTo(fiber: Fiber): boolean {
  let depth = fiber.depth;
  while (depth > 0 && !fiber.frames[depth - 1]!.boundary) depth--;
  if (depth === 0) return false;
  while (fiber.depth > depth) {
    closeLoops(fiber, fiber.top);
    fiber.depth--;
  }
  closeLoops(fiber, fiber.top);
  return true;
}

/** Ends the loops of a fiber that will not go on. */
export function abandon(fiber: Fiber): void {
  for (let i = 0; i < fiber.depth; i++) closeLoops(fiber, fiber.frames[i]!);
}

/** Ends the loops that a frame is in, so that what they walk over can change again. */
function closeLoops(fiber: Fiber, frame: Frame): void {
  const { loops } = frame.function.code;
  for (let i = 0; i < loops.length; i += 3) {
    if (frame.pc < loops[i]! || frame.pc >= loops[i + 1]!) continue;
    const loop = fiber.registers[frame.base + loops[i + 2]!];
    if (loop instanceof Loop) loop.close();
  }
}
