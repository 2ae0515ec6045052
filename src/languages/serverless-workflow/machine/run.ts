/** What all parts of the machine share: where the run stands, and its effects. */
import type { Origin } from "../../../core/effect.ts";
import type { ErrorCode, Location } from "../../../core/errors.ts";
import type { RunStart, RunTimeout } from "../../../core/program.ts";
import type { Counted } from "../../jq/library/order.ts";
import type { Value } from "../../jq/value.ts";
import type { Merge } from "../data/merge.ts";
import { sizeOf } from "../data/sizes.ts";
import { readJson, withoutSecrets } from "../data/json.ts";
import type { Action, EventDefinition, State, WorkflowTimeout } from "../model.ts";
import { Evaluator, type Variables } from "./evaluator.ts";
import { type EffectRequest, Outbox } from "./outbox.ts";
import { type Fiber, newRunState, type RunState, type Visit, type Wait } from "./run-state.ts";
import { Meter } from "./work.ts";
import { grouped, LimitReached, workflowError } from "./workflow-error.ts";
import type { WorkflowImage } from "./workflow-image.ts";

export class Run {
  readonly image: WorkflowImage;
  readonly start: RunStart;
  readonly outbox: Outbox;
  readonly meter: Meter;
  readonly evaluate: Evaluator;
  /** Merges by the workflow's rule; the work counts as steps. Throws LimitReached. */
  readonly merge: Merge = (target, source) => this.image.merge(this.counted, target, source);
  /** Where work with values counts as steps. Throws LimitReached. */
  readonly counted: Counted = { charge: (steps) => this.meter.spend(steps) };
  /** That of the workflow, or what the run before this one allows it. */
  readonly timeout: RunTimeout | undefined;
  state: RunState = newRunState(null);
  /** Time of the last arrival, or of the start. */
  time: number;
  /** Bytes that were put into data since their size was last looked at. */
  #added = 0;

  constructor(image: WorkflowImage, start: RunStart) {
    this.image = image;
    this.start = start;
    this.time = start.time;
    this.timeout = start.timeout ?? timeoutOf(image.workflow.workflowTimeout);
    this.outbox = new Outbox(start.limits);
    this.meter = new Meter(start.limits);
    this.evaluate = new Evaluator(this);
  }

  /** The state that the run is in. */
  get visit(): Visit {
    const { visit } = this.state;
    if (visit === undefined) throw new TypeError("the run is in no state");
    return visit;
  }

  get stateModel(): State {
    return this.image.state(this.visit.state);
  }

  fiber(id: number): Fiber | undefined {
    return this.state.visit?.fibers.find((fiber) => fiber.id === id);
  }

  /** The data that a fiber works on. */
  dataOf(fiber: Fiber | undefined): Value {
    return fiber?.own?.data ?? this.state.data;
  }

  /** Puts data in the place of those of a fiber, or of the workflow. Throws LimitReached when all are too large. */
  setData(fiber: Fiber | undefined, data: Value, added: Value): void {
    if (fiber?.own === undefined) this.state.data = data;
    else fiber.own = { ...fiber.own, data };
    this.charge(added);
  }

  /** Counts what is kept: looks at the size of all data when much was added to them. */
  charge(added: Value): void {
    const { memoryBytes } = this.start.limits;
    this.#added += sizeOf(added);
    if (this.#added * 4 < memoryBytes) return;
    this.#added = 0;
    let bytes = sizeOf(this.state.data);
    for (const { own } of this.state.visit?.fibers ?? []) if (own !== undefined) bytes += sizeOf(own.data);
    for (const output of this.state.visit?.outputs ?? []) bytes += sizeOf(output);
    if (bytes > memoryBytes) {
      throw new LimitReached("LIMIT_MEMORY", `the data take more than ${grouped(memoryBytes)} bytes`);
    }
  }

  /** The variables that a fiber has besides those of the workflow. */
  variablesOf(fiber: Fiber | undefined): Variables | undefined {
    if (fiber?.item === undefined) return undefined;
    const model = this.stateModel;
    if (model.type !== "foreach" || model.iterationParam === undefined) return undefined;
    return new Map([[model.iterationParam, fiber.item]]);
  }

  // Effects.

  /** Asks for an effect that stays open, and waits for its answer. */
  open(wait: Wait, effect: EffectRequest, at: Location, node?: string): number {
    const { openEffects } = this.start.limits;
    if (this.state.waits.size >= openEffects) {
      const most = grouped(openEffects);
      throw new LimitReached("LIMIT_OPEN", `more than ${most} calls, timers and waits open at a time`);
    }
    const n = this.outbox.add(effect, this.origin(at, node));
    this.state.waits.set(n, wait);
    return n;
  }

  /** A timer. */
  openTimer(wait: Wait & { until: number }, at: Location, node?: string): void {
    this.open(wait, { kind: "sleep", until: wait.until }, at, node);
  }

  /** Closes what is open and waited for. */
  close(which: (wait: Wait) => boolean): void {
    for (const [n, wait] of this.state.waits) {
      if (!which(wait)) continue;
      this.state.waits.delete(n);
      this.outbox.add({ kind: "cancel", target: n }, this.origin(this.image.workflow.at));
    }
  }

  origin(at: Location, node = this.state.visit?.state): Origin {
    const origin: Origin = { file: at.file, line: at.line, column: at.column };
    if (node !== undefined) origin.node = node;
    return origin;
  }

  warn(message: string): void {
    const at = this.state.visit === undefined ? this.image.workflow.at : this.stateModel.at;
    this.outbox.add({ kind: "log", level: "warn", message: withoutSecrets(message) }, this.origin(at));
  }

  /** Tells that an action was left. */
  leftAction(fiber: Fiber, action: Action, error?: string): void {
    const visit = {
      node: action.id,
      name: action.name,
      type: action.does.kind,
      entered: fiber.entered,
      left: this.time,
      ...(error === undefined ? {} : { error: withoutSecrets(error) }),
    };
    this.outbox.visit(visit, this.origin(action.at, action.id));
  }

  /** Tells that the state was left. */
  leftState(error?: string): void {
    const { name, type, at } = this.stateModel;
    const { entered } = this.visit;
    const visit = { node: name, name, type, entered, left: this.time };
    this.outbox.visit(error === undefined ? visit : { ...visit, error: withoutSecrets(error) }, this.origin(at));
  }

  // What the run was started with.

  /** The data that the run begins with. Throws WorkflowError for an input that is no object. */
  inputData(): Value {
    const { input } = this.start;
    if (input === undefined) return new Map();
    const value = outside("the input", "WORKFLOW_INPUT", () => readJson(input));
    if (value === null) return new Map();
    if (!(value instanceof Map)) throw workflowError("WORKFLOW_INPUT", "the input of a workflow has to be an object");
    return value;
  }

  /** The event that started the run, when it did. */
  startEvent(): { type: string; source: string; event: Value } | undefined {
    if (this.start.event === undefined) return undefined;
    const { event: text } = this.start;
    const event = outside("the event", "EVENT_INVALID", () => readJson(text));
    return { type: attribute(event, "type") ?? "", source: attribute(event, "source") ?? "", event };
  }
}

/** The timeout of a workflow as that of its runs. */
export function timeoutOf(timeout: WorkflowTimeout | undefined): RunTimeout | undefined {
  if (timeout === undefined) return undefined;
  const { duration, interrupt, runBefore } = timeout;
  return { ...duration, interrupt, ...(runBefore === undefined ? {} : { runBefore }) };
}

/** Reads what came from outside. Throws WorkflowError when it is none that this language can hold. */
export function outside(what: string, code: ErrorCode, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw workflowError(code, `${what} cannot be read: ${error.message}`);
  }
}

/** An attribute of a CloudEvent as text; undefined when it is not there. */
export function attribute(event: Value, name: string): string | undefined {
  const value = event instanceof Map ? event.get(name) : undefined;
  return value === undefined || value === null || typeof value === "object" ? undefined : String(value);
}

/** What a workflow sees of an event: its data, or all of it. */
export function payloadOf(definition: EventDefinition, event: Value): Value {
  if (!definition.dataOnly || !(event instanceof Map)) return event;
  return event.get("data") ?? null;
}
