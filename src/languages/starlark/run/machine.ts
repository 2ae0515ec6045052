/** A run: a VM with its inbox and outbox, moved from arrival to arrival. */
import type { Arrival } from "../../../core/arrival.ts";
import type { Origin } from "../../../core/effect.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { Filter } from "../../../core/filter.ts";
import { fingerprint } from "../../../core/hash.ts";
import type { Inspection, Machine, Outcome, RunStart, Turn, Watcher } from "../../../core/program.ts";
import type { WireText } from "../../../core/wire.ts";
import { caughtError } from "../api/attempt.ts";
import { Context } from "../api/context.ts";
import { Channel, type Waitable } from "../api/channel.ts";
import { type FiberFuture, Future } from "../api/future.ts";
import type { ApiHost, CompletionKind, EffectRequest, OpenEffectRequest, RunPort, Waiting } from "../api/host.ts";
import { contextMembers } from "../api/table.ts";
import type { TierMode } from "../jit/hot-code.ts";
import { encodeWireValue } from "../library/json-encode.ts";
import type { Record } from "../values/dict.ts";
import { EvalError, grouped, LimitReached } from "../values/errors.ts";
import { toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { Tuple, type Value } from "../values/value.ts";
import { applyCallee, parked } from "../vm/calls.ts";
import { Fiber } from "../vm/fiber.ts";
import { StarlarkFunction } from "../vm/function.ts";
import { describeFailure, type ScriptFailure } from "../vm/unwind.ts";
import { Vm } from "../vm/vm.ts";
import { Cleanup } from "./cleanup.ts";
import { failureAt } from "./failure-of.ts";
import { Fibers } from "./fibers.ts";
import { Inbox } from "./inbox.ts";
import { inspectMachine } from "./inspect.ts";
import type { LoadedStarlark } from "./loaded-image.ts";
import { Outbox } from "./outbox.ts";
import { RunInput } from "./run-input.ts";
import { readState, writeState } from "./state-codec.ts";
import { varsOf } from "./vars.ts";
import { watchPlaces } from "./watch-places.ts";

/** Steps before a slice that finds the run ending is over: a few calls, well under a millisecond. */
const firstCleanupBudget = 10_000;

export class RunMachine implements Machine, ApiHost, RunPort {
  readonly image: LoadedStarlark;
  readonly start: RunStart;
  readonly vm: Vm;
  readonly input: RunInput;
  readonly inbox: Inbox;
  readonly outbox: Outbox;
  readonly fibers: Fibers;
  readonly context: Context;
  /** Time of the last arrival, or of the start. */
  time: number;
  started = false;
  readonly cleanup = new Cleanup();
  /** Steps of the turns before. */
  steps = 0;
  /** Steps of this turn before its end was clear. */
  #stepsOfTurn = 0;
  #vars: Record | undefined;
  #computing = false;
  #restored = false;
  #outcome: Outcome | undefined;

  readonly registration = undefined;
  readonly whyNotRegister = "only the top level of a handlers script registers handlers, before any event arrives";

  constructor(image: LoadedStarlark, start: RunStart) {
    this.image = image.forRun();
    this.start = start;
    this.time = start.time;
    this.vm = new Vm(this, start.limits);
    this.input = new RunInput(start, image.objects.length);
    this.inbox = new Inbox(this.vm);
    this.outbox = new Outbox(start.limits);
    this.fibers = new Fibers(this);
    this.context = new Context(this, contextMembers);
    if (this.image.entry !== undefined) this.vm.openModules.push(this.image.entry);
  }

  /** Continues from a state. Throws CorruptBytes. */
  static restore(image: LoadedStarlark, start: RunStart, state: Uint8Array): RunMachine {
    const machine = new RunMachine(image, start);
    readState(machine, state);
    machine.#restored = true;
    return machine;
  }

  step(arrival: Arrival | undefined, budget: number): "running" | Turn {
    return this.#checked(() => this.#step(arrival, budget));
  }

  snapshot(): Uint8Array {
    return this.#checked(() => writeState(this));
  }

  watch(see: Watcher): void {
    this.vm.watch = watchPlaces(see);
  }

  inspect(): Inspection {
    return this.#checked(() => inspectMachine(this));
  }

  /**
   * A state that reads well can still put a value where another one is expected. In a new run that is a fault of the interpreter, and
   * stays one: its place is in the stack.
   */
  #checked<Result>(compute: () => Result): Result {
    try {
      return compute();
    } catch (cause) {
      if (!this.#restored || !(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
      throw new AutoFlowError("STATE_DAMAGED", `the state of run ${this.runId} does not fit its script`, { cause });
    }
  }

  // Turns.

  #step(arrival: Arrival | undefined, budget: number): "running" | Turn {
    const { vm } = this;
    if (!this.#computing) this.#beginTurn(arrival);
    vm.grant(budget);
    while (this.#outcome === undefined) {
      if (this.fibers.advance() === "running") return "running";
      const { end } = this.fibers;
      if (end === undefined) break;
      if (end.kind === "returned") this.#succeed(end.value);
      else this.#fail(end.failure);
    }
    return this.#endTurn();
  }

  #beginTurn(arrival: Arrival | undefined): void {
    this.#computing = true;
    this.outbox.begin();
    this.#stepsOfTurn = 0;
    this.vm.beginTurn(this.start.limits.stepsPerRun - (this.steps - this.cleanup.stepsBefore));
    if (arrival !== undefined) this.time = arrival.time;
    this.fibers.beginTurn(arrival?.seq ?? 0);
    if (!this.started) this.#startFiber();
    else if (arrival?.kind === "cancel") this.#end({ kind: "cancelled", reason: arrival.reason });
    // A script has no nodes for an operator to command.
    else if (arrival !== undefined && arrival.kind !== "command") this.#receive(arrival);
  }

  #endTurn(): Turn {
    this.#computing = false;
    const turn: Turn = {
      effects: this.outbox.take(),
      steps: this.#stepsOfTurn + this.vm.steps,
      mailboxBytes: this.inbox.unreadBytes,
    };
    this.steps += turn.steps;
    if (this.#outcome !== undefined) turn.outcome = this.#outcome;
    else this.#addSignals(turn);
    return turn;
  }

  /** The run ends as `outcome` says, after the calls that it deferred. */
  #end(outcome: Outcome): void {
    const { cleanup, vm } = this;
    if (!cleanup.isPending) {
      // What a cancellation finds under way already goes on to its end.
      if (outcome.kind !== "cancelled" || cleanup.outcome === undefined) this.#outcome = cleanup.outcome ?? outcome;
      return;
    }
    cleanup.outcome = outcome;
    this.#stepsOfTurn += vm.steps;
    cleanup.stepsBefore = this.steps + this.#stepsOfTurn;
    vm.beginTurn(this.start.limits.stepsPerRun);
    vm.grant(firstCleanupBudget);
    const fiber = this.fibers.unwind();
    const calls = new Tuple(cleanup.calls.splice(0).toReversed());
    this.#guard(fiber, () => {
      applyCallee(vm, fiber, this.image.preludeFunction("_cleanup"), [calls], 0);
      this.fibers.makeReady(fiber);
    });
  }

  #startFiber(): void {
    this.started = true;
    const fiber = new Fiber(0);
    this.vm.fibers.push(fiber);
    this.#guard(fiber, () => {
      const { entry } = this.image;
      if (entry !== undefined) fiber.push(new StarlarkFunction(0, entry, [], []), 0);
      else applyCallee(this.vm, fiber, this.image.handlerOf(this.start.trigger), [this.context, this.input.value()], 0);
      this.fibers.makeReady(fiber);
    });
  }

  #addSignals(turn: Turn): void {
    for (const { id } of this.vm.fibers) {
      const waiting = this.fibers.waits.get(id);
      if (waiting === undefined || waiting.group !== undefined) continue;
      for (const waitable of waiting.on) {
        if (waitable instanceof Channel) (turn.signals ??= []).push(toText(waitable.name));
      }
    }
  }

  #succeed(value: Value): void {
    this.#guard(this.vm.fibers[0]!, () => {
      const outcome: Outcome = { kind: "succeeded", value: this.#outcomeText(value) };
      this.#end(outcome);
    });
  }

  #outcomeText(value: Value): WireText {
    try {
      return encodeWireValue(this.vm, value) as WireText;
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      const message = `the run returned a ${typeName(value)}, which cannot be kept: ${toText(error.message)}`;
      this.outbox.note(message, { file: toText(this.image.path), line: 1, column: 1 });
      return "null" as WireText;
    }
  }

  #fail(failure: ScriptFailure): void {
    this.#end({ kind: "failed", error: failureAt(failure) });
  }

  /** Does something for a fiber outside of its own instructions; an error ends the run. */
  #guard(fiber: Fiber, action: () => void): void {
    this.vm.current = fiber;
    try {
      action();
    } catch (error) {
      if (!(error instanceof EvalError) && !(error instanceof LimitReached)) throw error;
      this.#fail(describeFailure(fiber, error));
    }
  }

  // Arrivals.

  #receive(arrival: Exclude<Arrival, { kind: "cancel" | "command" }>): void {
    this.#guard(this.vm.fibers[0]!, () => this.inbox.receive(arrival));
    if (this.#outcome === undefined) this.fibers.waiting.wake();
  }

  // What the API's verbs use.

  get run(): RunPort {
    return this;
  }

  get runId(): string {
    return this.start.runId;
  }

  get project(): string {
    return this.start.project;
  }

  now(): number {
    return this.time;
  }

  emit(effect: EffectRequest, label?: string): number {
    return this.outbox.add(effect, this.#origin(label));
  }

  openEffect(effect: OpenEffectRequest, completion: CompletionKind, label?: string): Future {
    const { openEffects } = this.start.limits;
    if (this.inbox.open.size >= openEffects) {
      throw new LimitReached("LIMIT_OPEN", `more than ${grouped(openEffects)} calls, timers and waits open at a time`);
    }
    this.vm.charge(96);
    const n = this.emit(effect, label);
    const future = new Future(n, completion, this.vm.current!.id);
    this.inbox.open.set(n, future);
    return future;
  }

  openAwait(filter: Filter, since: "start" | "now" | undefined, label?: string): Future {
    const subscription = fingerprint(JSON.stringify(filter));
    const from = since ?? this.inbox.received.get(subscription)?.position ?? "start";
    const future = this.openEffect({ kind: "await", filter, since: from }, "event", label);
    future.subscription = subscription;
    return future;
  }

  wait(waiting: Waiting): Value {
    return this.fibers.waiting.wait(waiting);
  }

  firstReady(cases: readonly Waitable[]): number {
    return this.inbox.firstReady(cases);
  }

  take(waitable: Waitable): Value {
    return this.inbox.take(waitable);
  }

  startFiber(called: Value, args: Tuple, kwargs: Value): FiberFuture {
    return this.fibers.start(this.vm.current!, called, args, kwargs);
  }

  join(): Value {
    return this.fibers.waiting.join();
  }

  cancel(future: Future | FiberFuture): Value {
    const fiber = this.vm.current!;
    const found = this.fibers.cancel([future]);
    return this.fibers.isGoing(fiber) ? found : parked;
  }

  deferCall(call: Tuple): number {
    return this.cleanup.calls.push(call);
  }

  vars(): Record {
    this.#vars ??= varsOf(this.start);
    return this.#vars;
  }

  /** The innermost place in the script. */
  #origin(label: string | undefined): Origin {
    const fiber = this.vm.current!;
    const { file, line, column, node } = this.fibers.placeOf(fiber);
    const origin: Origin = { file: toText(file), line, column };
    if (node !== "<toplevel>") origin.node = toText(node);
    if (fiber.id !== 0) origin.fiber = fiber.id;
    if (label !== undefined) origin.label = label;
    return origin;
  }

  // What the VM uses.

  get tier(): TierMode {
    return this.image.tier;
  }

  print(text: string): void {
    this.emit({ kind: "log", level: "info", message: toText(text) });
  }

  hostValue(name: string): Value {
    if (name === "vars") return this.vars();
    return name === "w" ? this.context : this.input.value();
  }

  preludeFunction(name: string): StarlarkFunction {
    return this.image.preludeFunction(name);
  }

  caught(error: EvalError): Value {
    return caughtError(this.vm, error);
  }

  visitRoots(each: (value: Value) => void): void {
    this.input.checkChanged();
    if (this.input.changed && this.image.entry !== undefined) each(this.input.value());
    this.inbox.visit(each);
    this.fibers.visit(each);
    this.cleanup.visit(each);
  }
}
