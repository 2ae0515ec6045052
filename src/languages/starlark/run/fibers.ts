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
  value?: Value;
  error?: EvalError;
}

/** What a fiber takes, beside its values. */
const fiberBytes = 512;

export class Fibers {
  readonly #machine: RunMachine;
  /** What each fiber waits for, by its number. */
  readonly waits = new Map<number, Waiting>();
  /** Fibers but the first, by number, ascending. */
  readonly started = new Map<number, StartedFiber>();
  /** Failures that nobody waited for so far, by the number of the fiber that started what failed. */
  readonly unseen = new Map<number, FiberFuture[]>();
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
    this.#ready.push({ fiber });
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
    for (let ready = this.#ready.shift(); ready !== undefined && this.end === undefined; ready = this.#ready.shift()) {
      const { fiber, value, error } = ready;
      if (!this.isGoing(fiber)) continue;
      if (value !== undefined) vm.resume(fiber, value);
      if (error === undefined) return fiber;
      vm.current = fiber;
      fiber.parked = false;
      const progress = vm.raise(fiber, error);
      if (progress === undefined) return fiber;
      if (progress === "returned") this.#returned(fiber, vm.result);
      else this.#failed(fiber, vm.failure!);
      if (this.#running !== undefined) return this.#running;
    }
    return undefined;
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
    const fiber = new Fiber(++this.last);
    const future = new FiberFuture(fiber.id);
    applyCallee(vm, fiber, this.#machine.preludeFunction("_fiber"), [called, args, kwargs], 0);
    vm.fibers.push(fiber);
    this.started.set(fiber.id, { fiber, future, parent: starter.id, name: nameOf(called), ...this.placeOf(starter) });
    this.#ready.push({ fiber });
    return future;
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
      this.#endWith(started === undefined ? failure : { ...failure, traceback: this.#trace(started, failure, true) });
      return;
    }
    const { future, name } = started;
    const { error } = failure;
    this.#machine.vm.current = fiber;
    this.#guard(fiber, () => {
      future.state = "failed";
      future.value = failureText(error, this.#trace(started, failure, false));
      this.#machine.vm.charge(future.value.length);
      this.#cancelStartedBy(fiber.id);
      future.seen = this.#isAwaited(future);
      this.#ended(started);
      if (future.seen) return;
      const note = `fiber ${fiber.id} (${name}) failed, and nothing waits for it yet: ${error.message}`;
      this.#machine.vm.current = fiber;
      this.#machine.emit({ kind: "log", level: "warn", message: toText(note) });
      const others = this.unseen.get(started.parent);
      if (others === undefined) this.unseen.set(started.parent, [future]);
      else others.push(future);
    });
  }

  #endWith(failure: ScriptFailure): void {
    this.end ??= { kind: "failed", failure };
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
    for (const { on, group } of this.waits.values()) if (group?.joins !== true && on.includes(future)) return true;
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
    const own = this.started.get(fiber.id)?.future;
    if (own !== undefined && waiting.on.includes(own) && (waiting.on.length === 1 || waiting.group !== undefined)) {
      throw new EvalError("a fiber cannot wait for itself");
    }
    if (!this.#isReady(fiber, waiting)) {
      this.waits.set(fiber.id, waiting);
      return parked;
    }
    try {
      const value = this.#answer(waiting);
      return this.isGoing(fiber) ? value : parked;
    } catch (error) {
      // Those that lost were cancelled, and this fiber was among what they had started, or was one of them.
      if (error instanceof EvalError && !this.isGoing(fiber)) return parked;
      throw error;
    }
  }

  /** Waits, in a fiber whose function has returned, for those that it started. */
  join(): Value {
    const { id } = this.#machine.vm.current!;
    const on: Waitable[] = [];
    for (const { parent, future } of this.started.values()) if (parent === id) on.push(future);
    const group: Group = { rest: [], most: 1, failFast: true, answer: "nothing", joins: true };
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
      if (waiting === undefined || (waiting.group?.joins === true) !== joining) continue;
      this.#guard(fiber, () => this.#wakeFiber(fiber, waiting));
    }
  }

  #wakeFiber(fiber: Fiber, waiting: Waiting): void {
    const { vm } = this.#machine;
    vm.current = fiber;
    const late = this.#isLate(waiting);
    if (!late && !this.#isReady(fiber, waiting)) return;
    this.waits.delete(fiber.id);
    const ready: Ready = { fiber };
    try {
      if (late && waiting.owned) this.cancel(waiting.on);
      ready.value = late ? waiting.timeoutValue : this.#answer(waiting);
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      ready.error = error;
    }
    this.#ready.push(ready);
  }

  /** Whether the deadline passed before a case was ready. */
  #isLate({ on, deadline, group }: Waiting): boolean {
    const { inbox } = this.#machine;
    if (deadline === undefined) return false;
    const since = inbox.readySince(deadline);
    if (since === Infinity || group !== undefined) return since !== Infinity;
    const index = inbox.firstReady(on);
    return index < 0 || inbox.readySince(on[index]!) >= since;
  }

  #isReady(fiber: Fiber, { on, group }: Waiting): boolean {
    if (group === undefined) return this.#machine.inbox.firstReady(on) >= 0;
    let pending = 0;
    for (const waitable of on) {
      if (isPending(waitable)) pending++;
      else if (group.failFast && hasFailed(waitable, group)) return true;
    }
    while (group.rest.length > 0 && pending < group.most) {
      const call = group.rest.shift()!;
      on.push(this.start(fiber, call.items[0]!, new Tuple(call.items.slice(1)), new Dict()));
      pending++;
    }
    return pending === 0;
  }

  /** What a wait that is over answers. Throws EvalError. */
  #answer(waiting: Waiting): Value {
    const { on, deadline, group, owned, select } = waiting;
    const { inbox } = this.#machine;
    if (deadline !== undefined) this.cancel([deadline]);
    if (group !== undefined) return this.#groupAnswer(on, group);
    const index = inbox.firstReady(on);
    const value = owned && on.length > 1 ? this.#takeFrom(on, index) : this.#machine.take(on[index]!);
    return select ? new Tuple([index, value]) : value;
  }

  /** Takes a case and cancels the others. */
  #takeFrom(on: readonly Waitable[], index: number): Value {
    this.cancel(on);
    return this.#machine.take(on[index]!);
  }

  #groupAnswer(on: readonly Waitable[], group: Group): Value {
    const { vm } = this.#machine;
    vm.charge(48 + 8 * on.length);
    vm.spend(on.length >> 2);
    if (group.answer === "outcomes") {
      return new List(on.map((waitable) => attemptTo(vm, () => this.#machine.take(waitable))));
    }
    const failed = this.#machine.inbox.firstReady(
      on.map((waitable) => (hasFailed(waitable, group) ? waitable : never)),
    );
    if (failed >= 0) return this.#takeFrom(on, failed);
    return group.answer === "nothing" ? null : new List(on.map((waitable) => this.#machine.take(waitable)));
  }

  /** Does something for a fiber; a limit that is passed ends the run. */
  #guard(fiber: Fiber, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
      const started = this.started.get(fiber.id);
      const failure = describeFailure(fiber, error);
      this.#endWith(started === undefined ? failure : { ...failure, traceback: this.#trace(started, failure, true) });
    }
  }

  // Deadlocks.

  /** Ends the run when nothing from outside could ever wake a fiber. */
  #checkDeadlock(): void {
    const { fibers } = this.#machine.vm;
    for (const { id } of fibers.toReversed()) {
      const waiting = this.waits.get(id);
      if (waiting === undefined || waiting.deadline !== undefined) return;
      if (waiting.on.some((waitable) => !(waitable instanceof FiberFuture) && isOpen(waitable))) return;
    }
    const lines = fibers.slice(0, maxShown).map((fiber) => `\n  ${this.#describeWait(fiber)}`);
    if (fibers.length > maxShown) lines.push(`\n  and ${fibers.length - maxShown} more`);
    const error = new Deadlock(`all fibers wait for one another, so none can ever go on:${lines.join("")}`);
    this.#endWith({ ...describeFailure(fibers[0]!, error), error });
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
    for (const { value } of this.#ready) if (value !== undefined) each(value);
    for (const { future } of this.started.values()) each(future);
    for (const futures of this.unseen.values()) for (const future of futures) each(future);
  }
}

/** Of a deadlock. */
const maxShown = 20;

/** Stands for a future that is of no interest. */
const never = new FiberFuture(0);

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
