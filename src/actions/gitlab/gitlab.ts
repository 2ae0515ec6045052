/**
 * The action that calls GitLab's REST API. Its answer is `{"status_code": 200, "body": the parsed JSON, text when it is not JSON,
 * null when there is none, "next": the query of the next page or null}`; a status that is no success is a failure. The token comes
 * from the configuration and goes to its instance only: scripts never see it.
 */
import type {
  Action,
  ActionAnswer,
  ActionCall,
  GitLabAccess,
  GitLabInstanceAccess,
  SecretSource,
} from "../../core/action.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { Failure } from "../../core/failure.ts";
import type { Clock } from "../../core/ports.ts";
import { defaultRetry, type RetryPolicy } from "../../core/retry.ts";
import type { HttpExchange } from "../http-exchange.ts";
import { failureOf } from "../http-failure.ts";
import { redactorSource, type Redactor } from "../redaction.ts";
import { answerValue } from "./gitlab-answer.ts";
import { type Attempt, createGitLabClient, type GitLabAnswer, GitLabHeldBack } from "./gitlab-client.ts";
import { isSuccess, statusFailure } from "./gitlab-failure.ts";
import { type GitLabRequest, readGitLabInput } from "./gitlab-input.ts";
import { decoded } from "./gitlab-path.ts";
import { createRepeats } from "./repeats.ts";
import { createSentCalls } from "./sent-calls.ts";

/** The status of what GitLab refuses for its limit, before it does anything. */
const tooMany = 429;

/** For an hour, however often a call has to wait for its turn meanwhile. */
const retry: RetryPolicy = { ...defaultRetry, maxAttempts: 60 };

export interface GitLabActionOptions {
  access: GitLabAccess;
  secrets: SecretSource;
  clock: Clock;
  /** For one attempt, unless the call says otherwise. */
  timeoutMs: number;
  maxResponseBytes: number;
  userAgent: string;
  /** What sends requests; sockets when absent. */
  exchange?: HttpExchange;
}

/** `close` ends idle connections. */
export function createGitLabAction(options: GitLabActionOptions): Action & { close(): void } {
  const { access, secrets, clock } = options;
  const client = createGitLabClient(options);
  const redactorOf = redactorSource(secrets);
  const repeats = createRepeats(client, () => clock.now());
  const sent = createSentCalls(() => clock.now());

  async function perform(call: ActionCall): Promise<ActionAnswer> {
    const instance = access.of(call.project);
    const redactor = redactorOf(call.project, instance?.token === undefined ? [] : [instance.token]);
    try {
      return await answerTo(call, required(instance, call.project), redactor);
    } catch (error) {
      const failure = error instanceof GitLabHeldBack ? error.failure : failureOf(error);
      return { error: hidden(failure, redactor) };
    }
  }

  async function answerTo(call: ActionCall, instance: GitLabInstanceAccess, redactor: Redactor): Promise<ActionAnswer> {
    const request = readGitLabInput(call.input, call.project, (name) => secrets.value(call.project, name));
    checkReach(request, instance);
    const attempt = {
      access: instance,
      idempotencyKey: call.idempotencyKey,
      endsAt: clock.now() + call.timeoutMs,
      signal: call.signal,
    };
    const since = sent.since(call);
    const answer = await (since === undefined ? first(call, request, attempt) : again(since, request, attempt));
    if (answer.statusCode < 500 && answer.statusCode !== tooMany) sent.forget(call);
    if (isSuccess(answer.statusCode)) return { value: answerValue(answer, request, redactor) };
    const hasToken = instance.token !== undefined;
    return { error: statusFailure(answer, request, { redactor, hasToken, now: clock.now() }) };
  }

  /** Nothing of the call was carried out before. */
  async function first(call: ActionCall, request: GitLabRequest, attempt: Attempt): Promise<GitLabAnswer> {
    sent.sends(call);
    try {
      const answer = await client.send(request, attempt);
      if (answer.statusCode === tooMany) sent.didNothing(call);
      return answer;
    } catch (error) {
      if (error instanceof GitLabHeldBack) sent.didNothing(call);
      throw error;
    }
  }

  /** What an earlier attempt became is not known: nothing is made twice. */
  async function again(since: number, request: GitLabRequest, attempt: Attempt): Promise<GitLabAnswer> {
    const repeat = { attempt, firstAttemptAt: since };
    const made = await repeats.made(request, repeat);
    if (made !== undefined) return made;
    const answer = await client.send(request, attempt);
    return isSuccess(answer.statusCode) ? answer : ((await repeats.madeBefore(answer, request, repeat)) ?? answer);
  }

  return { name: "gitlab", retry, timeoutMs: options.timeoutMs, perform, close: () => client.close() };
}

function required(instance: GitLabInstanceAccess | undefined, project: string): GitLabInstanceAccess {
  if (instance !== undefined) return instance;
  throw new AutoFlowError("GITLAB_ACCESS", `there is no GitLab instance for project ${project}`);
}

/** Throws GITLAB_ACCESS when the token belongs to all projects and the path does not lead into this one. */
function checkReach({ method, path }: GitLabRequest, { onlyFor, token }: GitLabInstanceAccess): void {
  if (onlyFor === undefined || token === undefined) return;
  const [area, name = ""] = path.split("/", 2);
  if (area === "projects" && onlyFor.includes(decoded(name))) return;
  const remedy =
    "the common token is for projects/:id/… only; give the project one of its own (projects.<project>.gitlab.token), " +
    "or let it use the common one (projects.<project>.gitlab: {})";
  throw new AutoFlowError("GITLAB_ACCESS", `${method} ${path} is outside of the run's own project: ${remedy}`);
}

/** A failure without secrets in its message and hint. */
function hidden(failure: Failure, redactor: Redactor): Failure {
  return { ...failure, message: redactor.text(failure.message) };
}
