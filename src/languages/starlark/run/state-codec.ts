/**
 * States as bytes. Equal states give equal bytes: everything is in a fixed order, and nothing is in them that a script could not
 * tell apart.
 */
import { AutoFlowError } from "../../../core/errors.ts";
import { Channel, isWaitable, type Waitable } from "../api/channel.ts";
import { FiberFuture, Future } from "../api/future.ts";
import type { Group, Waiting } from "../api/host.ts";
import { ByteReader, ByteWriter, CorruptBytes } from "../snapshot/bytes.ts";
import { readFiber, writeFiber } from "../snapshot/fiber-codec.ts";
import { HeapReader } from "../snapshot/heap-reader.ts";
import { HeapWriter } from "../snapshot/heap-writer.ts";
import { Dict } from "../values/dict.ts";
import { fromText, toText } from "../values/text.ts";
import { HeapValue, Tuple } from "../values/value.ts";
import type { Fiber } from "../vm/fiber.ts";
import { Cell } from "../vm/function.ts";
import { Loop } from "../vm/loop.ts";
import type { Outcome } from "../../../core/program.ts";
import type { Cleanup } from "./cleanup.ts";
import type { Fibers, StartedFiber } from "./fibers.ts";
import { runNames } from "./names.ts";
import type { RunMachine } from "./machine.ts";

/** Version 2 is version 1 and, at the end, what there is about fibers beyond the first. Version 3 says which of both follows. */
const plainVersion = 1;
const fibersVersion = 2;
const stateVersion = 3;

// Flags of version 3.
const inputChanged = 1;
const moreFibers = 2;
const cleanup = 4;
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
  out.natural(machine.steps);
  out.natural(machine.outbox.totalBytes);
  out.byte(
    (machine.input.changed ? inputChanged : 0) |
      (machine.fibers.last === 0 ? 0 : moreFibers) |
      (hasCleanup(machine.cleanup) ? cleanup : 0),
  );
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
    writeWaiting(heap, machine.fibers.waits.get(fiber.id)!);
  }
  if (machine.fibers.last > 0) writeFibers(heap, machine.fibers);
  if (hasCleanup(machine.cleanup)) writeCleanup(heap, machine.cleanup);
}

function hasCleanup({ calls, outcome }: Cleanup): boolean {
  return calls.length > 0 || outcome !== undefined;
}

function writeCleanup(heap: HeapWriter, { calls, outcome, stepsBefore }: Cleanup): void {
  const { out } = heap;
  out.natural(calls.length);
  for (const call of calls) heap.value(call);
  heap.text(outcome === undefined ? "" : fromText(JSON.stringify(outcome)));
  out.natural(stepsBefore);
}

function readCleanup(heap: HeapReader, into: Cleanup): void {
  for (let count = heap.input.count(); count > 0; count--) into.calls.push(readDeferred(heap));
  const text = heap.text();
  if (text !== "") into.outcome = JSON.parse(toText(text)) as Outcome;
  into.stepsBefore = heap.input.natural();
}

function readDeferred(heap: HeapReader): Tuple {
  const call = heap.value();
  const [called, args, kwargs] = call instanceof Tuple ? call.items : [];
  const isCall = called instanceof HeapValue && called.callable && args instanceof Tuple && kwargs instanceof Dict;
  if (!isCall) throw new CorruptBytes("a deferred call without a function");
  return call as Tuple;
}

function writeFibers(heap: HeapWriter, { last, started, unseen }: Fibers): void {
  const { out } = heap;
  out.natural(last);
  for (const { future, parent, name, at } of started.values()) {
    heap.value(future);
    out.natural(parent);
    for (const text of [name, at.file, at.node]) heap.text(text);
    out.natural(at.line);
    out.natural(at.column);
  }
  out.natural(unseen.size);
  for (const [id, futures] of [...unseen].toSorted(([a], [b]) => a - b)) {
    out.natural(id);
    out.natural(futures.length);
    for (const future of futures) heap.value(future);
  }
}

function writeWaiting(heap: HeapWriter, waiting: Waiting): void {
  const { out } = heap;
  out.natural(waiting.on.length);
  for (const waitable of waiting.on) heap.value(waitable);
  heap.value(waiting.deadline ?? null);
  heap.value(waiting.timeoutValue);
  const { group } = waiting;
  out.byte((waiting.select ? 1 : 0) | (waiting.owned ? 2 : 0) | (group === undefined ? 0 : 4));
  if (group === undefined) return;
  out.byte((group.failFast ? 1 : 0) | (group.joins ? 2 : 0));
  out.byte(groupAnswers.indexOf(group.answer));
  out.natural(group.most);
  out.natural(group.rest.length);
  for (const call of group.rest) heap.value(call);
}

/** By number in the format; append-only. */
const groupAnswers: readonly Group["answer"][] = ["values", "outcomes", "nothing"];

/** Fills a new machine from a state. Throws CorruptBytes. */
export function readState(machine: RunMachine, state: Uint8Array): void {
  const input = new ByteReader(state);
  if (input.text() !== mark) throw new CorruptBytes("they are not a state");
  const version = input.natural();
  if (version < plainVersion || version > stateVersion)
    throw new CorruptBytes(`state format ${version} is not known to this release`);
  if (input.text() !== machine.image.hash.slice(0, 16)) throw new CorruptBytes("they belong to another image");
  machine.started = true;
  machine.outbox.count = input.natural();
  machine.time = input.double();
  const allocated = input.natural();
  if (version >= stateVersion) {
    machine.steps = input.natural();
    machine.outbox.totalBytes = input.natural();
  }
  const flags = input.byte();
  machine.input.changed = (flags & inputChanged) !== 0;
  const heap = new HeapReader(input, namesOf(machine), {
    modules: machine.image.modules,
    objectAt: (ordinal) => machine.image.objects[ordinal] ?? machine.input.objectAt(ordinal),
  });
  readRoots(heap, machine);
  if (version === fibersVersion || (flags & moreFibers) !== 0) readFibers(heap, machine);
  else if (machine.vm.fibers.length !== 1) throw new CorruptBytes("fibers that nobody started");
  if ((flags & cleanup) !== 0) readCleanup(heap, machine.cleanup);
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
    const fiber = readFiber(heap, machine.start.limits.depth);
    machine.vm.fibers.push(fiber);
    machine.fibers.waits.set(fiber.id, readWaiting(heap));
  }
  machine.inbox.eventBytes = untakenBytes(heap);
}

function readFibers(heap: HeapReader, machine: RunMachine): void {
  const { input } = heap;
  const { fibers } = machine;
  fibers.makeRoom();
  fibers.last = input.natural();
  let before = -1;
  for (const fiber of machine.vm.fibers) {
    if (fiber.id <= before || fiber.id > fibers.last) throw new CorruptBytes("fibers out of order");
    if (before >= 0) fibers.started.set(fiber.id, readStarted(heap, fiber, fibers.started));
    else if (fiber.id !== 0) throw new CorruptBytes("the first fiber is missing");
    before = fiber.id;
  }
  for (let count = input.count(); count > 0; count--) {
    const id = input.natural();
    const failed: FiberFuture[] = [];
    for (let futures = input.count(); futures > 0; futures--) failed.push(readFiberFuture(heap));
    fibers.unseen.set(id, failed);
  }
}

function readStarted(heap: HeapReader, fiber: Fiber, started: ReadonlyMap<number, StartedFiber>): StartedFiber {
  const { input } = heap;
  const future = readFiberFuture(heap);
  const parent = input.natural();
  if (future.fiber !== fiber.id || future.state !== "pending" || (parent !== 0 && !started.has(parent))) {
    throw new CorruptBytes("a fiber that does not belong here");
  }
  const [name, file, node] = [heap.text(), heap.text(), heap.text()];
  return { fiber, future, parent, name, at: { file, line: input.natural(), column: input.natural(), node } };
}

function readFiberFuture(heap: HeapReader): FiberFuture {
  const future = heap.value();
  if (!(future instanceof FiberFuture)) throw new CorruptBytes("a fiber without its future");
  return future;
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
  const waiting: Waiting = {
    on,
    deadline: deadline ?? undefined,
    timeoutValue,
    select: (flags & 1) !== 0,
    owned: (flags & 2) !== 0,
  };
  if ((flags & 4) !== 0) waiting.group = readGroup(heap, on);
  return waiting;
}

function readGroup(heap: HeapReader, on: readonly Waitable[]): Group {
  const { input } = heap;
  const flags = input.byte();
  const answer = groupAnswers[input.byte()];
  if (answer === undefined) throw new CorruptBytes("a wait of an unknown kind");
  const most = input.natural();
  const rest: Tuple[] = [];
  for (let count = input.count(); count > 0; count--) {
    const call = heap.value();
    if (!(call instanceof Tuple) || call.items.length === 0) throw new CorruptBytes("a call without a function");
    rest.push(call);
  }
  const pending = on.filter((waitable) => !(waitable instanceof Channel) && waitable.state === "pending");
  return { pending, rest, most, failFast: (flags & 1) !== 0, answer, joins: (flags & 2) !== 0 };
}
