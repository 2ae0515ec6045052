/** The verb that asks rules of `on_validate` about a change, as a server asks them. */
import { defaultLimits } from "../../core/program.ts";
import { silentLog, type Clock } from "../../core/ports.ts";
import { defaultRetry } from "../../core/retry.ts";
import type { Action } from "../../core/action.ts";
import type { WireValue } from "../../core/wire.ts";
import { echoAction } from "../../actions/echo.ts";
import { groupAndAbove } from "../gitlab/model/group.ts";
import { groupOf, type Project } from "../gitlab/model/project.ts";
import type { ChangeJudge, JudgedChange, Simulation, TestWorld } from "../simulation.ts";
import { type Given, invalid, plain, text } from "./given.ts";

interface Context {
  simulation: Simulation;
  world: TestWorld;
}

/** `testing.validate`: lets as much time pass as the rules take. */
export async function validateChange({ simulation, world }: Context, given: Given): Promise<WireValue> {
  const type = text(given["type"], "type");
  const project = judgedProject(world, given["project"]);
  const clock = new RuleClock(simulation.clock);
  const judge = judgeFor({ simulation, world }, project, clock);
  const asked = judge.validate(String(project.id), { type, data: plain(given["data"]) });
  const { decision, reasons, rules } = await answerOf(asked, simulation, clock);
  const why = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
  world.project.moments.push({ at: simulation.clock.now(), text: `test: ${type} is judged -> ${decision}${why}` });
  return {
    decision,
    reasons,
    rules: rules.map((rule) => ({
      rule: rule.rule,
      definition: rule.definition,
      group: rule.group ?? null,
      decision: rule.decision,
      reasons: rule.reasons,
      failure: rule.failure === undefined ? null : { code: rule.failure.code, message: rule.failure.message },
    })),
  };
}

/** Time passes only while a rule waits for it, since one that computes would be late. */
async function answerOf(asked: Promise<JudgedChange>, simulation: Simulation, clock: RuleClock): Promise<JudgedChange> {
  const answered = { yet: false };
  void asked.then(() => (answered.yet = true));
  const waitingBefore = simulation.waitingCalls;
  for (;;) {
    await simulation.goOn();
    if (answered.yet) return asked;
    if (clock.isAwaited || simulation.waitingCalls > waitingBefore) await simulation.advanceTo(simulation.clock.next!);
  }
}

/** Knows what rules wait for: the timer that is due last is that of the time they have. */
class RuleClock implements Clock {
  readonly #clock: Clock;
  /** When timers are due. */
  readonly #due = new Map<object, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimer(delayMs: number, callback: () => void): { cancel(): void } {
    const timer = this.#clock.setTimer(delayMs, () => {
      this.#due.delete(timer);
      callback();
    });
    this.#due.set(timer, this.now() + delayMs);
    return {
      cancel: () => {
        this.#due.delete(timer);
        timer.cancel();
      },
    };
  }

  get isAwaited(): boolean {
    return new Set(this.#due.values()).size > 1;
  }
}

function judgedProject({ project: { gitlab, main } }: TestWorld, given: WireValue | undefined): Project {
  if (given === null || given === undefined || given === ":id") return main;
  const { projects, paths } = gitlab.world;
  const found = typeof given === "number" ? projects.get(given) : paths.get(text(given, "project").toLowerCase());
  if (found?.kind !== "project") throw invalid(`there is no project ${JSON.stringify(given)}`);
  return found;
}

/**
 * The definitions under test are those of their own project; for others they are the rules of its group, as `groups` of the
 * configuration would have it.
 */
function judgeFor({ simulation, world }: Context, judged: Project, clock: Clock): ChangeJudge {
  const { main } = world.project;
  const [id, outermost] = [String(main.id), groupAndAbove(groupOf(main)).at(-1)!];
  const values = world.project.variables;
  return simulation.createJudge({
    engine: simulation.definitionsOf(world),
    actions: [echoAction, ruleAction(world, "gitlab"), ruleAction(world, "http")],
    variables: { values: () => Object.fromEntries(values) },
    secrets: world.project.secrets,
    limits: defaultLimits,
    clock,
    random: simulation.random,
    log: silentLog,
    projectPaths: new Map([
      [id, main.fullPath],
      [String(judged.id), judged.fullPath],
    ]),
    policies: new Map(judged === main ? [] : [[outermost.fullPath, id]]),
  });
}

function ruleAction({ project }: TestWorld, name: string): Action {
  return {
    name,
    retry: defaultRetry,
    timeoutMs: 30_000,
    perform: (call) => project.performForRule(name, call),
  };
}
