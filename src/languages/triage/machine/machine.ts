/** A run of a policy, moved from arrival to arrival. */
import type { Arrival } from "../../../core/arrival.ts";
import type { Inspection, Machine, Outcome, RunStart, Turn } from "../../../core/program.ts";
import { encodeWire, type WireValue } from "../../../core/wire.ts";
import type { CompiledPolicy } from "../compiled-policy.ts";
import { liveTrigger } from "../triggers.ts";
import type { AgendaItem } from "./agenda.ts";
import { act, type Progress } from "./act.ts";
import { receive } from "./arrivals.ts";
import { nameOf, nodeIdOf, Run, whereOf } from "./run.ts";
import { RunError } from "./run-error.ts";
import { inputOfEvent, type RunInput, readInput } from "./run-input.ts";
import { askPage, beginSelecting, inspect, turnPage } from "./select.ts";
import { readState, writeState } from "./state-codec.ts";
import { summarized } from "./summarize.ts";

const nowhere: RunInput = { source: { kind: "projects", id: ":id" }, dryRun: true, explain: false, isLive: false };

export class TriageMachine implements Machine {
  readonly #run: Run;
  readonly #hash: string;
  readonly #wrongInput: string | undefined;
  #steps = 0;

  constructor(policy: CompiledPolicy, hash: string, start: RunStart) {
    const isLive = start.trigger === liveTrigger && start.event !== undefined;
    const preset = policy.policy.automation?.source;
    const input = isLive ? inputOfEvent(start.event!) : readInput(start.input, preset);
    this.#wrongInput = typeof input === "string" ? input : lackOfProject(input, start);
    this.#run = new Run(policy, start, typeof input === "string" ? nowhere : input);
    this.#hash = hash;
  }

  /** Continues from a state. Throws SyntaxError for bytes that are none. */
  static restore(policy: CompiledPolicy, hash: string, start: RunStart, bytes: Uint8Array): TriageMachine {
    const machine = new TriageMachine(policy, hash, start);
    const { state, time, count } = readState(bytes, hash);
    const run = machine.#run;
    run.state = state;
    run.time = time;
    run.outbox.count = count;
    return machine;
  }

  step(arrival: Arrival | undefined, budget: number): "running" | Turn {
    const run = this.#run;
    try {
      if (this.#wrongInput !== undefined) throw new RunError("WORKFLOW_INPUT", this.#wrongInput);
      if (arrival !== undefined) run.time = Math.max(run.time, arrival.time);
      if (arrival?.kind === "cancel") return this.#end({ kind: "cancelled", reason: arrival.reason });
      if (arrival?.kind === "answer") receive(run, arrival);
      for (let used = 0; used < budget; used++) {
        this.#steps++;
        const progress = advance(run);
        if (progress === "waiting") return this.#turn();
        if (progress === "over") return this.#end(this.#outcome());
      }
      return "running";
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      const details = { ...(error.failure.details as object | undefined), report: run.state.report };
      return this.#end({ kind: "failed", error: { ...error.failure, details } });
    }
  }

  snapshot(): Uint8Array {
    const { state, time, outbox, start } = this.#run;
    return writeState({ image: this.#hash, time, count: outbox.count, state }, start.limits.stateBytes);
  }

  data(): string {
    return JSON.stringify(this.#run.state.report);
  }

  inspect(): Inspection {
    const { item, state } = this.#run;
    const node = item && {
      node: nodeIdOf(item),
      name: nameOf(item),
      type: item.type,
      entered: state.job?.entered ?? 0,
    };
    return { fibers: [], mailbox: {}, data: this.data(), ...(node && { nodes: [node] }) };
  }

  #outcome(): Outcome {
    const { report, failures } = this.#run.state;
    const value = encodeWire({ rules: report as unknown as WireValue });
    if (failures === 0) return { kind: "succeeded", value };
    const message = `GitLab refused something for ${failures} ${failures === 1 ? "resource" : "resources"}; the others are done`;
    const details = { report };
    return {
      kind: "failed",
      error: { type: "triage", code: "TRIAGE_GITLAB_FAILED", message, retryable: false, details },
    };
  }

  #end(outcome: Outcome): Turn {
    const run = this.#run;
    for (const [n] of run.state.open.splice(0)) run.outbox.cancel(n, whereOf(run.item));
    return { ...this.#turn(), outcome };
  }

  #turn(): Turn {
    const steps = this.#steps;
    this.#steps = 0;
    return { effects: this.#run.outbox.take(), steps, mailboxBytes: 0 };
  }
}

/** A definition of every project has none of its own, unless an event brought one. */
function lackOfProject({ source }: RunInput, { project }: RunStart): string | undefined {
  if (source.id !== ":id" || project !== "*") return undefined;
  return "the run has no project of its own: name where to look, with sourceId of its input or source_id of the policy's autoflow";
}

/** Takes what is under way a little further. "over" when all of the agenda is. */
function advance(run: Run): Progress {
  const { item, state } = run;
  if (item === undefined) return "over";
  if (state.job === undefined) return begin(run);
  const { stage } = state.job;
  if (item.kind !== "summary" && stage === "list") {
    askPage(run, item);
    return "waiting";
  }
  if (item.kind !== "summary" && stage === "inspect") return inspect(run, item);
  if (item.kind === "part") state.parts.push({ at: state.at, resources: state.job.matched });
  else {
    const progress = act(run, item);
    if (progress !== "over") return progress;
    if (state.job.next !== undefined) {
      turnPage(state.job);
      return "going on";
    }
  }
  leave(run);
  return "going on";
}

function begin(run: Run): "going on" {
  const { item, state, input } = run;
  if (item === undefined) return "going on";
  if (input.resource !== undefined && input.resource.type !== item.type) state.at++;
  else if (input.isLive && isAboutMany(item)) state.at++;
  else if (item.kind !== "summary") {
    if (!beginSelecting(run, item)) state.at++;
  } else {
    const { name, at } = item.summary;
    const matched = summarized(run);
    const counts = { found: matched.length, matched: matched.length, beyondLimit: 0, more: 0 };
    state.report.push({ rule: name, type: item.type, line: at.line, ...counts, resources: [], others: [] });
    state.job = { stage: "labels", entered: run.time, units: [], matched, taken: 0, items: [] };
  }
  return "going on";
}

/** Whether an item is for a look at everything, and not at each change. */
function isAboutMany(item: AgendaItem): boolean {
  return item.kind !== "rule" || item.rule.actions.summarize !== undefined || item.rule.limit !== undefined;
}

/** Goes to the next item of the agenda. */
function leave(run: Run): void {
  const { item, state, job } = run;
  if (item === undefined) return;
  const visit = { node: nodeIdOf(item), name: nameOf(item), type: item.type, entered: job.entered, left: run.time };
  run.outbox.visit(visit, whereOf(item));
  if (item.kind === "summary") state.parts = [];
  delete state.job;
  state.at++;
}
