/** What a test asks for, done in its world: calls of GitLab as the test's user, HTTP, verbs of the kit, signals and runs. */
import { answerValue } from "../../actions/gitlab/gitlab-answer.ts";
import { readBody, type GitLabAnswer } from "../../actions/gitlab/gitlab-client.ts";
import { isSuccess, statusFailure } from "../../actions/gitlab/gitlab-failure.ts";
import { readGitLabInput, type Json } from "../../actions/gitlab/gitlab-input.ts";
import { createRedactor } from "../../actions/redaction.ts";
import type { CallEffect, SignalEffect, SpawnEffect } from "../../core/effect.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { Failure } from "../../core/failure.ts";
import { hasEnded } from "../../core/run.ts";
import { encodeWire, type WireText, type WireValue } from "../../core/wire.ts";
import { testKitAction } from "../../languages/starlark/api/test-kit.ts";
import type { GitLabResponse } from "../gitlab/rest/message.ts";
import type { Answer, TestPort } from "./test-machine.ts";
import { isTold, performVerb, type VerbContext } from "./verbs.ts";

const redactor = createRedactor([]);

/** Nothing waits longer than this for a run that a test has started. */
const longestRunMs = 3 * 366 * 86_400_000;

/** `print` gets what the test prints. */
export function createTestPort(context: VerbContext, print: (line: string) => void): TestPort {
  return {
    perform(effect) {
      switch (effect.kind) {
        case "call":
          return performCall(context, effect);
        case "signal":
          return signal(context, effect);
        case "spawn":
          return spawn(context, effect);
        default:
          return failed("a test waits for nothing but time: let it pass with sleep(…), and look at what became of it");
      }
    },
    async note(effect) {
      if (effect.kind === "log") print(effect.message);
      if (effect.kind !== "emit") return;
      const given = { type: effect.type, data: JSON.parse(effect.data) as WireValue, subject: effect.subject ?? null };
      await performVerb(context, encodeWire({ verb: "event", arguments: { ...given, source: "test", id: null } }));
    },
  };
}

async function performCall(context: VerbContext, effect: CallEffect): Promise<Answer> {
  try {
    switch (effect.action) {
      case testKitAction:
        return { value: await performVerb(context, effect.input) };
      case "gitlab":
        return callGitLab(context, effect.input);
      case "http":
      case "echo":
        return await callAction(context, effect);
      default:
        return failed(`tests have no action ${effect.action}`);
    }
  } catch (error) {
    if (isTold(error)) return failed(error.message);
    throw error;
  }
}

/** At once, without the faults that a test has planned for runs. */
function callGitLab({ world: { project }, token, simulation }: VerbContext, input: WireText): Answer {
  const request = readGitLabInput(input, String(project.main.id), (name) => project.secretValues.get(name));
  const query = new URLSearchParams(request.query).toString();
  const response = project.gitlab.handle({
    method: request.method,
    path: `/api/v4/${request.path}${query === "" ? "" : `?${query}`}`,
    headers: { "private-token": token, "content-type": "application/json" },
    body: request.body,
  });
  const answer: GitLabAnswer = {
    statusCode: response.status,
    reason: "",
    headers: new Map(Object.entries(response.headers)),
    body: bodyOf(response),
    date: undefined,
  };
  const at = simulation.clock.now();
  project.moments.push({ at, text: `test: gitlab ${request.method} ${request.path} -> ${answer.statusCode}` });
  if (isSuccess(answer.statusCode)) return { value: answerValue(answer, request, redactor) };
  return { error: statusFailure(answer, request, { redactor, hasToken: true, now: at }) };
}

/** JSON is a value already; content of files is told as runs are told it. */
function bodyOf({ body, headers }: GitLabResponse): Json | Uint8Array {
  return body instanceof Uint8Array ? readBody(body, headers["content-type"] ?? "") : ((body ?? null) as Json);
}

function callAction({ world: { project } }: VerbContext, effect: CallEffect): Promise<Answer> {
  if (effect.action === "echo") return Promise.resolve({ value: effect.input });
  return project.performForTest(effect.action, effect.input);
}

async function signal({ simulation }: VerbContext, { runId, name, payload }: SignalEffect): Promise<Answer> {
  return { value: encodeWire(await simulation.engine.signalRun(runId, name, payload)) };
}

/** `run` lets time pass until the run has ended. */
async function spawn({ simulation, world }: VerbContext, effect: SpawnEffect): Promise<Answer> {
  const { name, version } = effect.definition;
  const { engine, clock } = simulation;
  let runId: string;
  try {
    const asked = { project: world.name, name, input: effect.input, ...(version !== undefined && { version }) };
    ({ runId } = await engine.startWorkflow(asked));
  } catch (error) {
    if (error instanceof AutoFlowError) return failed(error.message);
    throw error;
  }
  if (!effect.awaited) return { value: encodeWire(runId) };
  const until = clock.now() + longestRunMs;
  for (;;) {
    await simulation.settle();
    const run = await engine.findRun(runId);
    if (run === undefined) return failed(`the run ${runId} is gone`);
    if (run.state === "succeeded") return { value: (run.value ?? run.data ?? "null") as WireText };
    if (hasEnded(run.state)) return { error: run.error ?? failureOf(`the run was ${run.state}`) };
    const due = clock.next;
    if (due === undefined || due > until) return failed(`the run goes on and on: it waits for ${run.waitingFor}`);
    await simulation.advanceTo(due);
  }
}

function failed(message: string): Answer {
  return { error: failureOf(message) };
}

function failureOf(message: string): Failure {
  return { type: "test", code: "TEST_FAILED", message, retryable: false };
}
