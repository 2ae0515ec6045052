/** What the fibers of a run wait for, and how they go on. */
import { attemptTo } from "../api/attempt.ts";
import { Channel, type Waitable } from "../api/channel.ts";
import type { FiberFuture } from "../api/future.ts";
import type { Group, Waiting } from "../api/host.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { parked } from "../vm/calls.ts";
import type { Fiber } from "../vm/fiber.ts";
import type { Fibers } from "./fibers.ts";
import type { RunMachine } from "./machine.ts";

export class WaitingFibers {
  readonly #machine: RunMachine;
  readonly #fibers: Fibers;
  /** What each fiber waits for, by its number. */
  readonly waits = new Map<number, Waiting>();
  #waking = false;
  #wakeAgain = false;

  constructor(machine: RunMachine, fibers: Fibers) {
    this.#machine = machine;
    this.#fibers = fibers;
  }

  /** What the call of the running fiber answers, if that is known, else `parked` after noting what it waits for. */
  wait(waiting: Waiting): Value {
    const fiber = this.#machine.vm.current!;
    if (this.#fibers.last > 0) this.#refuseItself(fiber, waiting);
    const index = this.#readyCase(fiber, waiting);
    if (index < 0) {
      this.waits.set(fiber.id, waiting);
      return parked;
    }
    try {
      const value = this.answer(waiting, index);
      return this.#fibers.isGoing(fiber) ? value : parked;
    } catch (error) {
      // Those that lost were cancelled, and this fiber was among what they had started, or was one of them.
      if (error instanceof EvalError && !this.#fibers.isGoing(fiber)) return parked;
      throw error;
    }
  }

  #refuseItself(fiber: Fiber, { on, group }: Waiting): void {
    const own = this.#fibers.started.get(fiber.id)?.future;
    if (own === undefined || (on.length > 1 && group === undefined) || !on.includes(own)) return;
    throw new EvalError("a fiber cannot wait for itself");
  }

  /** Waits, in a fiber whose function has returned, for those that it started. */
  join(): Value {
    const { id } = this.#machine.vm.current!;
    const on: Waitable[] = [];
    for (const { parent, future } of this.#fibers.started.values()) if (parent === id) on.push(future);
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
      if (this.#fibers.last > 0) this.#wakeThose(true);
    }
    this.#waking = false;
    vm.current = current;
  }

  #wakeThose(joining: boolean): void {
    const { fibers } = this.#machine.vm;
    for (let i = 0; i < fibers.length && this.#fibers.end === undefined; i++) {
      const fiber = fibers[i]!;
      const waiting = this.waits.get(fiber.id);
      if (waiting !== undefined && (waiting.group?.joins === true) === joining) this.#wakeFiber(fiber, waiting);
    }
  }

  #wakeFiber(fiber: Fiber, waiting: Waiting): void {
    const { vm } = this.#machine;
    vm.current = fiber;
    try {
      if (vm.fibers.length > fewFibers) vm.spend(1);
      let index = this.#readyCase(fiber, waiting);
      if (waiting.deadline !== undefined && this.#isLate(waiting, index)) index = timedOut;
      if (index === notReady) return;
      this.waits.delete(fiber.id);
      if (index !== timedOut && waiting.group?.pending.length === 0) {
        this.#fibers.makeReady(fiber, undefined, undefined, waiting);
        return;
      }
      this.#fibers.makeReady(fiber, this.answer(waiting, index));
    } catch (error) {
      if (error instanceof EvalError) this.#fibers.makeReady(fiber, undefined, error);
      else this.#fibers.passedLimit(fiber, error);
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
      const future = this.#fibers.start(fiber, items[0]!, new Tuple(items.slice(1)), new Dict());
      on.push(future);
      pending.push(future);
    }
    group.pending = pending;
    return pending.length === 0 ? 0 : notReady;
  }

  /** What a wait that is over answers. Throws EvalError. */
  answer(waiting: Waiting, index: number): Value {
    const { on, deadline, group, owned, select } = waiting;
    if (index === timedOut) {
      if (owned) this.#fibers.cancel(on);
      return waiting.timeoutValue;
    }
    if (deadline !== undefined) this.#fibers.cancel([deadline]);
    if (group !== undefined) return this.#groupAnswer(on, group);
    if (owned && on.length > 1) this.#fibers.cancel(on);
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
      this.#fibers.cancel(on);
      return this.#machine.take(failed[this.#machine.inbox.firstReady(failed)]!);
    }
    return group.answer === "nothing" ? null : new List(on.map((waitable) => this.#machine.take(waitable)));
  }

  /** Whether a fiber waits for a future, other than for its end. */
  isAwaited(future: FiberFuture): boolean {
    for (const { on, group } of this.waits.values()) {
      if (group?.joins !== true && (group?.pending ?? on).includes(future)) return true;
    }
    return false;
  }
}

/** Among more of them than these, each that is looked at takes a step. */
const fewFibers = 8;

/** Instead of the index of a case. */
const notReady = -1;
const timedOut = -2;

function isPending(waitable: Waitable): boolean {
  return !(waitable instanceof Channel) && waitable.state === "pending";
}

function hasFailed(waitable: Waitable, group: Group): boolean {
  if (waitable instanceof Channel) return false;
  if (!group.joins) return waitable.state === "failed" || waitable.state === "cancelled";
  return waitable.state === "failed" && !(waitable as FiberFuture).seen;
}
