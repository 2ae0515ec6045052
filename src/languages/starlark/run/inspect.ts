/** Where a state stands, for people and tools. */
import type { FiberInspection, Frame, Inspection } from "../../../core/program.ts";
import { positionAt } from "../compile/code.ts";
import { LimitReached } from "../values/errors.ts";
import { repr } from "../values/print.ts";
import { toText } from "../values/text.ts";
import { Channel, type Waitable } from "../api/channel.ts";
import { FiberFuture, Future } from "../api/future.ts";
import type { Value } from "../values/value.ts";
import type { Fiber } from "../vm/fiber.ts";
import { Cell, type Slot } from "../vm/function.ts";
import { Loop } from "../vm/loop.ts";
import type { RunMachine } from "./machine.ts";

/** Longer texts of variables are cut. */
const maxShown = 200;
/** Printing a variable stops after this much, which bounds the work. */
const maxPrinted = 64 * 1024;

export function inspectMachine(machine: RunMachine): Inspection {
  return {
    fibers: machine.vm.fibers.map((fiber) => inspectFiber(machine, fiber)),
    mailbox: Object.fromEntries(
      machine.inbox.mailbox.entries().map(([name, messages]) => [toText(name), messages.length]),
    ),
  };
}

function inspectFiber(machine: RunMachine, fiber: Fiber): FiberInspection {
  const on = waitablesOf(machine, fiber);
  const inspection: FiberInspection = {
    id: fiber.id,
    frames: framesOf(machine, fiber),
    waitingFor: on.flatMap((waitable) => (waitable instanceof Future ? [waitable.effect] : [])),
    waitingForFibers: on.flatMap((waitable) => (waitable instanceof FiberFuture ? [waitable.fiber] : [])),
    waitingForSignals: on.flatMap((waitable) => (waitable instanceof Channel ? [toText(waitable.name)] : [])),
  };
  const started = machine.fibers.started.get(fiber.id);
  if (started !== undefined) {
    const { parent, name, at } = started;
    inspection.started = {
      by: parent,
      function: toText(name),
      at: { file: toText(at.file), line: at.line, column: at.column, node: toText(at.node) },
    };
  }
  return inspection;
}

/** What could make a fiber go on and is not there yet. */
function waitablesOf(machine: RunMachine, fiber: Fiber): Waitable[] {
  const waiting = machine.fibers.waits.get(fiber.id);
  if (waiting === undefined) return [];
  const all = waiting.deadline === undefined ? waiting.on : [...waiting.on, waiting.deadline];
  return all.filter((waitable) => waitable instanceof Channel || waitable.state === "pending");
}

/** Outermost first; frames of the library are left out. */
function framesOf(machine: RunMachine, fiber: Fiber): Frame[] {
  const frames: Frame[] = [];
  for (let i = 0; i < fiber.depth; i++) {
    const frame = fiber.frames[i]!;
    const { code, module } = frame.function;
    if (module.builtin) continue;
    const locals: Record<string, string> = {};
    code.locals.forEach((name, register) => show(locals, name, fiber.registers[frame.base + register]));
    if (module === machine.image.entry && code.name === "<toplevel>") {
      module.code.globals.forEach((name, global) => show(locals, name, module.globals[global]));
    }
    const at = { file: toText(code.path), ...positionAt(code, frame.pc), node: toText(code.name) };
    frames.push({ function: toText(code.name), at, locals });
  }
  return frames;
}

function show(locals: Record<string, string>, name: string, slot: Slot): void {
  const value = slot instanceof Cell ? slot.value : slot;
  if (value === undefined || value instanceof Loop) return;
  locals[toText(name)] = shortRepr(value);
}

function shortRepr(value: Value): string {
  let bytes = 0;
  const thread = {
    spend() {},
    charge(more: number) {
      bytes += more;
      if (bytes > maxPrinted) throw new LimitReached("LIMIT_MEMORY", "too long to be shown");
    },
    now: () => 0,
    print() {},
  };
  try {
    const text = toText(repr(thread, value));
    return text.length <= maxShown ? text : `${text.slice(0, maxShown)}…`;
  } catch (error) {
    if (error instanceof Error)
      return `<${typeof value === "object" && value !== null ? value.type : typeof value}: ${error.message}>`;
    throw error;
  }
}
