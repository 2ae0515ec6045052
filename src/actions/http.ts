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
import { basicCredentials, clientCredentials } from "./http-auth.ts";
import { createHttpExchange, type HttpAnswer, type HttpExchange } from "./http-exchange.ts";
import { failureOf, HttpCallFailed } from "./http-failure.ts";
import { readHttpInput, type HttpRequest } from "./http-input.ts";
import { signatureHeaders } from "./http-signature.ts";
import { createTokenSource } from "./oauth2-tokens.ts";
import { redactorSource, type Redactor } from "./redaction.ts";

export interface HttpActionOptions extends AddressPolicyOptions {
  secrets: SecretSource;
  clock: Pick<Clock, "now">;
  /** For one attempt, unless the call says otherwise. */
  timeoutMs: number;
  maxResponseBytes: number;
  userAgent: string;
  /** Carries the calls in place of the network. */
  exchange?: HttpExchange;
}

/** `close` ends idle connections. Throws RangeError for an `allowedIps` entry that is not an address or range. */
export function createHttpAction(options: HttpActionOptions): Action & { close(): void } {
  const exchange = options.exchange ?? createHttpExchange(createAddressPolicy(options));
  const { secrets, clock, maxResponseBytes, userAgent } = options;
  const tokens = createTokenSource({ exchange, clock, userAgent });
  const redactorOf = redactorSource(secrets);

  async function perform(call: ActionCall): Promise<ActionAnswer> {
    const hiding: string[] = [];
    const redactor = (): Redactor => redactorOf(call.project, [...hiding, ...tokens.values(call.project)]);
    try {
      const request = readHttpInput(call.input, (name) => secrets.value(call.project, name));
      addDefaultHeaders(request, { "user-agent": userAgent, "idempotency-key": call.idempotencyKey, accept: "*/*" });
      sign(request, call.idempotencyKey, clock.now());
      const answer = await exchangeWithAuth(request, call, hiding);
      if (request.retryOn.has(answer.statusCode)) throw statusFailed(request, answer, redactor(), clock.now());
      return { value: encodeWire(answerValue(answer, redactor())) };
    } catch (error) {
      return { error: redacted(failureOf(error), redactor()) };
    }
  }

  /** Sends with the credentials that the call asks for. What is not to be shown of them goes into `hiding`. */
  async function exchangeWithAuth(request: HttpRequest, call: ActionCall, hiding: string[]): Promise<HttpAnswer> {
    const { auth } = request;
    const endsAt = clock.now() + call.timeoutMs;
    const send = (authorization?: string): Promise<HttpAnswer> =>
      exchange.send(
        authorization === undefined ? request : withAuthorization(request, authorization),
        { timeoutMs: Math.max(1, endsAt - clock.now()), maxResponseBytes },
        call.signal,
      );
    if (auth === undefined) return send();
    if (auth.kind === "basic") {
      const { plain, sent } = basicCredentials(auth.username, auth.password);
      hiding.push(plain, sent);
      return send(`Basic ${sent}`);
    }
    if (auth.clientSecret !== undefined && auth.clientAuth === "basic") {
      const { plain, sent } = clientCredentials(auth.clientId, auth.clientSecret);
      hiding.push(plain, sent);
    }
    const token = (rejected?: string): Promise<string> =>
      beforeAbort(tokens.authorization(call.project, auth, rejected), request, endsAt - clock.now(), call.signal);
    const authorization = await token();
    const answer = await send(authorization);
    if (answer.statusCode !== 401) return answer;
    // It was withdrawn before it expired; a second refusal is an answer.
    return send(await token(authorization));
  }

  return { name: "http", retry: defaultRetry, timeoutMs: options.timeoutMs, perform, close: () => exchange.close() };
}

function withAuthorization(request: HttpRequest, value: string): HttpRequest {
  const others = request.headers.filter(({ name }) => name.toLowerCase() !== "authorization");
  return { ...request, headers: [...others, { name: "authorization", value, hasSecret: true }] };
}

/** A token is got for several calls at once; each of them waits for it only as long as it may itself. */
function beforeAbort(
  token: Promise<string>,
  request: HttpRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<string> {
  const what = `${request.method} ${request.shownUrl}`;
  return new Promise((fulfil, reject) => {
    const interrupt = (): void =>
      reject(new HttpCallFailed("ACTION_INTERRUPTED", `${what} was aborted`, { retryable: true }));
    const timer = setTimeout(
      () =>
        reject(
          new HttpCallFailed("HTTP_TIMEOUT", `${what}: getting a token took longer than the call may`, {
            retryable: true,
          }),
        ),
      Math.max(1, timeoutMs),
    );
    signal.addEventListener("abort", interrupt, { once: true });
    if (signal.aborted) interrupt();
    void token.then(fulfil, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener("abort", interrupt);
    });
  });
}

/** Signs anew for every attempt: receivers refuse what was signed long ago. */
function sign(request: HttpRequest, id: string, now: number): void {
  if (request.signature === undefined) return;
  for (const header of signatureHeaders(request.signature, request.body, { id, now })) {
    request.headers = request.headers.filter(({ name }) => name.toLowerCase() !== header.name.toLowerCase());
    request.headers.push({ ...header, hasSecret: true });
  }
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
