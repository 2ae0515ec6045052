/**
 * The fibers of a run: which can go on, what the others wait for, who started whom. `api/fibers.ts` tells what scripts may rely on.
 *
 * Who can go on is in a queue, which is empty between turns; so states have no queue.
 */
import { FiberFailed } from "../api/attempt.ts";
import { Channel, type Waitable } from "../api/channel.ts";
import { FiberFuture, Future } from "../api/future.ts";
import type { Waiting } from "../api/host.ts";
import { Builtin } from "../library/builtin.ts";
import { EvalError, grouped, LimitReached } from "../values/errors.ts";
import { fromText, toText } from "../values/text.ts";
import type { Tuple, Value } from "../values/value.ts";
import { applyCallee } from "../vm/calls.ts";
import { Fiber } from "../vm/fiber.ts";
import { StarlarkFunction } from "../vm/function.ts";
import { fiberBytes } from "../vm/memory.ts";
import { abandon, describeFailure, innermostPlace, type Place, type ScriptFailure } from "../vm/unwind.ts";
import { findDeadlock } from "./deadlock.ts";
import { failureOf } from "./failure-of.ts";
import { failureIn } from "./inbox.ts";
import type { RunMachine } from "./machine.ts";
import { WaitingFibers } from "./waiting-fibers.ts";

/** A fiber that another one started. Texts are byte strings. */
export interface StartedFiber {
  readonly fiber: Fiber;
  readonly future: FiberFuture;
  /** The number of the fiber that started it. */
  readonly parent: number;
  /** Name of the function it calls. */
  readonly name: string;
  /** Where it was started. */
  readonly at: Place;
}

/** How the first fiber ended. */
export type FiberEnd = { kind: "returned"; value: Value } | { kind: "failed"; failure: ScriptFailure };

/** A fiber that can go on; what it waited for is there. */
interface Ready {
  fiber: Fiber;
  value: Value | undefined;
  error: EvalError | undefined;
  /** A wait for many things that is over; its answer is made when the fiber goes on, since it may be much work. */
  group: Waiting | undefined;
}

/** For runs that start no fibers, which is most of them. Nothing is added to these. */
const noneStarted = new Map<number, StartedFiber>();
const noneUnseen = new Map<number, FiberFuture[]>();

/** So many failures are kept for the fiber that started what failed, to fail it in the end; a run may go on for years. */
const maxUnseen = 8;

export class Fibers {
  readonly #machine: RunMachine;
  readonly waiting: WaitingFibers;
  /** Fibers but the first, by number, ascending. */
  started = noneStarted;
  /** Failures that nobody waited for so far, by the number of the fiber that started what failed. */
  unseen = noneUnseen;
  /** The highest number so far. */
  last = 0;
  /** Set when the run is over. */
  end: FiberEnd | undefined;
  readonly #ready: Ready[] = [];
  #running: Fiber | undefined;
  /** Sequence number of the turn's arrival, and how many fibers ended in the turn. */
  #seq = 0;
  #order = 0;

  constructor(machine: RunMachine) {
    this.#machine = machine;
    this.waiting = new WaitingFibers(machine, this);
  }

  /** What each fiber waits for, by its number. */
  get waits(): Map<number, Waiting> {
    return this.waiting.waits;
  }

  // Turns.

  /** Begins the turn of an arrival. */
  beginTurn(seq: number): void {
    this.#seq = seq;
    this.#order = 0;
  }

  /** A fiber can begin, or go on with the answer of what it waited for. */
  makeReady(fiber: Fiber, value?: Value, error?: EvalError, group?: Waiting): void {
    this.#ready.push({ fiber, value, error, group });
  }

  /** Computes until all fibers wait or the run is over ("done"), or the granted steps are used up ("running"). */
  advance(): "running" | "done" {
    const { vm } = this.#machine;
    while (this.end === undefined) {
      const fiber = this.#running ?? this.#next();
      if (fiber === undefined) {
        if (vm.fibers.length > 1) this.#checkDeadlock();
        return "done";
      }
      this.#running = fiber;
      const progress = vm.run(fiber);
      if (progress === "running") return "running";
      this.#running = undefined;
      if (progress === "returned") this.#returned(fiber, vm.result);
      else if (progress === "failed") this.#failed(fiber, vm.failure!);
    }
    return "done";
  }

  /** The next fiber in the queue, in which the call that waited has been completed. */
  #next(): Fiber | undefined {
    const { vm } = this.#machine;
    while (this.#ready.length > 0 && this.end === undefined) {
      const ready = this.#ready.length === 1 ? this.#ready.pop()! : this.#ready.shift()!;
      const { fiber } = ready;
      if (!this.isGoing(fiber)) continue;
      if (ready.group !== undefined) this.#answerGroup(ready, ready.group);
      if (this.end !== undefined) return undefined;
      if (ready.value !== undefined) vm.resume(fiber, ready.value);
      if (ready.error === undefined) return fiber;
      this.#raise(fiber, ready.error);
      if (this.#running !== undefined) return this.#running;
    }
    return undefined;
  }

  #answerGroup(ready: Ready, waiting: Waiting): void {
    this.#machine.vm.current = ready.fiber;
    try {
      ready.value = this.waiting.answer(waiting, 0);
    } catch (error) {
      if (error instanceof EvalError) ready.error = error;
      else this.passedLimit(ready.fiber, error);
    }
  }

  /** Makes the call that a fiber waits in fail; it is the running one when it goes on after that. */
  #raise(fiber: Fiber, error: EvalError): void {
    const { vm } = this.#machine;
    vm.current = fiber;
    fiber.parked = false;
    const progress = vm.raise(fiber, error);
    if (progress === undefined) this.#running = fiber;
    else if (progress === "returned") this.#returned(fiber, vm.result);
    else this.#failed(fiber, vm.failure!);
  }

  /** Whether a fiber has neither ended nor been cancelled. */
  isGoing(fiber: Fiber): boolean {
    return fiber.id === 0 || this.started.has(fiber.id);
  }

  // Starting and ending.

  /** Starts a fiber for `starter`. Throws LimitReached. */
  start(starter: Fiber, called: Value, args: Tuple, kwargs: Value): FiberFuture {
    const { vm, start } = this.#machine;
    if (vm.fibers.length >= start.limits.fibers) {
      throw new LimitReached(
        "LIMIT_FIBERS",
        `more than ${grouped(start.limits.fibers)} fibers at a time: parallel(functions, max=50) starts them one after the other`,
      );
    }
    vm.charge(fiberBytes);
    vm.spend(16);
    if (this.last === 0) this.makeRoom();
    const fiber = new Fiber(++this.last);
    const future = new FiberFuture(fiber.id);
    applyCallee(vm, fiber, this.#machine.preludeFunction("_fiber"), [called, args, kwargs], 0);
    vm.fibers.push(fiber);
    this.started.set(fiber.id, { fiber, future, parent: starter.id, name: nameOf(called), at: this.placeOf(starter) });
    this.makeReady(fiber);
    return future;
  }

  /** There will be fibers. */
  makeRoom(): void {
    this.started = new Map();
    this.unseen = new Map();
  }

  /** The innermost place in the script where a fiber is. */
  placeOf(fiber: Fiber): Place {
    const place = innermostPlace(fiber) ?? this.started.get(fiber.id)?.at;
    return place ?? { file: this.#machine.image.path, line: 1, column: 1, node: "<toplevel>" };
  }

  /** The function of a fiber has returned; the fiber ends when those it started have ended. */
  #returned(fiber: Fiber, value: Value): void {
    if (this.last > 0) {
      const unseen = this.unseen.get(fiber.id)?.find(({ seen }) => !seen);
      if (unseen !== undefined) return this.#failed(fiber, this.#unseenFailure(fiber, unseen));
      for (const { parent } of this.started.values()) {
        if (parent === fiber.id) return this.#awaitStarted(fiber, value);
      }
    }
    const started = this.started.get(fiber.id);
    if (started === undefined) {
      this.end = { kind: "returned", value };
      return;
    }
    started.future.state = "ready";
    started.future.value = value;
    this.#ended(started);
  }

  #awaitStarted(fiber: Fiber, value: Value): void {
    const { vm } = this.#machine;
    vm.current = fiber;
    applyCallee(vm, fiber, this.#machine.preludeFunction("_finish"), [value], 0);
    this.#running = fiber;
  }

  /** What a fiber that is in no call any more fails with. */
  #unseenFailure(fiber: Fiber, unseen: FiberFuture): ScriptFailure {
    unseen.seen = true;
    return describeFailure(fiber, new FiberFailed(failureIn(unseen)));
  }

  #failed(fiber: Fiber, failure: ScriptFailure): void {
    const started = this.started.get(fiber.id);
    if (started === undefined || failure.error instanceof LimitReached) {
      this.#endWith(started, failure);
      return;
    }
    this.#machine.vm.current = fiber;
    try {
      this.#fail(started, failure);
      if (!started.future.seen) this.#noteUnseen(started, failure.error);
    } catch (error) {
      this.passedLimit(fiber, error);
    }
  }

  #fail(started: StartedFiber, failure: ScriptFailure): void {
    const { fiber, future } = started;
    const text = failureText(failure.error, this.#trace(started, failure, false));
    this.#machine.vm.charge(text.length);
    abandon(fiber);
    future.state = "failed";
    future.value = text;
    this.#cancelStartedBy(fiber.id);
    future.seen = this.waiting.isAwaited(future);
    this.#ended(started);
  }

  /** Nobody waits for what failed: that is told now, and fails the fiber that started it when that one has nothing else to do. */
  #noteUnseen({ fiber, future, parent, name }: StartedFiber, { message }: Error): void {
    const line = `fiber ${fiber.id} (${name}) failed, and nothing waits for it yet: ${message}`;
    this.#machine.emit({ kind: "log", level: "warn", message: toText(line) });
    const others = (this.unseen.get(parent) ?? []).filter(({ seen }) => !seen);
    if (others.length < maxUnseen) this.unseen.set(parent, [...others, future]);
  }

  #endWith(started: StartedFiber | undefined, failure: ScriptFailure): void {
    const told = started === undefined ? failure : { ...failure, traceback: this.#trace(started, failure, true) };
    this.end ??= { kind: "failed", failure: told };
  }

  /** A limit that is passed while something is done for a fiber ends the run. */
  passedLimit(fiber: Fiber, error: unknown): void {
    if (!(error instanceof LimitReached)) throw error;
    this.#endWith(this.started.get(fiber.id), describeFailure(fiber, error));
  }

  /** A fiber's part of a traceback, or a whole one. */
  #trace({ fiber, parent, name, at }: StartedFiber, failure: ScriptFailure, whole: boolean): string {
    const by = parent === 0 ? "" : ` by fiber ${parent}`;
    const head = "Traceback (most recent call last):\n";
    const rest = failure.traceback.startsWith(head) ? failure.traceback.slice(head.length) : failure.traceback;
    const place = `${at.file}:${at.line}:${at.column} in ${at.node}`;
    return `${whole ? head : ""}Fiber ${fiber.id} (${name}), started${by} at ${place}:\n${rest}`;
  }

  /** Takes a fiber, whose future is complete, out of the run. */
  #ended({ fiber, future }: StartedFiber): void {
    const { fibers } = this.#machine.vm;
    future.seq = this.#seq;
    future.nth = ++this.#order;
    this.started.delete(fiber.id);
    this.unseen.delete(fiber.id);
    fibers.splice(fibers.indexOf(fiber), 1);
    this.waiting.wake();
  }

  // Cancelling.

  /** Cancels what is still pending of these; answers whether something was. */
  cancel(waitables: readonly Waitable[]): boolean {
    const fibers = new Set<number>();
    let found = false;
    for (const waitable of waitables) {
      if (waitable instanceof Channel || waitable.state !== "pending") continue;
      found = true;
      if (waitable instanceof Future) this.#closeEffect(waitable);
      else fibers.add(waitable.fiber);
    }
    if (fibers.size > 0) this.#cancelFibers(fibers);
    if (found) this.waiting.wake();
    return found;
  }

  #cancelStartedBy(id: number): void {
    const fibers = new Set<number>();
    for (const [started, { parent }] of this.started) if (parent === id) fibers.add(started);
    if (fibers.size > 0) this.#cancelFibers(fibers);
  }

  /** Cancels fibers with all that they started, and the effects that they asked for. */
  #cancelFibers(fibers: Set<number>): void {
    const { vm, inbox } = this.#machine;
    vm.spend((this.started.size + inbox.open.size) >> 2);
    // A fiber's number is higher than that of the one that started it.
    for (const [id, { parent }] of this.started) if (fibers.has(parent)) fibers.add(id);
    for (const future of inbox.open.values()) if (fibers.has(future.fiber)) this.#closeEffect(future);
    for (const [id, { fiber, future }] of this.started) {
      if (!fibers.has(id)) continue;
      abandon(fiber);
      this.waits.delete(id);
      this.unseen.delete(id);
      this.started.delete(id);
      future.state = "cancelled";
      future.seq = this.#seq;
      future.nth = ++this.#order;
    }
    const going = vm.fibers.filter(({ id }) => !fibers.has(id));
    vm.fibers.length = 0;
    for (const fiber of going) vm.fibers.push(fiber);
  }

  /** Tells the engine that the answer to an open effect is not wanted any more. */
  #closeEffect(future: Future): void {
    future.state = "cancelled";
    future.seq = this.#seq;
    this.#machine.inbox.open.delete(future.effect);
    this.#machine.emit({ kind: "cancel", target: future.effect });
  }

  /** The run goes on in a first fiber that is in no call: all else is ended, and nothing is open any more. */
  unwind(): Fiber {
    const { vm, inbox } = this.#machine;
    vm.current = vm.fibers[0]!;
    this.#cancelStartedBy(0);
    for (const future of inbox.open.values()) this.#closeEffect(future);
    for (const fiber of vm.fibers) abandon(fiber);
    this.waits.clear();
    this.started.clear();
    this.unseen.clear();
    this.#ready.length = 0;
    this.#running = undefined;
    this.end = undefined;
    const fiber = new Fiber(0);
    vm.fibers.length = 0;
    vm.fibers.push(fiber);
    vm.current = fiber;
    return fiber;
  }

  #checkDeadlock(): void {
    const error = findDeadlock(this.#machine.vm.fibers, this);
    if (error !== undefined) this.#endWith(undefined, describeFailure(this.#machine.vm.fibers[0]!, error));
  }

  /** Calls `each` with the values of fibers that are not in their registers. */
  visit(each: (value: Value) => void): void {
    for (const { on, deadline, timeoutValue, group } of this.waits.values()) {
      for (const waitable of on) each(waitable);
      if (deadline !== undefined) each(deadline);
      each(timeoutValue);
      if (group !== undefined) for (const call of group.rest) each(call);
    }
    for (const { value, group } of this.#ready) {
      if (value !== undefined) each(value);
      for (const waitable of group?.on ?? []) each(waitable);
    }
    for (const { future } of this.started.values()) each(future);
    for (const futures of this.unseen.values()) for (const future of futures) each(future);
  }
}

function nameOf(called: Value): string {
  if (called instanceof StarlarkFunction) return called.name;
  return called instanceof Builtin ? called.spec.name : "function";
}

function failureText(error: EvalError | LimitReached, traceback: string): string {
  return fromText(JSON.stringify({ ...failureOf(error), traceback: toText(traceback) }));
}
