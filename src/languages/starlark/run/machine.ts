/** A run: a VM with its mailbox, open effects and subscriptions, moved from arrival to arrival. */
import type { Arrival } from "../../../core/arrival.ts";
import type { CancelEffect, Effect, Origin } from "../../../core/effect.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { Failure } from "../../../core/failure.ts";
import type { Filter } from "../../../core/filter.ts";
import { fingerprint } from "../../../core/hash.ts";
import type { Inspection, Machine, Outcome, RunStart, Turn } from "../../../core/program.ts";
import type { WireText } from "../../../core/wire.ts";
import { CallFailed, caughtError } from "../api/attempt.ts";
import { Context } from "../api/context.ts";
import { Channel, Future, type Waitable } from "../api/future.ts";
import type { ApiHost, CompletionKind, EffectRequest, OpenEffectRequest, RunPort, Waiting } from "../api/host.ts";
import { readResponse } from "../api/response.ts";
import { contextMembers } from "../api/table.ts";
import { positionAt } from "../compile/code.ts";
import { decodeJson, decodeWireValue } from "../library/json-decode.ts";
import { encodeWireValue } from "../library/json-encode.ts";
import { Record } from "../values/dict.ts";
import { EvalError, LimitReached } from "../values/errors.ts";
import { Secret } from "../values/secret.ts";
import { fromText, toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { Tuple, type Value } from "../values/value.ts";
import { applyCallee, framePushed, parked } from "../vm/calls.ts";
import { Fiber } from "../vm/fiber.ts";
import { StarlarkFunction } from "../vm/function.ts";
import { type Progress, Vm } from "../vm/vm.ts";
import { describeFailure } from "../vm/unwind.ts";
import { inspectMachine } from "./inspect.ts";
import type { LoadedStarlark } from "./loaded-image.ts";
import { Mailbox } from "./mailbox.ts";
import { RunInput } from "./run-input.ts";
import { readState, writeState } from "./state-codec.ts";

export class RunMachine implements Machine, ApiHost, RunPort {
  readonly image: LoadedStarlark;
  readonly start: RunStart;
  readonly vm: Vm;
  readonly input: RunInput;
  readonly mailbox = new Mailbox();
  /** Effects that will be answered, by number. */
  readonly open = new Map<number, Future>();
  /** Log positions up to which events were received, by fingerprint of type and filter. */
  readonly received = new Map<string, number>();
  /** What each fiber waits for, by its id. */
  readonly waits = new Map<number, Waiting>();
  readonly context: Context;
  /** Bytes of events that came and were not taken. */
  eventBytes = 0;
  /** Effects so far. */
  effectCount = 0;
  /** Time of the last arrival, or of the start. */
  time: number;
  started = false;
  #vars: Record | undefined;
  #computing = false;
  #restored = false;
  #effects: Effect[] = [];
  #outputBytes = 0;
  #outcome: Outcome | undefined;

  readonly registration = undefined;
  readonly whyNotRegister = "only the top level of a handlers script registers handlers, before any event arrives";

  constructor(image: LoadedStarlark, start: RunStart) {
    this.image = image.forRun();
    this.start = start;
    this.time = start.time;
    this.vm = new Vm(this, start.limits);
    this.input = new RunInput(start, image.objects.length);
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
    try {
      return this.#step(arrival, budget);
    } catch (cause) {
      // Bytes that read well can still put a value where compiled code expects another one.
      if (!this.#restored || !(cause instanceof TypeError || cause instanceof RangeError)) throw cause;
      throw new AutoFlowError("STATE_DAMAGED", `the state of run ${this.runId} does not fit its script`, { cause });
    }
  }

  #step(arrival: Arrival | undefined, budget: number): "running" | Turn {
    const { vm } = this;
    if (!this.#computing) this.#beginTurn(arrival);
    vm.grant(budget);
    for (const fiber of vm.fibers) {
      if (this.#outcome !== undefined) break;
      if (fiber.parked) continue;
      if (this.#run(fiber) === "running") return "running";
    }
    return this.#endTurn();
  }

  snapshot(): Uint8Array {
    return writeState(this);
  }

  inspect(): Inspection {
    return inspectMachine(this);
  }

  // Turns.

  #beginTurn(arrival: Arrival | undefined): void {
    this.#computing = true;
    this.#effects = [];
    this.#outputBytes = 0;
    this.vm.beginTurn();
    if (arrival !== undefined) this.time = arrival.time;
    if (!this.started) this.#startFiber();
    else if (arrival !== undefined) this.#receive(arrival);
  }

  #endTurn(): Turn {
    this.#computing = false;
    const effects = this.#effects;
    this.#effects = [];
    const turn: Turn = { effects, steps: this.vm.steps, mailboxBytes: this.mailbox.bytes + this.eventBytes };
    if (this.#outcome !== undefined) turn.outcome = this.#outcome;
    return turn;
  }

  #startFiber(): void {
    this.started = true;
    const fiber = new Fiber(0);
    this.vm.fibers.push(fiber);
    this.vm.current = fiber;
    const { entry } = this.image;
    this.#guard(fiber, () => {
      if (entry !== undefined) {
        fiber.push(new StarlarkFunction(0, entry, [], []), 0);
        return;
      }
      const handler = this.image.handlerOf(this.start.trigger);
      const entered = applyCallee(this.vm, fiber, handler, [this.context, this.input.value()], 0);
      if (entered !== framePushed) throw new Error("a handler is a function of the script");
    });
  }

  /** Runs a fiber until it waits or ends. */
  #run(fiber: Fiber): Progress {
    const progress = this.vm.run(fiber);
    if (progress === "returned") this.#succeed(this.vm.result);
    else if (progress === "failed") this.#fail();
    return progress;
  }

  #succeed(value: Value): void {
    let text: string;
    try {
      text = encodeWireValue(this.vm, value);
    } catch (error) {
      if (!(error instanceof EvalError)) {
        this.#failWith(error);
        return;
      }
      this.#effects.push({
        kind: "log",
        n: ++this.effectCount,
        origin: { file: this.image.path, line: 1, column: 1 },
        level: "warn",
        message: `the run returned a ${typeName(value)}, which cannot be kept: ${toText(error.message)}`,
      });
      text = "null";
    }
    this.#outcome = { kind: "succeeded", value: text as WireText };
  }

  #fail(): void {
    const { error, traceback } = this.vm.failure!;
    const failure: Failure =
      error instanceof LimitReached
        ? { type: "limit", code: error.code, message: toText(error.message), retryable: false }
        : error instanceof CallFailed
          ? { ...error.failure }
          : { type: "script", code: "RUN_FAILED", message: toText(error.message), retryable: false };
    this.#outcome = { kind: "failed", error: { ...failure, traceback: toText(traceback) } };
  }

  /** Ends the run with an error that came up outside of the script's own instructions. */
  #failWith(error: unknown): void {
    if (!(error instanceof EvalError) && !(error instanceof LimitReached)) throw error;
    this.vm.failure = describeFailure(this.vm.fibers[0]!, error);
    this.#fail();
  }

  #guard(fiber: Fiber, action: () => void): void {
    this.vm.current = fiber;
    try {
      action();
    } catch (error) {
      this.#failWith(error);
    }
  }

  // Arrivals.

  #receive(arrival: Arrival): void {
    switch (arrival.kind) {
      case "cancel":
        this.#outcome = { kind: "cancelled", reason: arrival.reason };
        return;
      case "signal":
        this.mailbox.add(fromText(arrival.name), { seq: arrival.seq, payload: fromText(arrival.payload) });
        break;
      case "event": {
        const future = this.#close(arrival.effect);
        if (future === undefined) return;
        future.state = "ready";
        future.seq = arrival.seq;
        future.position = arrival.position;
        future.value = fromText(arrival.event);
        this.eventBytes += future.value.length;
        break;
      }
      default: {
        const future = this.#close(arrival.effect);
        if (future === undefined) return;
        future.seq = arrival.seq;
        this.#guard(this.vm.fibers[0]!, () => this.#answer(future, arrival.value, arrival.error));
        if (this.#outcome !== undefined) return;
      }
    }
    for (const fiber of this.vm.fibers) if (fiber.parked) this.#wake(fiber);
  }

  /** The future of an open effect, which is open no longer; undefined when it was not open. */
  #close(effect: number): Future | undefined {
    const future = this.open.get(effect);
    this.open.delete(effect);
    return future;
  }

  #answer(future: Future, value: WireText | undefined, failure: Failure | undefined): void {
    if (failure !== undefined) {
      this.#failFuture(future, failure);
      return;
    }
    try {
      future.value = this.#complete(future.completion, value ?? ("null" as WireText));
      future.state = "ready";
    } catch (error) {
      if (!(error instanceof EvalError)) throw error;
      const message = `the answer cannot be used: ${toText(error.message)}`;
      this.#failFuture(future, { type: "action", code: "RUN_FAILED", message, retryable: false });
    }
  }

  #failFuture(future: Future, failure: Failure): void {
    future.state = "failed";
    future.value = fromText(JSON.stringify(failure));
  }

  #complete(completion: CompletionKind, answer: WireText): Value {
    switch (completion) {
      case "http_response":
        return readResponse(this.vm, answer);
      case "none":
        return null;
      case "bool":
        return decodeWireValue(this.vm, answer) === true;
      default:
        return decodeWireValue(this.vm, answer, { records: true });
    }
  }

  /** Completes the call a fiber waits in, when something it waits for is there. */
  #wake(fiber: Fiber): void {
    const waiting = this.waits.get(fiber.id);
    if (waiting === undefined) return;
    const index = this.firstReady(waiting.on);
    const { deadline } = waiting;
    const late = deadline !== undefined && deadline.state !== "pending";
    if (index < 0 && !late) return;
    this.waits.delete(fiber.id);
    this.vm.current = fiber;
    const timely = index >= 0 && (!late || this.#readySeq(waiting.on[index]!) < deadline.seq);
    try {
      if (timely) this.vm.resume(fiber, this.#takeCase(waiting, index));
      else {
        if (waiting.owned) for (const waitable of waiting.on) this.#giveUp(waitable);
        this.vm.resume(fiber, waiting.timeoutValue);
      }
    } catch (error) {
      if (!(error instanceof EvalError) && !(error instanceof LimitReached)) throw error;
      fiber.parked = false;
      const progress = this.vm.raise(fiber, error);
      if (progress === "failed") this.#fail();
      else if (progress === "returned") this.#succeed(this.vm.result);
    }
  }

  #takeCase(waiting: Waiting, index: number): Value {
    if (waiting.deadline !== undefined) this.#giveUp(waiting.deadline);
    const value = this.take(waiting.on[index]!);
    return waiting.select ? new Tuple([index, value]) : value;
  }

  /** Tells the engine that an open effect's answer is not wanted any more. */
  #giveUp(waitable: Waitable): void {
    if (!(waitable instanceof Future) || waitable.state !== "pending") return;
    waitable.state = "cancelled";
    this.open.delete(waitable.effect);
    const cancel: Omit<CancelEffect, "n" | "origin"> = { kind: "cancel", target: waitable.effect };
    this.emit(cancel);
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
    const { limits } = this.start;
    if (this.#effects.length >= limits.effectsPerTurn) {
      throw new LimitReached("LIMIT_OUTPUT", `more than ${limits.effectsPerTurn} effects in one turn`);
    }
    this.#outputBytes += outputSize(effect);
    if (this.#outputBytes > limits.outputBytesPerTurn) {
      throw new LimitReached(
        "LIMIT_OUTPUT",
        `more than ${limits.outputBytesPerTurn} bytes printed or sent in one turn`,
      );
    }
    const n = ++this.effectCount;
    this.#effects.push({ ...effect, n, origin: this.#origin(label) } as Effect);
    return n;
  }

  openEffect(effect: OpenEffectRequest, completion: CompletionKind, label?: string): Future {
    this.vm.charge(96);
    const n = this.emit(effect, label);
    const future = new Future(n, completion);
    this.open.set(n, future);
    return future;
  }

  openAwait(filter: Filter, since: "start" | "now" | undefined, label?: string): Future {
    const subscription = fingerprint(JSON.stringify(filter));
    const from = since ?? this.received.get(subscription) ?? "start";
    const future = this.openEffect({ kind: "await", filter, since: from }, "event", label);
    future.subscription = subscription;
    return future;
  }

  wait(waiting: Waiting): Value {
    const index = this.firstReady(waiting.on);
    if (index >= 0) return this.#takeCase(waiting, index);
    this.waits.set(this.vm.current!.id, waiting);
    return parked;
  }

  firstReady(cases: readonly Waitable[]): number {
    let first = -1;
    let firstSeq = Infinity;
    for (let i = 0; i < cases.length; i++) {
      const seq = this.#readySeq(cases[i]!);
      if (seq < firstSeq) {
        first = i;
        firstSeq = seq;
      }
    }
    return first;
  }

  /** When a case became ready; Infinity while it is not. */
  #readySeq(waitable: Waitable): number {
    if (waitable instanceof Channel) return this.mailbox.first(waitable.name)?.seq ?? Infinity;
    return waitable.state === "ready" || waitable.state === "failed" ? waitable.seq : Infinity;
  }

  take(waitable: Waitable): Value {
    if (waitable instanceof Channel) {
      const message = this.mailbox.take(waitable.name)!;
      return decodeJson(this.vm, message.payload, { records: true });
    }
    if (waitable.state === "failed") throw new CallFailed(JSON.parse(toText(waitable.value as string)) as Failure);
    if (waitable.completion === "event" && !waitable.taken) this.#takeEvent(waitable);
    return waitable.value;
  }

  #takeEvent(future: Future): void {
    const text = future.value as string;
    future.value = decodeJson(this.vm, text, { records: true });
    future.taken = true;
    this.eventBytes -= text.length;
    const before = this.received.get(future.subscription) ?? 0;
    this.received.set(future.subscription, Math.max(before, future.position));
  }

  vars(): Value {
    if (this.#vars === undefined) {
      const vars = new Record();
      const plain = this.start.vars;
      const secrets = new Set(this.start.secrets);
      // In the order of names: that of an object's keys is not the order they were given in.
      for (const name of [...new Set([...Object.keys(plain), ...secrets])].toSorted()) {
        const value = secrets.has(name) ? new Secret([{ name: fromText(name) }]) : fromText(plain[name]!);
        vars.set(fromText(name), value);
      }
      vars.frozen = true;
      this.#vars = vars;
    }
    return this.#vars;
  }

  #origin(label: string | undefined): Origin {
    const fiber = this.vm.current!;
    let depth = fiber.depth - 1;
    while (depth > 0 && fiber.frames[depth]!.function.module.builtin) depth--;
    const frame = fiber.frames[depth]!;
    const { code } = frame.function;
    const { line, column } = positionAt(code, frame.pc);
    const origin: Origin = { file: toText(code.path), line, column };
    if (code.name !== "<toplevel>") origin.node = toText(code.name);
    if (fiber.id !== 0) origin.fiber = fiber.id;
    if (label !== undefined) origin.label = label;
    return origin;
  }

  // What the VM uses.

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
    for (const future of this.open.values()) each(future);
    for (const waiting of this.waits.values()) {
      for (const waitable of waiting.on) each(waitable);
      if (waiting.deadline !== undefined) each(waiting.deadline);
      each(waiting.timeoutValue);
    }
    for (const [, messages] of this.mailbox.entries()) for (const { payload } of messages) each(payload);
  }
}

/** Bytes that leave the run with an effect. */
function outputSize(effect: EffectRequest): number {
  switch (effect.kind) {
    case "call":
      return effect.input.length;
    case "signal":
      return effect.payload.length;
    case "emit":
      return effect.data.length;
    case "log":
      return effect.message.length;
    default:
      return 32;
  }
}
