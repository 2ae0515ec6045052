/**
 * The action that makes an HTTP call. Its answer is `{"status_code": 200, "status": "200 OK", "headers": [[name, value], …],
 * "body": text, or bytes when it is not UTF-8}`, whatever the status, unless the status is one that the call wants tried again.
 */
import { isUtf8 } from "node:buffer";
import type { Action, ActionAnswer, ActionCall, SecretSource } from "../core/action.ts";
import type { Failure } from "../core/failure.ts";
import type { Clock } from "../core/ports.ts";
import { retryAfterMs } from "../core/retry-after.ts";
import { defaultRetry } from "../core/retry.ts";
import { encodeWire } from "../core/wire.ts";
import { createAddressPolicy, type AddressPolicyOptions } from "./address-policy.ts";
import { createHttpExchange, type HttpAnswer } from "./http-exchange.ts";
import { failureOf, HttpCallFailed } from "./http-failure.ts";
import { readHttpInput, type HttpRequest } from "./http-input.ts";
import { createRedactor, type Redactor } from "./redaction.ts";

export interface HttpActionOptions extends AddressPolicyOptions {
  secrets: SecretSource;
  clock: Pick<Clock, "now">;
  /** For one attempt, unless the call says otherwise. */
  timeoutMs: number;
  maxResponseBytes: number;
  userAgent: string;
}

/** `close` ends idle connections. Throws RangeError for an `allowedIps` entry that is not an address or range. */
export function createHttpAction(options: HttpActionOptions): Action & { close(): void } {
  const exchange = createHttpExchange(createAddressPolicy(options));
  const { secrets, clock, maxResponseBytes } = options;

  async function perform(call: ActionCall): Promise<ActionAnswer> {
    const redactor = redactorFor(call.project, secrets);
    try {
      const request = readHttpInput(call.input, (name) => secrets.value(call.project, name));
      addDefaultHeaders(request, {
        "user-agent": options.userAgent,
        "idempotency-key": call.idempotencyKey,
        accept: "*/*",
      });
      const answer = await exchange.send(request, { timeoutMs: call.timeoutMs, maxResponseBytes }, call.signal);
      if (request.retryOn.has(answer.statusCode)) throw statusFailed(request, answer, redactor, clock.now());
      return { value: encodeWire(answerValue(answer, redactor)) };
    } catch (error) {
      return { error: redacted(failureOf(error), redactor) };
    }
  }

  return { name: "http", retry: defaultRetry, timeoutMs: options.timeoutMs, perform, close: () => exchange.close() };
}

/** All of the project's secrets are hidden: a service may tell one that an earlier call gave it. */
function redactorFor(project: string, secrets: SecretSource): Redactor {
  const values: string[] = [];
  for (const name of secrets.names(project)) {
    const value = secrets.value(project, name);
    if (value !== undefined) values.push(value);
  }
  return createRedactor(values);
}

function addDefaultHeaders(request: HttpRequest, defaults: Record<string, string>): void {
  const given = new Set(request.headers.map(({ name }) => name.toLowerCase()));
  for (const [name, value] of Object.entries(defaults)) {
    if (!given.has(name)) request.headers.push({ name, value, hasSecret: false });
  }
}

function answerValue(answer: HttpAnswer, redactor: Redactor) {
  const { statusCode, reason, headers, body } = answer;
  return {
    status_code: statusCode,
    status: redactor.text(`${statusCode} ${reason}`.trimEnd()),
    headers: headers.map(([name, value]) => [name, redactor.text(value)]),
    body: isUtf8(body) ? redactor.text(body.toString()) : redactor.bytes(body),
  };
}

const excerptBytes = 2048;

function statusFailed(request: HttpRequest, answer: HttpAnswer, redactor: Redactor, now: number): HttpCallFailed {
  const { statusCode, reason, headers, body } = answer;
  const retryAfter = headers.find(([name]) => name.toLowerCase() === "retry-after")?.[1];
  const waitMs = retryAfterMs(retryAfter, now);
  const failed = new HttpCallFailed(
    "HTTP_STATUS",
    `${request.method} ${request.shownUrl} answered ${`${statusCode} ${reason}`.trimEnd()}`,
    // The whole body is redacted before it is cut: a cut could leave half a secret.
    {
      retryable: true,
      details: { status_code: statusCode, body: redactor.text(body.toString()).slice(0, excerptBytes) },
    },
  );
  if (waitMs !== undefined) failed.failure.retryAfterMs = waitMs;
  return failed;
}

function redacted(failure: Failure, redactor: Redactor): Failure {
  return { ...failure, message: redactor.text(failure.message) };
}
