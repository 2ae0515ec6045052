/** For tests: a server that answers as it is told, and the gitlab action with a token for it. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Action, ActionAnswer, ActionCall, GitLabInstanceAccess } from "../../core/action.ts";
import type { Failure } from "../../core/failure.ts";
import { decodeWire, type WireValue } from "../../core/wire.ts";
import { actionCall, suiteSecrets } from "../action.suite.ts";
import { createGitLabAction } from "./gitlab.ts";

export const token = "glpat-0123456789abcdefghij";

export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
}

type Answerer = (asked: Asked, response: ServerResponse) => void;

export interface Setup extends AsyncDisposable {
  url: string;
  action: Action;
  asked: Asked[];
}

export async function setUp(
  answer: Answerer,
  access: (url: string) => GitLabInstanceAccess | undefined = (url) => ({ url, token }),
): Promise<Setup> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      answer(asked.at(-1)!, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const action = createGitLabAction({
    access: { of: () => access(url) },
    secrets: suiteSecrets,
    clock: { now: () => Date.now(), setTimer },
    timeoutMs: 30_000,
    maxResponseBytes: 10_000,
    userAgent: "AutoFlow/test",
  });
  return {
    url,
    action,
    asked,
    async [Symbol.asyncDispose]() {
      action.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

interface Answered {
  status_code: number;
  body: WireValue;
  next: [string, string][] | null;
}

export async function perform(
  action: Action,
  input: WireValue,
  overrides?: Partial<ActionCall>,
): Promise<ActionAnswer> {
  return action.perform(actionCall(input, { project: "42", ...overrides }));
}

export async function valueOf(action: Action, input: WireValue, overrides?: Partial<ActionCall>): Promise<Answered> {
  const answer = await perform(action, input, overrides);
  assert.ok("value" in answer, JSON.stringify(answer));
  return JSON.parse(JSON.stringify(decodeWire(answer.value))) as Answered;
}

export async function errorOf(action: Action, input: WireValue, overrides?: Partial<ActionCall>): Promise<Failure> {
  const answer = await perform(action, input, overrides);
  assert.ok("error" in answer, JSON.stringify(answer));
  return answer.error;
}

function setTimer(delayMs: number, callback: () => void): { cancel(): void } {
  const timer = setTimeout(callback, delayMs);
  return { cancel: () => clearTimeout(timer) };
}
