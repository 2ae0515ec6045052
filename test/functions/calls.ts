/** Functions of workflows against real servers: planned, called through the action, and read again. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { actionCall } from "../../src/actions/action.suite.ts";
import { createGrpcAction } from "../../src/actions/grpc/grpc.ts";
import { createHttpAction } from "../../src/actions/http.ts";
import type { ActionAnswer, SecretSource } from "../../src/core/action.ts";
import { decodeWire } from "../../src/core/wire.ts";
import { fromWire, secretText, toWire } from "../../src/languages/serverless-workflow/expressions/wire.ts";
import { type AnsweredCall, prepareCall, readAnswer } from "../../src/languages/serverless-workflow/functions/call.ts";
import type { CallContext } from "../../src/languages/serverless-workflow/functions/call-context.ts";
import {
  contextOf,
  functionOf,
  planOf,
  valueOf,
} from "../../src/languages/serverless-workflow/functions/testing/function-under-test.ts";
import type { FunctionDefinition } from "../../src/languages/serverless-workflow/model.ts";

/** What came to a server. */
export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Service extends AsyncDisposable {
  url: string;
  received: Received[];
}

/** A service that answers with what `answer` gives as JSON, or with what it got. Paths that begin with /token give tokens. */
export async function openService(
  answer?: (request: Received) => { status?: number; json: unknown },
): Promise<Service> {
  const received: Received[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
      received.push(request);
      const isToken = url.startsWith("/token");
      const { status = 200, json } = isToken
        ? { json: { access_token: "a-token" } }
        : (answer?.(request) ?? { json: request });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** The secrets that tests have; one of them needs escaping wherever it stands. */
const secretValues: Record<string, string> = { TOKEN: "s3cr3t-value", ODD: 's3cr3t "odd" &/=+é\\' };
export const secret = { TOKEN: secretText("TOKEN"), ODD: secretText("ODD") };
export const oddSecret = secretValues["ODD"]!;

const secrets: SecretSource = {
  value: (_project, name) => secretValues[name],
  names: () => Object.keys(secretValues),
};

export interface Calling {
  files?: Record<string, string>;
  properties?: Record<string, string>;
  definition?: Partial<FunctionDefinition>;
  context?: Partial<CallContext>;
}

/** Plans and calls a function once; problems of any kind are thrown. `value` in `args` may hold places of secrets. */
export async function callFunction(
  operation: string,
  args: unknown,
  { files = {}, properties = {}, definition = {}, context = {} }: Calling,
): Promise<{ answered: AnsweredCall; history: string; warnings: string[] }> {
  const { plan, problems } = planOf(functionOf(operation, definition), files);
  if (plan === undefined || problems.length > 0) throw new Error(problems.join("\n"));
  const stored = JSON.parse(JSON.stringify(plan)) as typeof plan;
  const prepared = prepareCall(stored, args instanceof Map ? args : valueOf(args), contextOf(properties, context));
  if (prepared.kind !== "call") throw new Error(JSON.stringify(prepared));
  const input = toWire(prepared.input);
  const answer = await perform(prepared.action, input);
  const read = "error" in answer ? { error: answer.error } : { value: fromWire(answer.value) };
  return {
    answered: readAnswer(stored, read, 0),
    history: `${input}\n${JSON.stringify(answer)}`,
    warnings: prepared.warnings,
  };
}

async function perform(name: string, input: ReturnType<typeof toWire>): Promise<ActionAnswer> {
  const options = {
    secrets,
    allowedIps: [],
    allowedPorts: [443],
    allowLoopback: true,
    timeoutMs: 10_000,
    maxResponseBytes: 1_000_000,
    userAgent: "AutoFlow/test",
  };
  const action =
    name === "grpc" ? createGrpcAction(options) : createHttpAction({ ...options, clock: { now: () => Date.now() } });
  try {
    return await action.perform({ ...actionCall(null), input });
  } finally {
    action.close();
  }
}

/** The value of a call that succeeds, as plain JSON. */
export async function valueFrom(operation: string, args: unknown, calling: Calling): Promise<unknown> {
  const { answered } = await callFunction(operation, args, calling);
  if ("failure" in answered) throw new Error(JSON.stringify(answered.failure));
  return plain(answered.result.value);
}

/** A value of jq as plain JSON. */
export function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(decodeWire(toWire(value as Parameters<typeof toWire>[0])))) as unknown;
}
