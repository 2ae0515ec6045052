/**
 * The fibers of a run: which can go on, what the others wait for, who started whom. `api/fibers.ts` tells what scripts may rely on.
 *
 * Who can go on is in a queue, which is empty between turns; so states have no queue.
 */
import type { Location } from "../../../core/errors.ts";
import { attemptTo } from "../api/attempt.ts";
import { Channel, type Waitable } from "../api/channel.ts";
import { FiberFuture, Future } from "../api/future.ts";
import type { Group, Waiting } from "../api/host.ts";
import { Builtin } from "../library/builtin.ts";
import { Dict } from "../values/dict.ts";
import { EvalError, LimitReached } from "../values/errors.ts";
import { fromText, toText } from "../values/text.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { applyCallee, parked } from "../vm/calls.ts";
import { Fiber } from "../vm/fiber.ts";
import { StarlarkFunction } from "../vm/function.ts";
import { abandon, describeFailure, innermostPlace, type ScriptFailure } from "../vm/unwind.ts";
import { Deadlock } from "./deadlock.ts";
import { failureOf } from "./failure-of.ts";
import type { RunMachine } from "./machine.ts";

/** A fiber that another one started. Texts are byte strings. */
export interface StartedFiber {
  readonly fiber: Fiber;
  readonly future: FiberFuture;
  /** The number of the fiber that started it. */
  readonly parent: number;
  /** Name of the function it calls. */
  readonly name: string;
  /** Where it was started, and in which function. */
  readonly at: Location;
  readonly node: string;
}

/** How the first fiber ended. */
export type FiberEnd = { kind: "returned"; value: Value } | { kind: "failed"; failure: ScriptFailure };

/** A fiber that can go on; what it waited for is there. */
interface Ready {
  fiber: Fiber;
  value: Value | undefined;
  error: EvalError | undefined;
  /** The answer of a wait for many things is made when the fiber goes on: it may be much work. */
  group: Waiting | undefined;
}

/** For runs that start no fibers, which is most of them. Nothing is added to these. */
const noneStarted = new Map<number, StartedFiber>();
const noneUnseen = new Map<number, FiberFuture[]>();

/** So many failures are kept for the fiber that started what failed, to fail it in the end; a run may go on for years. */
const maxUnseen = 8;

/** What a fiber takes, beside its values. */
const fiberBytes = 512;

export class Fibers {
  readonly #machine: RunMachine;
  /** What each fiber waits for, by its number. */
  readonly waits = new Map<number, Waiting>();
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
  #waking = false;
  #wakeAgain = false;

  constructor(machine: RunMachine) {
    this.#machine = machine;
  }

  // Turns.

  /** Begins the turn of an arrival. */
  beginTurn(seq: number): void {
    this.#seq = seq;
    this.#order = 0;
  }

  /** The first fiber can begin. */
  begin(fiber: Fiber): void {
    this.#ready.push({ fiber, value: undefined, error: undefined, group: undefined });
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
      const ready = this.#ready.shift()!;
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
      ready.value = this.#answer(waiting, 0);
    } catch (error) {
      if (error instanceof EvalError) ready.error = error;
      else this.#passedLimit(ready.fiber, error);
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
        `more than ${start.limits.fibers} fibers at a time: parallel(functions, max=50) starts them one after the other`,
      );
    }
    vm.charge(fiberBytes);
    vm.spend(16);
    if (this.last === 0) this.makeRoom();
    const fiber = new Fiber(++this.last);
    const future = new FiberFuture(fiber.id);
    applyCallee(vm, fiber, this.#machine.preludeFunction("_fiber"), [called, args, kwargs], 0);
    vm.fibers.push(fiber);
    this.started.set(fiber.id, { fiber, future, parent: starter.id, name: nameOf(called), ...this.placeOf(starter) });
    this.#ready.push({ fiber, value: undefined, error: undefined, group: undefined });
    return future;
  }

  /** There will be fibers. */
  makeRoom(): void {
    this.started = new Map();
    this.unseen = new Map();
  }

  /** The innermost place in the script where a fiber is. */
  placeOf(fiber: Fiber): { at: Location; node: string } {
    const place = innermostPlace(fiber);
    if (place !== undefined) return place;
    const started = this.started.get(fiber.id);
    if (started !== undefined) return { at: started.at, node: started.node };
    return { at: { file: this.#machine.image.path, line: 1, column: 1 }, node: "<toplevel>" };
  }

  /** The function of a fiber has returned; the fiber ends when those it started have ended. */
  #returned(fiber: Fiber, value: Value): void {
    if (this.last > 0) {
      const unseen = this.unseen.get(fiber.id)?.find(({ seen }) => !seen);
      if (unseen !== undefined)
        return this.#failed(
          fiber,
          this.#failureIn(fiber, () => this.#machine.take(unseen)),
        );
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

  /** What an action that fails fails with, as the failure of a fiber that is in no call. */
  #failureIn(fiber: Fiber, action: () => void): ScriptFailure {
    try {
      action();
    } catch (error) {
      if (error instanceof EvalError || error instanceof LimitReached) return describeFailure(fiber, error);
      throw error;
    }
    throw new Error("this should have failed");
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
      this.#passedLimit(fiber, error);
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
    future.seen = this.#isAwaited(future);
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

  /** A fiber's part of a traceback, or a whole one. */
  #trace({ fiber, parent, name, at, node }: StartedFiber, failure: ScriptFailure, whole: boolean): string {
    const by = parent === 0 ? "" : ` by fiber ${parent}`;
    const head = "Traceback (most recent call last):\n";
    const rest = failure.traceback.startsWith(head) ? failure.traceback.slice(head.length) : failure.traceback;
    const place = `${at.file}:${at.line}:${at.column} in ${node}`;
    return `${whole ? head : ""}Fiber ${fiber.id} (${name}), started${by} at ${place}:\n${rest}`;
  }

  /** Whether a fiber waits for a future, other than for its end. */
  #isAwaited(future: FiberFuture): boolean {
    for (const { on, group } of this.waits.values()) {
      if (group?.joins !== true && (group?.pending ?? on).includes(future)) return true;
    }
    return false;
  }

  /** Takes a fiber, whose future is complete, out of the run. */
  #ended({ fiber, future }: StartedFiber): void {
    const { fibers } = this.#machine.vm;
    future.seq = this.#seq;
    future.nth = ++this.#order;
    this.started.delete(fiber.id);
    this.unseen.delete(fiber.id);
    fibers.splice(fibers.indexOf(fiber), 1);
    this.wake();
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
    if (found) this.wake();
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
    vm.fibers.push(...going);
  }

  /** Tells the engine that the answer to an open effect is not wanted any more. */
  #closeEffect(future: Future): void {
    future.state = "cancelled";
    future.seq = this.#seq;
    this.#machine.inbox.open.delete(future.effect);
    this.#machine.emit({ kind: "cancel", target: future.effect });
  }

  // Waiting.

  /** What the call of the running fiber answers, if that is known, else `parked` after noting what it waits for. */
  wait(waiting: Waiting): Value {
    const fiber = this.#machine.vm.current!;
    if (this.last > 0) this.#refuseItself(fiber, waiting);
    const index = this.#readyCase(fiber, waiting);
    if (index < 0) {
      this.waits.set(fiber.id, waiting);
      return parked;
    }
    try {
      const value = this.#answer(waiting, index);
      return this.isGoing(fiber) ? value : parked;
    } catch (error) {
      // Those that lost were cancelled, and this fiber was among what they had started, or was one of them.
      if (error instanceof EvalError && !this.isGoing(fiber)) return parked;
      throw error;
    }
  }

  #refuseItself(fiber: Fiber, { on, group }: Waiting): void {
    const own = this.started.get(fiber.id)?.future;
    if (own === undefined || (on.length > 1 && group === undefined) || !on.includes(own)) return;
    throw new EvalError("a fiber cannot wait for itself");
  }

  /** Waits, in a fiber whose function has returned, for those that it started. */
  join(): Value {
    const { id } = this.#machine.vm.current!;
    const on: Waitable[] = [];
    for (const { parent, future } of this.started.values()) if (parent === id) on.push(future);
    const group: Group = { pending: [...on], rest: [], most: 1, failFast: true, answer: "nothing", joins: true };
    return this.wait({ on, deadline: undefined, timeoutValue: null, select: false, owned: true, group });
  }

  /**
   * Puts the fibers whose waits are over into the queue, in the order of their numbers. Those that wait for their end come last:
   * a failure that another one takes is none to them.
   */
  wake(): void {
    this.#wakeAgain = true;
    if (this.#waking) return;
    const { vm } = this.#machine;
    const { current } = vm;
    this.#waking = true;
    while (this.#wakeAgain) {
      this.#wakeAgain = false;
      this.#wakeThose(false);
      if (this.last > 0) this.#wakeThose(true);
    }
    this.#waking = false;
    vm.current = current;
  }

  #wakeThose(joining: boolean): void {
    const { fibers } = this.#machine.vm;
    for (let i = 0; i < fibers.length && this.end === undefined; i++) {
      const fiber = fibers[i]!;
      const waiting = this.waits.get(fiber.id);
      if (waiting !== undefined && (waiting.group?.joins === true) === joining) this.#wakeFiber(fiber, waiting);
    }
  }

  #wakeFiber(fiber: Fiber, waiting: Waiting): void {
    this.#machine.vm.current = fiber;
    try {
      let index = this.#readyCase(fiber, waiting);
      if (waiting.deadline !== undefined && this.#isLate(waiting, index)) index = timedOut;
      if (index === notReady) return;
      this.waits.delete(fiber.id);
      if (index !== timedOut && waiting.group?.pending.length === 0) {
        this.#ready.push({ fiber, value: undefined, error: undefined, group: waiting });
        return;
      }
      this.#ready.push({ fiber, value: this.#answer(waiting, index), error: undefined, group: undefined });
    } catch (error) {
      if (error instanceof EvalError) this.#ready.push({ fiber, value: undefined, error, group: undefined });
      else this.#passedLimit(fiber, error);
    }
  }

  /** Whether the deadline passed before a case was ready. */
  #isLate({ on, deadline, group }: Waiting, index: number): boolean {
    const { inbox } = this.#machine;
    const since = inbox.readySince(deadline!);
    if (since === Infinity) return false;
    return index === notReady || group !== undefined || inbox.readySince(on[index]!) >= since;
  }

  /** The case that is ready, 0 for a group that is; or `notReady`. */
  #readyCase(fiber: Fiber, { on, group }: Waiting): number {
    if (group !== undefined) return this.#readyGroup(fiber, on, group);
    if (on.length >= 16) this.#machine.vm.spend(on.length >> 3);
    return this.#machine.inbox.firstReady(on);
  }

  #readyGroup(fiber: Fiber, on: Waitable[], group: Group): number {
    if (group.pending.length >= 16) this.#machine.vm.spend(group.pending.length >> 3);
    const pending = group.pending.filter(isPending);
    if (group.failFast && pending.length < group.pending.length) {
      if (group.pending.some((waitable) => hasFailed(waitable, group))) return 0;
    }
    while (group.rest.length > 0 && pending.length < group.most) {
      const { items } = group.rest.pop()!;
      const future = this.start(fiber, items[0]!, new Tuple(items.slice(1)), new Dict());
      on.push(future);
      pending.push(future);
    }
    group.pending = pending;
    return pending.length === 0 ? 0 : notReady;
  }

  /** What a wait that is over answers. Throws EvalError. */
  #answer(waiting: Waiting, index: number): Value {
    const { on, deadline, group, owned, select } = waiting;
    if (index === timedOut) {
      if (owned) this.cancel(on);
      return waiting.timeoutValue;
    }
    if (deadline !== undefined) this.cancel([deadline]);
    if (group !== undefined) return this.#groupAnswer(on, group);
    if (owned && on.length > 1) this.cancel(on);
    const value = this.#machine.take(on[index]!);
    return select ? new Tuple([index, value]) : value;
  }

  #groupAnswer(on: readonly Waitable[], group: Group): Value {
    const { vm } = this.#machine;
    vm.charge(48 + 8 * on.length);
    vm.spend(group.answer === "outcomes" ? 16 * on.length : on.length);
    if (group.answer === "outcomes") {
      return new List(on.map((waitable) => attemptTo(vm, () => this.#machine.take(waitable))));
    }
    const failed = on.filter((waitable) => hasFailed(waitable, group));
    if (failed.length > 0) {
      this.cancel(on);
      return this.#machine.take(failed[this.#machine.inbox.firstReady(failed)]!);
    }
    return group.answer === "nothing" ? null : new List(on.map((waitable) => this.#machine.take(waitable)));
  }

  /** A limit that is passed while something is done for a fiber ends the run. */
  #passedLimit(fiber: Fiber, error: unknown): void {
    if (!(error instanceof LimitReached)) throw error;
    this.#endWith(this.started.get(fiber.id), describeFailure(fiber, error));
  }

  // Deadlocks.

  /** Ends the run when nothing from outside could ever wake a fiber. */
  #checkDeadlock(): void {
    const { fibers } = this.#machine.vm;
    // Those that were started last are most likely to wait for something from outside.
    for (let i = fibers.length - 1; i >= 0; i--) {
      const waiting = this.waits.get(fibers[i]!.id);
      if (waiting === undefined || waiting.deadline !== undefined) return;
      const on = waiting.group?.pending ?? waiting.on;
      if (on.some((waitable) => !(waitable instanceof FiberFuture) && isOpen(waitable))) return;
    }
    const lines = fibers.slice(0, maxShown).map((fiber) => `\n  ${this.#describeWait(fiber)}`);
    if (fibers.length > maxShown) lines.push(`\n  and ${fibers.length - maxShown} more`);
    const error = new Deadlock(`all fibers wait for one another, so none can ever go on:${lines.join("")}`);
    this.#endWith(undefined, describeFailure(fibers[0]!, error));
  }

  #describeWait(fiber: Fiber): string {
    const { at } = this.placeOf(fiber);
    const name = this.started.get(fiber.id)?.name;
    const waiting = this.waits.get(fiber.id)!;
    const others = waiting.on.flatMap((on) =>
      on instanceof FiberFuture && isPending(on) ? [`fiber ${on.fiber}`] : [],
    );
    const what =
      waiting.group?.joins === true ? "has returned and waits" : `waits at ${at.file}:${at.line}:${at.column}`;
    return `fiber ${fiber.id}${name === undefined ? "" : ` (${name})`} ${what} for ${others.slice(0, maxShown).join(", ")}`;
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

/** Of a deadlock. */
const maxShown = 20;

/** Instead of the index of a case. */
const notReady = -1;
const timedOut = -2;

/** Whether something from outside could still come. */
function isOpen(waitable: Waitable): boolean {
  return waitable instanceof Channel || waitable.state === "pending";
}

function isPending(waitable: Waitable): boolean {
  return !(waitable instanceof Channel) && waitable.state === "pending";
}

function hasFailed(waitable: Waitable, group: Group): boolean {
  if (waitable instanceof Channel) return false;
  if (!group.joins) return waitable.state === "failed" || waitable.state === "cancelled";
  return waitable.state === "failed" && !(waitable as FiberFuture).seen;
}

function nameOf(called: Value): string {
  if (called instanceof StarlarkFunction) return called.name;
  return called instanceof Builtin ? called.spec.name : "function";
}

function failureText(error: EvalError | LimitReached, traceback: string): string {
  return fromText(JSON.stringify({ ...failureOf(error), traceback: toText(traceback) }));
}
