/**
 * The simulated engine: the embedded one in memory, a clock that moves when it is told to, and for every test a project with a
 * simulated GitLab of its own, whose webhooks reach the engine as GitLab's do.
 */
import { Buffer } from "node:buffer";
import type { Action, SecretSource, VariableSource } from "../core/action.ts";
import type { Engine } from "../core/engine.ts";
import type { NewEvent } from "../core/event.ts";
import { silentLog, silentObserver, type Clock, type Log, type Random } from "../core/ports.ts";
import { defaultLimits, type Diagnostic, type Limits, type Program, type Sources } from "../core/program.ts";
import { defaultRetry } from "../core/retry.ts";
import { hasEnded, runStates } from "../core/run.ts";
import { openSimulatedEngine, type EmbeddedOptions, type SimulatedEngine } from "../engines/embedded/open.ts";
import { toEvent } from "../events/gitlab-webhook.ts";
import type { LineCoverage } from "./coverage.ts";
import type { Delivery } from "./gitlab/webhooks/delivery.ts";
import { sharedProgram } from "./shared-programs.ts";
import { SimulatedClock } from "./simulated-clock.ts";
import { SimulatedProject } from "./simulated-project.ts";
import { SimulatedRandom } from "./simulated-random.ts";

/** A definition under test. */
export interface TestedDefinition {
  language: string;
  sources: Sources;
}

/** What a judge asks rules with, and where it finds them; projects go by GitLab's numbers. */
export interface JudgeParts {
  engine: Pick<Engine, "listDefinitions" | "loadDefinition">;
  actions: readonly Action[];
  variables: VariableSource;
  secrets: SecretSource;
  limits: Limits;
  clock: Clock;
  log: Log;
  random: Random;
  /** Full paths, by number. */
  projectPaths: ReadonlyMap<string, string>;
  /** Groups by full path, and the number of the project whose rules bind all projects in them. */
  policies: ReadonlyMap<string, string>;
}

interface Judged {
  decision: string;
  reasons: string[];
}

/** What rules of `on_validate` say of a change. */
export interface JudgedChange extends Judged {
  rules: (Judged & { rule: string; definition: string; group?: string; failure?: { code: string; message: string } })[];
}

/** Asks the rules of `on_validate` about a change of a project. Never rejects for what they do. */
export interface ChangeJudge {
  validate(project: string, change: { type: string; data: unknown }): Promise<JudgedChange>;
}

export interface SimulationOptions {
  /** By language. */
  programs: ReadonlyMap<string, Program>;
  /** Beside `gitlab` and `http`, which are simulated. */
  actions: readonly Action[];
  limits?: Limits;
  checkInput?: EmbeddedOptions["checkInput"];
  checkDefinition?: EmbeddedOptions["checkDefinition"];
  /** As a server judges changes. */
  createJudge: (parts: JudgeParts) => ChangeJudge;
  log?: Log;
}

/** Monday, 2026-01-05, 09:00 UTC: every test begins then. */
export const simulationStart = Date.UTC(2026, 0, 5, 9);

/** A test's own part of the simulation. */
export interface TestWorld {
  project: SimulatedProject;
  /** The engine's name of the project that definitions are in. */
  name: string;
  /** Of its definitions. */
  paths: string[];
  definitions: readonly TestedDefinition[];
  /** Problems of definitions that do not compile. */
  problems: Diagnostic[];
}

/** What took so long that the test is given up. */
export class SimulationTimeout extends Error {}

/** How often the loop comes round before the time is looked at. */
const roundsBetweenLooks = 64;

export class Simulation {
  readonly clock = new SimulatedClock(simulationStart);
  readonly random = new SimulatedRandom(0);
  readonly createJudge: SimulationOptions["createJudge"];
  readonly #worlds = new Map<string, SimulatedProject>();
  #engine!: SimulatedEngine;
  /** Attempts that wait for the clock. */
  #parked = 0;
  /** Webhooks that are not in the log yet. */
  readonly #arriving = new Set<NewEvent>();
  #tests = 0;
  #failed = 0;
  #coverage: LineCoverage | undefined;
  /** `performance.now()` at which a test has taken too long. */
  #deadline = Infinity;

  private constructor({ createJudge }: SimulationOptions) {
    this.createJudge = createJudge;
  }

  static async open(options: SimulationOptions): Promise<Simulation> {
    const simulation = new Simulation(options);
    const coverageOf = (): LineCoverage | undefined => simulation.#coverage;
    const programs = [...options.programs].map(
      ([language, program]) => [language, sharedProgram(program, { seenProject, coverageOf })] as const,
    );
    const parts: Parameters<typeof openSimulatedEngine>[0] = {
      programs: new Map(programs),
      actions: [...options.actions, simulation.#action("gitlab"), simulation.#action("http")],
      clock: simulation.clock,
      random: simulation.random,
      log: options.log ?? silentLog,
      observer: {
        ...silentObserver,
        runEnded(_definition, state) {
          if (state === "failed") simulation.#failed++;
        },
      },
      variables: { values: (project) => Object.fromEntries(simulation.#world(project)?.variables ?? []) },
      secrets: {
        names: (project) => simulation.#world(project)?.secrets.names(project) ?? [],
        value: (project, name) => simulation.#world(project)?.secrets.value(project, name),
      },
      limits: options.limits ?? defaultLimits,
      ...(options.checkInput !== undefined && { checkInput: options.checkInput }),
      ...(options.checkDefinition !== undefined && { checkDefinition: options.checkDefinition }),
    };
    simulation.#engine = await openSimulatedEngine(parts, (run, row) => {
      simulation.#world(run.project)?.moments.push({ at: row.time, run, row });
    });
    return simulation;
  }

  /** How many runs have failed so far. */
  get failedRuns(): number {
    return this.#failed;
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** From now on the lines that runs execute are noted here. */
  cover(coverage: LineCoverage): void {
    this.#coverage = coverage;
  }

  /**
   * A world of its own, with these definitions in its project, at the start of time. `name` is the test's: what looks random
   * follows from it. `deadline`: `performance.now()` at which settling is given up.
   */
  async begin(name: string, definitions: readonly TestedDefinition[], deadline = Infinity): Promise<TestWorld> {
    const seed = seedOf(name);
    this.#deadline = deadline;
    this.clock.set(simulationStart);
    this.random.seed(seed);
    const key = String(++this.#tests);
    const project = new SimulatedProject({
      clock: this.clock,
      seed,
      wait: (ms, signal) => this.#wait(ms, signal),
      onDelivery: (delivery) => this.#receive(key, delivery),
      kill: () => this.kill(),
    });
    this.#worlds.set(key, project);
    const world: TestWorld = { project, name: `${project.main.id}@${key}`, paths: [], definitions, problems: [] };
    world.paths.push(...definitions.map(({ sources }) => sources.entry));
    const problems = await Promise.all(definitions.map((definition) => this.define(world, definition)));
    world.problems.push(...problems.flat());
    return world;
  }

  /** Puts a definition, or another version of it, into a world's project; answers its errors. */
  async define({ name }: TestWorld, definition: TestedDefinition): Promise<Diagnostic[]> {
    const { problems } = await this.#engine.putDefinition({ ...definition, project: name });
    return problems.filter(({ severity }) => severity === "error");
  }

  /** The definitions in a world, for who calls its projects as GitLab does. */
  definitionsOf({ name }: TestWorld): Pick<Engine, "listDefinitions" | "loadDefinition"> {
    const named = (project: string): string => `${project}@${keyOf(name)}`;
    return {
      listDefinitions: (project) => this.#engine.listDefinitions(project === undefined ? name : named(project)),
      loadDefinition: (project, path) => this.#engine.loadDefinition(named(project), path),
    };
  }

  /** Nothing of the world goes on after this. */
  async end(world: TestWorld): Promise<void> {
    const { name, paths } = world;
    // Known at once, and in the next commit, which is that of the next test.
    for (const path of paths) void this.#engine.removeDefinition(name, path);
    if (this.#engine.openRuns > 0) await this.#endRuns(world);
    this.#worlds.delete(keyOf(name));
  }

  /** Lets everything happen that can happen without time passing. Throws SimulationTimeout. */
  async settle(): Promise<void> {
    for (let round = 1; !this.#engine.isIdle(this.#parked); round++) {
      if (round % roundsBetweenLooks === 0) this.#look();
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  }

  /** Lets time pass until `end`, epoch ms, with all that happens in it. Throws SimulationTimeout. */
  async advanceTo(end: number): Promise<void> {
    await this.settle();
    for (let fired = 1; ; fired++) {
      const due = this.clock.next;
      if (due === undefined || due > end) break;
      if (fired % roundsBetweenLooks === 0) this.#look();
      this.clock.fire();
      if (!this.#engine.isIdle(this.#parked)) await this.settle();
    }
    this.clock.set(Math.max(end, this.clock.now()));
  }

  /** How many calls wait for the clock. */
  get waitingCalls(): number {
    return this.#parked;
  }

  /** Lets happen what can happen now, also outside of the engine. Throws SimulationTimeout. */
  async goOn(): Promise<void> {
    this.#look();
    await new Promise<void>((resolve) => setImmediate(resolve));
    await this.settle();
  }

  /** Hands an event in as if it came from outside, for a project as GitLab knows it. Resolves with the runs that it started. */
  async send(world: TestWorld, event: NewEvent): Promise<string[]> {
    const project = `${world.project.scopeOf(event)}@${keyOf(world.name)}`;
    const [result] = await this.#engine.appendEvents([{ ...event, project }]);
    return result!.runs;
  }

  /** The engine's process is killed and started again. Webhooks that it had not acknowledged come once more. */
  kill(): void {
    for (const { moments } of this.#worlds.values())
      moments.push({ at: this.clock.now(), text: "the engine was killed, and started again" });
    this.#engine.kill();
    const again = [...this.#arriving];
    this.#arriving.clear();
    for (const event of again) this.#append(event);
  }

  async close(): Promise<void> {
    await this.#engine.drain();
  }

  #look(): void {
    if (performance.now() > this.#deadline) throw new SimulationTimeout();
  }

  #world(project: string): SimulatedProject | undefined {
    return this.#worlds.get(keyOf(project));
  }

  #receive(key: string, { hook, headers, text }: Delivery): void {
    // Hooks that somebody has made lead elsewhere.
    if (hook.owner !== undefined) return;
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const event = toEvent(lower, Buffer.from(text));
    const scope = this.#worlds.get(key)?.scopeOf(event) ?? event.project;
    this.#append({ ...event, project: `${scope}@${key}` });
  }

  /** The event is in the next commit; settling waits for that. */
  #append(event: NewEvent): void {
    this.#arriving.add(event);
    void this.#engine.appendEvents([event]).then(() => this.#arriving.delete(event));
  }

  #action(name: string): Action {
    return {
      name,
      retry: defaultRetry,
      timeoutMs: 30_000,
      perform: (call) => this.#world(call.project)!.perform(name, call, seenProject(call.project)),
    };
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#parked++;
      const go = (end: () => void): void => {
        this.#parked--;
        timer.cancel();
        signal.removeEventListener("abort", abort);
        end();
      };
      const abort = (): void => go(() => reject(signal.reason as Error));
      const timer = this.clock.setTimer(ms, () => go(resolve));
      signal.addEventListener("abort", abort);
    });
  }

  async #endRuns({ name }: TestWorld): Promise<void> {
    const states = runStates.filter((state) => !hasEnded(state));
    for (;;) {
      const { items } = await this.#engine.listRuns({ project: name, states });
      if (items.length === 0) return;
      // The first request lets a run unwind, the second one ends it.
      for (const { id } of items) await this.#engine.cancelRun(id, "the test is over").catch(() => {});
    }
  }
}

/** The name of a project in the engine has the test's number behind it. */
function keyOf(project: string): string {
  return project.slice(project.lastIndexOf("@") + 1);
}

/** Rules that are asked about changes know their project by GitLab's number alone. */
function seenProject(project: string): string {
  const end = project.lastIndexOf("@");
  return end < 0 ? project : project.slice(0, end);
}

/** FNV-1a. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
