/** Asks the rules that bind a project about a change, all at once, and puts their answers together. */
import type { Action, SecretSource, VariableSource } from "../../core/action.ts";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { Clock, Log, Random } from "../../core/ports.ts";
import type { Limits, RunStart } from "../../core/program.ts";
import { type BoundProject, findBoundProject } from "./bound-project.ts";
import { type Change, findRules, type Rule } from "./find-rules.ts";
import { RuleMachine } from "./rule-machine.ts";
import { type Decision, readVerdict, type Verdict } from "./verdict.ts";

export interface ValidationSettings {
  /** Until the answer, in ms: unless the caller says otherwise, and at most. */
  timeoutMs: number;
  maxTimeoutMs: number;
  /** What counts when a rule fails or does not answer in time. */
  onFailure: Decision;
  /** Groups by full path, and the project whose rules bind all projects in them. */
  policies: ReadonlyMap<string, string>;
  /** What is configured: names of projects, with the full paths of those that say theirs. */
  projectPaths: ReadonlyMap<string, string | undefined>;
}

export interface ValidatorOptions extends ValidationSettings {
  engine: Pick<Engine, "listDefinitions" | "loadDefinition">;
  projectName: (project: string) => string;
  actions: readonly Action[];
  variables: VariableSource;
  secrets: SecretSource;
  limits: Limits;
  clock: Clock;
  log: Log;
  random: Random;
}

/** What one rule said. */
export interface RuleAnswer extends Verdict {
  /** Whose rule it is, and where it is written. */
  project: string;
  definition: string;
  rule: string;
  group?: string;
  /** Why it did not answer; then the decision is that of `onFailure`. */
  failure?: ValidationFailure;
}

export interface ValidationAnswer extends Verdict {
  rules: RuleAnswer[];
  /** Present when what is configured for failures has been applied: what that is. */
  onFailure?: Decision;
  /** Why no rule was asked at all. */
  failure?: ValidationFailure;
}

interface ValidationFailure {
  code: string;
  message: string;
}

export interface Validator {
  readonly maxTimeoutMs: number;
  /** Never throws for what rules do. `timeoutMs` is cut to `maxTimeoutMs`. */
  validate(project: string, change: Change, timeoutMs?: number): Promise<ValidationAnswer>;
}

/** The time that putting the answers together takes. */
const reserveMs = 5;

export function createValidator(options: ValidatorOptions): Validator {
  const { engine, clock, log, onFailure, maxTimeoutMs } = options;
  const actions = new Map(options.actions.map((action) => [action.name, action]));
  const identity = {
    paths: options.projectPaths,
    projectName: options.projectName,
    needsPath: options.policies.size > 0,
    gitlab: actions.get("gitlab"),
  };

  async function validate(project: string, change: Change, timeoutMs = options.timeoutMs): Promise<ValidationAnswer> {
    const since = clock.now();
    const until = since + Math.max(1, Math.min(timeoutMs, maxTimeoutMs) - reserveMs);
    const answer = await ask(project, change, until);
    log.info("a change was judged", {
      project,
      type: change.type,
      decision: answer.decision,
      rules: answer.rules.map(({ rule }) => rule),
      ms: clock.now() - since,
    });
    return answer;
  }

  async function ask(project: string, change: Change, until: number): Promise<ValidationAnswer> {
    let bound: BoundProject;
    let rules: Rule[];
    try {
      bound = await findInTime(project, until);
      rules = await findRules(engine, { project: bound, change, policies: options.policies });
    } catch (error) {
      return { ...failed(error), rules: [], onFailure };
    }
    const answers = await Promise.all(rules.map((rule) => judge(rule, { bound, change, until })));
    const hasFailed = answers.some(({ failure }) => failure !== undefined);
    const denied = answers.filter(({ decision }) => decision === "deny");
    return {
      decision: denied.length > 0 ? "deny" : "allow",
      reasons: denied.flatMap(({ reasons }) => reasons),
      rules: answers,
      ...(hasFailed && { onFailure }),
    };
  }

  async function findInTime(project: string, until: number): Promise<BoundProject> {
    const timeoutMs = Math.max(1, until - clock.now());
    return findBoundProject(project, identity, { timeoutMs, signal: AbortSignal.timeout(timeoutMs) });
  }

  async function judge(rule: Rule, asked: { bound: BoundProject; change: Change; until: number }): Promise<RuleAnswer> {
    const { project, definition, name, group } = rule;
    const about = { project, definition, rule: name, ...(group !== undefined && { group }) };
    try {
      const machine = new RuleMachine(rule.image, startOf(options, rule, asked), asked.until, { actions, clock, log });
      const outcome = await machine.play();
      if (outcome.kind === "succeeded") return { ...about, ...readVerdict(name, outcome.value) };
      const message = outcome.kind === "failed" ? outcome.error.message : `it was ${outcome.kind}`;
      throw new AutoFlowError("VALIDATION_RULE_FAILED", `the rule ${name} failed: ${message}`);
    } catch (error) {
      const { decision, reasons, failure } = failed(error);
      return { ...about, decision, reasons, failure };
    }
  }

  /** What counts in place of an answer. */
  function failed(error: unknown): Verdict & { failure: ValidationFailure } {
    if (!(error instanceof AutoFlowError)) log.error("a change could not be judged", { error });
    const code = error instanceof AutoFlowError ? error.code : "INTERNAL";
    const message = error instanceof AutoFlowError ? error.message : "the rule could not be asked";
    log.warn("a rule did not answer", { code, reason: message, applied: onFailure });
    return { decision: onFailure, reasons: onFailure === "deny" ? [message] : [], failure: { code, message } };
  }

  return { maxTimeoutMs, validate };
}

/** A rule of a group has the variables and secrets of its own project, not those of the project that it judges. */
function startOf(
  { variables, secrets, limits, clock, random }: ValidatorOptions,
  { project, name }: Rule,
  { bound, change }: { bound: BoundProject; change: Change },
): RunStart {
  const runId = `validation-${Buffer.from(random.bytes(12)).toString("base64url")}`;
  const [number = "", path = null] = [bound.names[0], bound.path];
  return {
    runId,
    project,
    trigger: name,
    event: JSON.stringify({ id: runId, type: change.type, project: number, path, data: change.data ?? null }),
    position: 0,
    time: clock.now(),
    vars: variables.values(project),
    secrets: secrets.names(project),
    limits,
  };
}
