/** The verbs of `@autoflow//testing.star`: what a test does with its world. */
import { validate } from "../../config/validate.ts";
import type { SchemaNode } from "../../config/schema-walk.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { NewEvent } from "../../core/event.ts";
import { runStates, type RunState } from "../../core/run.ts";
import { decodeWire, encodeWire, type WireText, type WireValue } from "../../core/wire.ts";
import { toEvent } from "../../events/gitlab-webhook.ts";
import { roles } from "../gitlab/model/access.ts";
import type { User } from "../gitlab/model/user.ts";
import { addMember, createToken, createUser } from "../gitlab/operations/people.ts";
import { Refusal } from "../gitlab/operations/refusal.ts";
import { plant } from "../gitlab/seed/plant.ts";
import { seedSchema, type Seed } from "../gitlab/seed/seed-schema.ts";
import type { Simulation, TestWorld } from "../simulation.ts";
import { describeCalls } from "./calls-view.ts";
import { finishJob, finishPipeline } from "./finish.ts";
import {
  count,
  duration,
  type Given,
  invalid,
  oneOf,
  optional,
  optionalText,
  pairs,
  plain,
  status,
  text,
} from "./given.ts";
import { validateChange } from "./judged-change.ts";
import { replaceFile } from "./replaced-file.ts";
import { describeRun, describeRuns } from "./runs-view.ts";
import { answerTask, describeTasks } from "./tasks-view.ts";

/** What verbs work on. */
export interface VerbContext {
  simulation: Simulation;
  world: TestWorld;
  /** The token of the test's own calls of GitLab. */
  token: string;
  /** Numbers events that have no id. */
  events: number;
  /** Runs that the test has looked at. */
  seen: Set<string>;
}

/** Ends a test without a result. */
export class TestSkipped extends Error {}

type Verb = (context: VerbContext, given: Given) => WireValue | Promise<WireValue>;

/** Carries out a call of the action `test`. Throws AutoFlowError, Refusal, TestSkipped. */
export async function performVerb(context: VerbContext, input: WireText): Promise<WireText> {
  const { verb, arguments: given } = decodeWire(input) as { verb: string; arguments: Given };
  const perform = verbs.get(verb);
  if (perform === undefined) throw invalid(`there is no testing.${verb}`);
  return encodeWire(await perform(context, given));
}

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ["http", http],
  ["gitlab_fault", gitlabFault],
  ["rate_limit", rateLimit],
  ["seed", seed],
  ["act_as", actAs],
  ["finish_pipeline", finishPipeline],
  ["finish_job", finishJob],
  ["replace_file", replaceFile],
  ["validate", validateChange],
  ["event", event],
  ["webhook", webhook],
  ["project", ({ world: { project } }) => ({ id: project.main.id, path: project.main.fullPath })],
  ["variables", ({ world }, { values }) => assign(world.project.variables, values)],
  ["secrets", ({ world }, { values }) => assign(world.project.secretValues, values)],
  ["runs", runs],
  ["run", async (context, { id }) => describeRun(context, text(id, "id"))],
  ["start", start],
  ["cancel", cancel],
  ["calls", ({ world }, given) => describeCalls(world.project, given)],
  ["tasks", describeTasks],
  ["answer", answerTask],
  ["kill", kill],
  ["kill_at", killAt],
  ["skip", (_context, { reason }) => skip(text(reason, "reason"))],
]);

function http({ world }: VerbContext, given: Given): WireValue {
  const error = oneOf(given["error"], "error", ["refused", "reset", "timeout"] as const);
  world.project.http.add({
    ...optional("method", given["method"] === "*" ? undefined : optionalText(given["method"], "method")),
    url: text(given["url"], "url"),
    after: count(given["after"], "after") ?? 0,
    ...optional("times", count(given["times"], "times")),
    status: status(given["status"]) ?? 200,
    ...optional("body", optionalText(given["body"], "body")),
    headers: pairs(given["headers"]),
    ...optional("delayMs", duration(given["delay"], "delay")),
    ...optional("error", error),
  });
  return null;
}

function gitlabFault({ world }: VerbContext, given: Given): WireValue {
  world.project.faults.add({
    ...optional("method", optionalText(given["method"], "method")),
    ...optional("path", optionalText(given["path"], "path")),
    ...optional("status", status(given["status"])),
    ...optional("body", given["body"] ?? undefined),
    headers: Object.fromEntries(pairs(given["headers"])),
    after: count(given["after"], "after") ?? 0,
    ...optional("times", count(given["times"], "times")),
    ...optional("delayMs", duration(given["delay"], "delay")),
    ...optional("drop", oneOf(given["drop"], "drop", ["before", "after"] as const)),
  });
  return null;
}

function rateLimit({ world }: VerbContext, given: Given): WireValue {
  const requests = count(given["requests"], "requests") ?? 1;
  world.project.limitRate({ requests, period: count(given["period"], "period") ?? 60 });
  return null;
}

function seed({ world: { project } }: VerbContext, { content }: Given): WireValue {
  const { gitlab } = project;
  const value = plain(content);
  const [finding] = validate(seedSchema as unknown as SchemaNode, value);
  if (finding !== undefined) throw invalid(`the seed's ${finding.path.join(".")} ${finding.message}`);
  gitlab.change((world) => plant({ world, user: gitlab.root }, value as Seed));
  return null;
}

function actAs(context: VerbContext, given: Given): WireValue {
  const { project } = context.world;
  const { gitlab, main } = project;
  const username = text(given["username"], "username");
  const found = gitlab.world.paths.get(username.toLowerCase());
  if (found !== undefined && found.kind !== "user") throw invalid(`${username} is no user, but a ${found.kind}`);
  const user: User = found ?? createUser(gitlab.world, { username });
  if (found === undefined) {
    addMember({ world: gitlab.world, user: gitlab.root }, main, { user, level: roles.developer });
  }
  context.token = `glpat-test-${username}`;
  if (!gitlab.world.tokens.has(context.token)) createToken(gitlab.world, { user, value: context.token });
  return { id: user.id, username };
}

async function event(context: VerbContext, given: Given): Promise<WireValue> {
  const { simulation, world } = context;
  const subject = optionalText(given["subject"], "subject");
  const one: NewEvent = {
    project: String(world.project.main.id),
    attributes: {
      id: optionalText(given["id"], "id") ?? `test-${++context.events}`,
      source: text(given["source"], "source"),
      type: text(given["type"], "type"),
      time: new Date(simulation.clock.now()).toISOString(),
      datacontenttype: "application/json",
      ...(subject !== undefined && { subject }),
    },
    body: Buffer.from(JSON.stringify(plain(given["data"]))),
    overlay: "",
  };
  return simulation.send(world, one);
}

async function webhook(context: VerbContext, given: Given): Promise<WireValue> {
  const headers = { "x-gitlab-event": text(given["event"], "event"), "webhook-id": `test-${++context.events}` };
  return context.simulation.send(context.world, toEvent(headers, Buffer.from(JSON.stringify(plain(given["body"])))));
}

function runs(context: VerbContext, given: Given): Promise<WireValue> {
  const state = oneOf(given["state"], "state", runStates);
  return describeRuns(context, {
    ...optional("states", state === undefined ? undefined : ([state] as RunState[])),
    ...optional("definition", optionalText(given["definition"], "definition")),
    ...optional("trigger", optionalText(given["trigger"], "trigger")),
  });
}

async function start({ simulation, world }: VerbContext, given: Given): Promise<WireValue> {
  const name = text(given["name"], "name");
  const input = JSON.stringify(plain(given["inputs"]));
  const { runId } = await simulation.engine.startWorkflow({ project: world.name, name, input });
  return runId;
}

async function cancel({ simulation }: VerbContext, { run }: Given): Promise<WireValue> {
  await simulation.engine.cancelRun(text(run, "run"), "the test asked for it");
  return null;
}

function kill({ simulation }: VerbContext): WireValue {
  simulation.kill();
  return null;
}

function killAt({ world }: VerbContext, given: Given): WireValue {
  world.project.killAt({
    action: oneOf(given["action"], "action", ["http", "gitlab"] as const),
    when: oneOf(given["when"], "when", ["before", "after"] as const) ?? "before",
    after: count(given["after"], "after") ?? 0,
  });
  return null;
}

function skip(reason: string): never {
  throw new TestSkipped(reason);
}

function assign(values: Map<string, string>, given: WireValue | undefined): WireValue {
  for (const [name, value] of Object.entries(given as Given)) values.set(name, text(value, name));
  return null;
}

/** Whether an error is one that the test is told. */
export function isTold(error: unknown): error is AutoFlowError | Refusal {
  return error instanceof AutoFlowError || error instanceof Refusal;
}
