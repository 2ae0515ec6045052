/** What surrounds the runs of one test: a simulated GitLab of its own, HTTP, variables and secrets, and the calls that were made. */
import { createGitLabAction } from "../actions/gitlab/gitlab.ts";
import { createHttpAction } from "../actions/http.ts";
import type { Action, ActionAnswer, ActionCall, SecretSource } from "../core/action.ts";
import type { NewEvent } from "../core/event.ts";
import type { Clock } from "../core/ports.ts";
import type { WireText } from "../core/wire.ts";
import type { RunOfEntries } from "../engines/embedded/core.ts";
import type { HistoryRow } from "../engines/run/history-text.ts";
import { createSimulatedExchange } from "./gitlab-exchange.ts";
import { createFaults, type Faults } from "./gitlab/faults/faults.ts";
import { rateLimiter, type RateLimit } from "./gitlab/faults/rate-limit.ts";
import { type Group, groupAndAbove } from "./gitlab/model/group.ts";
import { groupOf, type Project } from "./gitlab/model/project.ts";
import type { GitLabRequest, GitLabResponse } from "./gitlab/rest/message.ts";
import { createGroup, createProject } from "./gitlab/operations/namespaces.ts";
import { addMember, createToken, createUser } from "./gitlab/operations/people.ts";
import { createSimulatedGitLab, type SimulatedGitLab } from "./gitlab/simulated-gitlab.ts";
import type { Delivery } from "./gitlab/webhooks/delivery.ts";
import { HttpStubs, type Wait } from "./http-stubs.ts";

/** A call that a run made, and what became of it. */
export interface PerformedCall {
  action: string;
  call: ActionCall;
  /** Epoch ms. */
  at: number;
  /** Absent while it is under way, and when the engine was killed meanwhile. */
  answer?: ActionAnswer;
}

/** What happened in a test's world: something that a run did, a call that has ended, or something that the test did. */
export type Moment = { at: number } & (
  | { run: RunOfEntries; row: HistoryRow }
  | { call: PerformedCall }
  | { text: string }
);

/** Where the engine is killed: at a call, before it is performed or before its answer is known. */
export interface KillPoint {
  action: string | undefined;
  when: "before" | "after";
  /** Calls that it lets pass before. */
  after: number;
}

export interface ProjectOptions {
  clock: Clock;
  wait: Wait;
  /** Whole number from which what looks random follows. */
  seed: number;
  onDelivery: (delivery: Delivery) => void;
  /** Kills the engine. */
  kill: () => void;
}

const gitlabUrl = "https://gitlab.example.com";
const botToken = "glpat-autoflow";
const timeoutMs = 30_000;
const maxResponseBytes = 16 * 1024 * 1024;
const userAgent = "AutoFlow";
/** GitLab's number of an owner. */
const owner = 50;

export class SimulatedProject {
  readonly gitlab: SimulatedGitLab;
  /** Where definitions under test are. */
  readonly main: Project;
  readonly http: HttpStubs;
  /** How calls of runs fail; those of a test itself do not. */
  readonly faults: Faults = createFaults();
  readonly calls: PerformedCall[] = [];
  /** In the order in which it happened. */
  readonly moments: Moment[] = [];
  readonly variables = new Map<string, string>();
  readonly secretValues = new Map<string, string>();
  readonly #options: ProjectOptions;
  #actions: Map<string, Action> | undefined;
  #limit: ReturnType<typeof rateLimiter> | undefined;
  #killPoint: KillPoint | undefined;

  constructor(options: ProjectOptions) {
    const { clock, seed, onDelivery, wait } = options;
    this.#options = options;
    this.http = new HttpStubs(wait);
    this.gitlab = createSimulatedGitLab({
      clock,
      url: gitlabUrl,
      entropy: seed,
      onDelivery,
      everyHook: { url: "https://autoflow.example.com/webhooks/gitlab/default" },
    });
    this.main = this.#plant();
  }

  /** The project whose definitions an event is for: those of the groups above reach them too. */
  scopeOf({ project }: NewEvent): string {
    const group = /^group\/(\d+)$/.exec(project)?.[1];
    if (group === undefined) return project;
    const above = groupAndAbove(groupOf(this.main));
    return above.some(({ id }) => String(id) === group) ? String(this.main.id) : project;
  }

  /** `project` is that of the run as GitLab knows it. */
  perform(action: string, call: ActionCall, project: string): Promise<ActionAnswer> {
    const performed: PerformedCall = { action, call, at: this.#options.clock.now() };
    this.calls.push(performed);
    const { signal } = call;
    const seen: ActionCall = { ...fieldsOf(call), project, signal };
    if (this.#isKilled(action, "before")) return this.#kill(performed);
    const answer = this.#action(action).perform(seen);
    return Promise.resolve(answer).then((answered) => {
      if (this.#isKilled(action, "after")) return this.#kill(performed);
      performed.answer = answered;
      this.#note(performed);
      return answered;
    });
  }

  /** A call that no run makes, but a rule that is asked about a change. */
  async performForRule(action: string, call: ActionCall): Promise<ActionAnswer> {
    const performed: PerformedCall = { action, call, at: this.#options.clock.now() };
    this.calls.push(performed);
    const answered = await this.#action(action).perform(call);
    performed.answer = answered;
    this.#note(performed);
    return answered;
  }

  /** A call of the test itself. */
  performForTest(action: string, input: WireText): Promise<ActionAnswer> {
    const call = { input, runId: "test", attempt: 1, idempotencyKey: "test", timeoutMs };
    const { signal } = new AbortController();
    return Promise.resolve(this.#action(action).perform({ ...call, project: String(this.main.id), signal }));
  }

  killAt(point: KillPoint): void {
    this.#killPoint = point;
  }

  limitRate(limit: RateLimit): void {
    this.#limit = rateLimiter(limit, () => this.#options.clock.now());
  }

  get secrets(): SecretSource {
    return { names: () => [...this.secretValues.keys()], value: (_project, name) => this.secretValues.get(name) };
  }

  #isKilled(action: string, when: KillPoint["when"]): boolean {
    const point = this.#killPoint;
    if (point === undefined || point.when !== when || (point.action ?? action) !== action) return false;
    if (point.after-- > 0) return false;
    this.#killPoint = undefined;
    return true;
  }

  /** Nobody hears of the call any more. */
  #kill(performed: PerformedCall): Promise<never> {
    this.#note(performed);
    queueMicrotask(this.#options.kill);
    return new Promise<never>(() => {});
  }

  #note(call: PerformedCall): void {
    this.moments.push({ at: this.#options.clock.now(), call });
  }

  #action(name: string): Action {
    this.#actions ??= this.#newActions();
    return this.#actions.get(name)!;
  }

  #newActions(): Map<string, Action> {
    const { clock, wait } = this.#options;
    const common = { secrets: this.secrets, clock, timeoutMs, maxResponseBytes, userAgent };
    const exchange = createSimulatedExchange({ handle: (request) => this.#handle(request) }, wait);
    const access = { of: () => ({ url: gitlabUrl, token: botToken }) };
    const gitlab = createGitLabAction({ ...common, access, exchange });
    const http = createHttpAction({
      ...common,
      allowedIps: [],
      allowedPorts: [],
      allowLoopback: false,
      exchange: this.http,
    });
    return new Map<string, Action>([
      ["gitlab", gitlab],
      ["http", http],
    ]);
  }

  /** A request of a run. */
  #handle(request: GitLabRequest): GitLabResponse {
    const plain = (): GitLabResponse => this.gitlab.handle(request);
    const limit = this.#limit;
    return this.faults.around(request, limit === undefined ? plain : () => limit(request, plain));
  }

  #plant(): Project {
    const { world, root } = this.gitlab;
    const session = { world, user: root };
    const group: Group = createGroup(session, { name: "Team", path: "team" });
    const project = createProject(session, { name: "Project", path: "project", namespace: group });
    const bot = createUser(world, { username: "autoflow", name: "AutoFlow", isBot: true });
    addMember(session, group, { user: bot, level: owner });
    createToken(world, { user: bot, name: "autoflow", value: botToken });
    // What was there before the test is no news.
    world.outbox.length = 0;
    return project;
  }
}

function fieldsOf({ input, runId, attempt, firstAttemptAt, idempotencyKey, timeoutMs }: ActionCall) {
  return { input, runId, attempt, idempotencyKey, timeoutMs, ...(firstAttemptAt !== undefined && { firstAttemptAt }) };
}
