/**
 * States as bytes. Equal states give equal bytes: everything is in a fixed order, and nothing is in them that a script could not
 * tell apart.
 */
import { AutoFlowError } from "../../../core/errors.ts";
import { isWaitable, type Waitable } from "../api/channel.ts";
import { Future } from "../api/future.ts";
import type { Waiting } from "../api/host.ts";
import { CALL, CALL_METHOD, CALL_NAMED, CALL_SPREAD, instructionLength } from "../compile/opcode.ts";
import type { FunctionCode } from "../compile/code.ts";
import { ByteReader, ByteWriter, CorruptBytes } from "../snapshot/bytes.ts";
import { HeapReader } from "../snapshot/heap-reader.ts";
import { HeapWriter } from "../snapshot/heap-writer.ts";
import { Fiber } from "../vm/fiber.ts";
import { Cell, type Slot, StarlarkFunction } from "../vm/function.ts";
import { Loop } from "../vm/loop.ts";
import { runNames } from "./names.ts";
import type { RunMachine } from "./machine.ts";

const stateVersion = 1;
const mark = "AFS";

/** Throws AutoFlowError LIMIT_STATE when the state is larger than the run may have. */
export function writeState(machine: RunMachine): Uint8Array {
  machine.input.checkChanged();
  const out = new ByteWriter(1024);
  out.text(mark);
  out.natural(stateVersion);
  out.text(machine.image.hash.slice(0, 16));
  out.natural(machine.outbox.count);
  out.double(machine.time);
  out.natural(machine.vm.allocated);
  out.byte(machine.input.changed ? 1 : 0);
  const heap = new HeapWriter(namesOf(machine));
  writeRoots(heap, machine);
  heap.finish(out);
  const { stateBytes } = machine.start.limits;
  if (out.length > stateBytes) {
    throw new AutoFlowError(
      "LIMIT_STATE",
      `the state of the run takes ${out.length} bytes, the limit is ${stateBytes}`,
    );
  }
  return out.finish();
}

function namesOf(machine: RunMachine) {
  return runNames((name) => (name === "w" ? machine.context : machine.vars()));
}

function writeRoots(heap: HeapWriter, machine: RunMachine): void {
  const { out } = heap;
  const { entry } = machine.image;
  if (machine.input.changed && entry !== undefined) heap.value(machine.input.value());
  for (const value of entry?.globals ?? []) heap.value(value);
  out.natural(machine.inbox.mailbox.size);
  for (const [name, messages] of machine.inbox.mailbox.entries()) {
    heap.text(name);
    out.natural(messages.length);
    for (const { seq, payload } of messages) {
      out.natural(seq);
      heap.text(payload);
    }
  }
  const received = [...machine.inbox.received].toSorted(([a], [b]) => (a < b ? -1 : 1));
  out.natural(received.length);
  for (const [subscription, { position, time }] of received) {
    heap.text(subscription);
    out.natural(position);
    out.double(time);
  }
  out.natural(machine.inbox.open.size);
  for (const [, future] of [...machine.inbox.open].toSorted(([a], [b]) => a - b)) heap.value(future);
  out.natural(machine.vm.fibers.length);
  for (const fiber of machine.vm.fibers) {
    writeFiber(heap, fiber);
    writeWaiting(heap, machine.waits.get(fiber.id)!);
  }
}

/** Every frame is in a call; the registers below the call are the live ones. */
function writeFiber(heap: HeapWriter, fiber: Fiber): void {
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

function calleeOf(fiber: Fiber): Slot {
  const { base, pc, function: called } = fiber.top;
  return fiber.registers[base + called.code.code[pc + 1]!];
}

function writeWaiting(heap: HeapWriter, waiting: Waiting): void {
  const { out } = heap;
  out.natural(waiting.on.length);
  for (const waitable of waiting.on) heap.value(waitable);
  heap.value(waiting.deadline ?? null);
  heap.value(waiting.timeoutValue);
  out.byte((waiting.select ? 1 : 0) | (waiting.owned ? 2 : 0));
}

/** Fills a new machine from a state. Throws CorruptBytes. */
export function readState(machine: RunMachine, state: Uint8Array): void {
  const input = new ByteReader(state);
  if (input.text() !== mark) throw new CorruptBytes("they are not a state");
  const version = input.natural();
  if (version !== stateVersion) throw new CorruptBytes(`state format ${version} is not known to this release`);
  if (input.text() !== machine.image.hash.slice(0, 16)) throw new CorruptBytes("they belong to another image");
  machine.started = true;
  machine.outbox.count = input.natural();
  machine.time = input.double();
  const allocated = input.natural();
  machine.input.changed = input.byte() === 1;
  const heap = new HeapReader(input, namesOf(machine), {
    modules: machine.image.modules,
    objectAt: (ordinal) => machine.image.objects[ordinal] ?? machine.input.objectAt(ordinal),
  });
  readRoots(heap, machine);
  input.end();
  machine.vm.allocated = allocated;
}

function readRoots(heap: HeapReader, machine: RunMachine): void {
  const { input } = heap;
  const { entry } = machine.image;
  if (machine.input.changed && entry !== undefined) machine.input.restoreChanged(heap.value());
  for (let i = 0; i < (entry?.globals.length ?? 0); i++) entry!.globals[i] = plainSlot(heap);
  for (let names = input.count(); names > 0; names--) {
    const name = heap.text();
    for (let count = input.count(); count > 0; count--) {
      const seq = input.natural();
      machine.inbox.mailbox.add(name, { seq, payload: heap.text() });
    }
  }
  for (let count = input.count(); count > 0; count--) {
    const subscription = heap.text();
    machine.inbox.received.set(subscription, { position: input.natural(), time: input.double() });
  }
  for (let count = input.count(); count > 0; count--) {
    const future = readFuture(heap);
    machine.inbox.open.set(future.effect, future);
  }
  for (let count = input.count(); count > 0; count--) {
    const fiber = readFiber(heap, machine);
    machine.vm.fibers.push(fiber);
    machine.waits.set(fiber.id, readWaiting(heap));
  }
  machine.inbox.eventBytes = untakenBytes(heap);
}

/** Bytes of the events that came and that nobody took yet. */
function untakenBytes(heap: HeapReader): number {
  let bytes = 0;
  for (const object of heap.objects) {
    if (object instanceof Future && object.completion === "event" && object.state === "ready" && !object.taken) {
      bytes += (object.value as string).length;
    }
  }
  return bytes;
}

function readFuture(heap: HeapReader): Future {
  const future = heap.value();
  if (!(future instanceof Future)) throw new CorruptBytes("an open effect without its future");
  return future;
}

/** A value or unbound. */
function plainSlot(heap: HeapReader) {
  const slot = heap.slot();
  if (slot instanceof Cell || slot instanceof Loop) throw new CorruptBytes("a name without a value");
  return slot;
}

function readFiber(heap: HeapReader, machine: RunMachine): Fiber {
  const { input } = heap;
  const fiber = new Fiber(input.natural());
  const depth = input.natural();
  if (depth === 0 || depth > machine.start.limits.depth)
    throw new CorruptBytes("a fiber has too few or too many frames");
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

function readWaiting(heap: HeapReader): Waiting {
  const on: Waitable[] = [];
  for (let count = heap.input.count(); count > 0; count--) {
    const waitable = heap.value();
    if (!isWaitable(waitable)) throw new CorruptBytes("a fiber waits for nothing");
    on.push(waitable);
  }
  const deadline = heap.value();
  if (deadline !== null && !(deadline instanceof Future)) throw new CorruptBytes("a deadline that is not a timer");
  const timeoutValue = heap.value();
  const flags = heap.input.byte();
  return { on, deadline: deadline ?? undefined, timeoutValue, select: (flags & 1) !== 0, owned: (flags & 2) !== 0 };
}
