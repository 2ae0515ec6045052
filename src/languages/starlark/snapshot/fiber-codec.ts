/** Fibers that wait, as bytes. */
import type { FunctionCode } from "../compile/code.ts";
import { CALL, CALL_METHOD, CALL_NAMED, CALL_SPREAD, instructionLength } from "../compile/opcode.ts";
import { Fiber } from "../vm/fiber.ts";
import { Cell, type Slot, StarlarkFunction } from "../vm/function.ts";
import { Loop } from "../vm/loop.ts";
import { CorruptBytes } from "./bytes.ts";
import type { HeapReader } from "./heap-reader.ts";
import type { HeapWriter } from "./heap-writer.ts";

/** Writes a fiber that waits: every frame of it is in a call, and the registers below the call are the live ones. */
export function writeFiber(heap: HeapWriter, fiber: Fiber): void {
  const { out } = heap;
  out.natural(fiber.id);
  out.natural(fiber.depth);
  for (let i = 0; i < fiber.depth; i++) {
    const frame = fiber.frames[i]!;
    heap.value(frame.function);
    out.natural(frame.pc);
    out.byte(frame.boundary ? 1 : 0);
    const live = frame.function.code.code[frame.pc + 1]!;
    for (let r = 0; r < live; r++) heap.value(fiber.registers[frame.base + r]);
  }
  // What the innermost frame calls: a traceback names it.
  heap.value(calleeOf(fiber));
}

/** Everything that `writeFiber` writes of a fiber, in its order. */
export function* slotsOf(fiber: Fiber): Generator<Slot> {
  for (let i = 0; i < fiber.depth; i++) {
    const frame = fiber.frames[i]!;
    yield frame.function;
    const live = frame.function.code.code[frame.pc + 1]!;
    for (let r = 0; r < live; r++) yield fiber.registers[frame.base + r];
  }
  yield calleeOf(fiber);
}

function calleeOf(fiber: Fiber): Slot {
  const { base, pc, function: called } = fiber.top;
  return fiber.registers[base + called.code.code[pc + 1]!];
}

/** Reads what `writeFiber` wrote: a fiber that waits, with at most `depthLimit` frames. Throws CorruptBytes. */
export function readFiber(heap: HeapReader, depthLimit: number): Fiber {
  const { input } = heap;
  const fiber = new Fiber(input.natural());
  const depth = input.natural();
  if (depth === 0 || depth > depthLimit) throw new CorruptBytes("a fiber has too few or too many frames");
  let base = 0;
  for (let i = 0; i < depth; i++) {
    const called = heap.value();
    if (!(called instanceof StarlarkFunction)) throw new CorruptBytes("a frame without a function");
    const frame = fiber.push(called, base);
    frame.pc = input.natural();
    frame.boundary = input.byte() === 1;
    const { code } = called.code;
    if (!isCall(called.code, frame.pc)) throw new CorruptBytes("a frame is not in a call");
    const live = code[frame.pc + 1]!;
    for (let r = 0; r < live; r++) fiber.registers[base + r] = heap.slot();
    checkRegisters(fiber, called.code, frame.pc, base, live);
    base += live + (code[frame.pc] === CALL_METHOD ? 2 : 1);
  }
  const { base: topBase, pc } = fiber.top;
  fiber.registers[topBase + fiber.top.function.code.code[pc + 1]!] = heap.value();
  fiber.parked = true;
  return fiber;
}

/** Variables that functions share are in cells, loops are where the code expects them, and neither is anywhere else. */
function checkRegisters(fiber: Fiber, code: FunctionCode, pc: number, base: number, live: number): void {
  const loops = new Set<number>();
  for (let i = 0; i < code.loops.length; i += 3) {
    if (pc >= code.loops[i]! && pc < code.loops[i + 1]!) loops.add(code.loops[i + 2]!);
  }
  for (let r = 0; r < live; r++) {
    const slot = fiber.registers[base + r];
    if (slot instanceof Cell !== code.cells.includes(r) || slot instanceof Loop !== loops.has(r)) {
      throw new CorruptBytes("a register holds what it cannot hold");
    }
  }
}

/** Program counters of call instructions, by code; found when first asked for. */
const callSites = new WeakMap<FunctionCode, ReadonlySet<number>>();

function isCall(code: FunctionCode, pc: number): boolean {
  let sites = callSites.get(code);
  if (sites === undefined) {
    sites = new Set(findCalls(code.code));
    callSites.set(code, sites);
  }
  return sites.has(pc);
}

function* findCalls(code: Int32Array): Generator<number> {
  for (let pc = 0; pc < code.length; pc += instructionLength[code[pc]!]!) {
    const opcode = code[pc];
    if (opcode === CALL || opcode === CALL_METHOD || opcode === CALL_NAMED || opcode === CALL_SPREAD) yield pc;
  }
}
