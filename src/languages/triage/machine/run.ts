/** A run: its state, the turn's effects, and what everything in it needs. */
import { formatLocation, type Location } from "../../../core/errors.ts";
import type { RunStart } from "../../../core/program.ts";
import type { CompiledPolicy } from "../compiled-policy.ts";
import { evaluate } from "../expression/evaluate.ts";
import { EvaluationError } from "../expression/failure.ts";
import { holds } from "../expression/values.ts";
import type { ResourceType, SourceCode } from "../model.ts";
import { type Answers, keyOf, kindOf, type Lookup, Lookups } from "../plan/lookup.ts";
import { sourcePath } from "../plan/listing.ts";
import { type GitLabRequest, type Query, requestInput } from "../plan/request.ts";
import { referenceOf, type Resource } from "../plan/resource.ts";
import type { AgendaItem } from "./agenda.ts";
import { placeIn } from "../policy/code-place.ts";
import { Outbox } from "./outbox.ts";
import { RunError } from "./run-error.ts";
import type { RunInput } from "./run-input.ts";
import { type Job, newState, type ResourceReport, type RuleReport, type RunState, type Task } from "./run-state.ts";

/** Calls that are open at a time. */
export const parallel = 4;

/** Entries of all reports of a run; it goes on without telling of more. They are part of each state. */
const mostEntries = { planned: 1000, done: 300 };

export class Run {
  readonly policy: CompiledPolicy;
  readonly start: RunStart;
  readonly input: RunInput;
  readonly outbox = new Outbox();
  state: RunState = newState();
  /** Epoch ms of the newest arrival. */
  time: number;

  constructor(policy: CompiledPolicy, start: RunStart, input: RunInput) {
    this.policy = policy;
    this.start = start;
    this.input = input;
    this.time = start.time;
  }

  get item(): AgendaItem | undefined {
    return this.policy.agenda[this.state.at];
  }

  /** Of the item under way. */
  get job(): Job {
    const { job } = this.state;
    if (job === undefined) throw new TypeError("nothing is under way");
    return job;
  }

  get report(): RuleReport {
    return this.state.report.at(-1)!;
  }

  get sourcePath(): string {
    return sourcePath(this.input.source);
  }

  get openCount(): number {
    return this.state.open.length;
  }

  /** Asks GitLab; the answer is for the task. */
  ask(request: GitLabRequest, task: Task): void {
    const item = this.item!;
    const n = this.outbox.call(requestInput(request), whereOf(item), nameOf(item));
    this.state.open.push([n, task]);
  }

  /** Asks for what a decision needs, unless it is asked for already or enough is under way. */
  askFor(lookup: Lookup, unit?: number): void {
    const key = keyOf(lookup);
    const isOwn = kindOf(lookup).scope === "own";
    const asked = this.state.open.some(
      ([, task]) => task.do === "lookup" && keyOf(task.lookup) === key && (!isOwn || task.unit === unit),
    );
    if (asked || this.openCount >= parallel) return;
    const { list, query = [] } = kindOf(lookup);
    this.ask(
      { method: "GET", path: lookup.path, query: list ? [["per_page", "100"], ...query] : [...query] },
      { do: "lookup", lookup, ...(isOwn && unit !== undefined && { unit }), ...(list && { items: [] }) },
    );
  }

  /** Asks for a further page of a list. */
  askPage(lookup: Lookup, query: Query, task: Task): void {
    this.ask({ method: "GET", path: lookup.path, query }, task);
  }

  /** Takes the task of an answer; undefined when nothing waits for it. */
  taskOf(effect: number): Task | undefined {
    const at = this.state.open.findIndex(([n]) => n === effect);
    return at < 0 ? undefined : this.state.open.splice(at, 1)[0]![1];
  }

  /** The report of a resource; undefined when there are too many already. */
  reportOf(resource: Resource): ResourceReport | undefined {
    const { report } = this;
    const reference = referenceOf(this.item!.type, resource);
    const known = report.resources.find((one) => one.reference === reference);
    if (known !== undefined) return known;
    if (!this.mayReport()) return undefined;
    const entry = { reference, actions: [] };
    report.resources.push(entry);
    return entry;
  }

  /** Whether the report has room for one more entry; counts it in either case. */
  mayReport(): boolean {
    if (this.state.entries < (this.input.dryRun ? mostEntries.planned : mostEntries.done)) {
      this.state.entries++;
      return true;
    }
    this.report.more++;
    return false;
  }

  /** Whether an expression of the policy holds for a resource. Throws Missing, and RunError when it fails. */
  holds(code: SourceCode, type: ResourceType, resource: Resource, own: Answers): boolean {
    const { node } = this.policy.expression(code, type);
    const lookups = new Lookups(this.state.shared, own);
    const api = { type, resource, source: this.sourcePath, lookups, now: this.start.time };
    return this.computing(code, referenceOf(type, resource), () => holds(evaluate(node, api, this.start.time).value));
  }

  /** Computes a text of the policy. Throws RunError with its place when it fails. */
  computing<T>(code: SourceCode, what: string, compute: () => T): T {
    try {
      return compute();
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      const where = placeIn(code, error.offset ?? 0);
      const message = `${formatLocation(where)}: ${error.message} (${what})`;
      throw new RunError("TRIAGE_EXPRESSION", message, { where, resource: what });
    }
  }

  log(level: "info" | "warn" | "error", message: string): void {
    this.outbox.log(level, message, whereOf(this.item));
  }
}

/** Where the policy file has an item. */
export function whereOf(item: AgendaItem | undefined): Location {
  if (item === undefined) return { file: "", line: 1, column: 1 };
  return item.kind === "summary" ? item.summary.at : item.rule.at;
}

/** What people call it. */
export function nameOf(item: AgendaItem): string {
  return item.kind === "summary" ? item.summary.name : item.rule.name;
}

export function nodeIdOf(item: AgendaItem): string {
  return item.kind === "summary" ? item.summary.id : item.rule.id;
}
