import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import type { Action, ActionAnswer } from "../core/action.ts";
import { decodeWire, SecretText, type WireValue } from "../core/wire.ts";
import { actionCall, describeAction, suiteSecrets } from "./action.suite.ts";
import { createHttpAction } from "./http.ts";

const token = new SecretText([{ name: "TOKEN" }]);

interface Request {
  method: string;
  url: string;
  authorization: string | undefined;
  body: string;
}

interface Setup extends AsyncDisposable {
  url: string;
  action: Action & { close(): void };
  /** What the token endpoint was asked, and what the service was asked. */
  tokenRequests: Request[];
  requests: Request[];
  clock: { time: number };
}

type Answer = { status: number; json: unknown };

interface Behaviour {
  /** What the token endpoint answers to its n-th request, from 1 on. */
  token?: (n: number, request: Request) => Answer;
  /** What the service answers; 200 and the header that came unless given. */
  service?: (request: Request) => Answer;
}

async function setUp({ token: answerToken, service }: Behaviour = {}): Promise<Setup> {
  const tokenRequests: Request[] = [];
  const requests: Request[] = [];
  const clock = { time: Date.UTC(2026, 10, 21) };
  const server = createServer((incoming, response) => void answer(incoming, response));
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await requestOf(incoming);
    let answered: Answer;
    if (request.url.startsWith("/endless")) return;
    if (request.url.endsWith("/.well-known/openid-configuration")) {
      answered = { status: 200, json: { token_endpoint: `http://${incoming.headers.host}/token` } };
    } else if (request.url.startsWith("/token")) {
      tokenRequests.push(request);
      const n = tokenRequests.length;
      answered = answerToken?.(n, request) ?? {
        status: 200,
        json: { access_token: `token-${n}`, token_type: "bearer", expires_in: 600 },
      };
    } else {
      requests.push(request);
      answered = service?.(request) ?? { status: 200, json: { got: request.authorization } };
    }
    response.writeHead(answered.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answered.json));
  }
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const action = createHttpAction({
    secrets: suiteSecrets,
    clock: { now: () => clock.time },
    allowedIps: [],
    allowedPorts: [443],
    allowLoopback: true,
    timeoutMs: 30_000,
    maxResponseBytes: 10_000,
    userAgent: "AutoFlow/test",
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    action,
    tokenRequests,
    requests,
    clock,
    async [Symbol.asyncDispose]() {
      action.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  let body = "";
  for await (const chunk of incoming.setEncoding("utf8")) body += chunk as string;
  return {
    method: incoming.method ?? "",
    url: incoming.url ?? "",
    authorization: incoming.headers.authorization,
    body,
  };
}

function client(setup: Setup, overrides: Record<string, WireValue> = {}): WireValue {
  return {
    kind: "oauth2",
    grant: "client_credentials",
    token_url: `${setup.url}/token`,
    client_id: "flow",
    client_secret: token,
    ...overrides,
  };
}

async function call(setup: Setup, auth: WireValue, project = "1"): Promise<ActionAnswer> {
  return setup.action.perform(
    actionCall({ method: "GET", url: `${setup.url}/things`, auth, retry_on: [] }, { project }),
  );
}

async function called(setup: Setup, auth: WireValue, project?: string): Promise<{ status_code: number; body: string }> {
  const answer = await call(setup, auth, project);
  assert.ok("value" in answer, JSON.stringify(answer));
  return decodeWire(answer.value) as { status_code: number; body: string };
}

describeAction(
  "http with a token",
  {
    unusable: { method: "GET", url: "https://a.example", auth: { kind: "oauth2", password: token } },
    answersAtOnce: false,
  },
  async () => {
    const setup = await setUp();
    return {
      action: setup.action,
      succeeding: { method: "GET", url: `${setup.url}/`, auth: client(setup) },
      endless: { method: "GET", url: `${setup.url}/`, auth: client(setup, { token_url: `${setup.url}/endless` }) },
      close: async () => setup[Symbol.asyncDispose](),
    };
  },
);

describe("http: basic authentication", () => {
  it("sends user and password, and hides both encoded and as they are", async () => {
    await using setup = await setUp();
    const { body } = await called(setup, { kind: "basic", username: "ann", password: token });
    assert.equal(setup.requests[0]!.authorization, `Basic ${Buffer.from("ann:s3cr3t-value").toString("base64")}`);
    assert.equal(body, '{"got":"Basic ***"}');
  });

  it("refuses a user with a colon", async () => {
    await using setup = await setUp();
    const answer = await call(setup, { kind: "basic", username: "a:b", password: "c" });
    assert.ok("error" in answer && answer.error.code === "ACTION_INPUT_INVALID");
  });
});

describe("http: OAuth 2", () => {
  it("gets a token with client credentials, sends it and hides it", async () => {
    await using setup = await setUp();
    const { body } = await called(
      setup,
      client(setup, { scope: "read write", parameters: [["audience", "https://api"]] }),
    );
    assert.equal(body, '{"got":"Bearer ***"}');
    assert.equal(setup.requests[0]!.authorization, "Bearer token-1");
    assert.deepEqual(setup.tokenRequests, [
      {
        method: "POST",
        url: "/token",
        authorization: `Basic ${Buffer.from("flow:s3cr3t-value").toString("base64")}`,
        body: "grant_type=client_credentials&scope=read+write&audience=https%3A%2F%2Fapi",
      },
    ]);
  });

  it("says who it is in the body or the query when it is told so", async () => {
    await using setup = await setUp();
    await called(setup, client(setup, { client_auth: "post" }));
    await called(setup, client(setup, { client_auth: "query" }));
    assert.equal(
      setup.tokenRequests[0]!.body,
      "grant_type=client_credentials&client_id=flow&client_secret=s3cr3t-value",
    );
    assert.equal(setup.tokenRequests[1]!.url, "/token?client_id=flow&client_secret=s3cr3t-value");
    assert.ok(setup.tokenRequests.every(({ authorization }) => authorization === undefined));
  });

  it("gets a token with a user's password", async () => {
    await using setup = await setUp();
    await called(setup, client(setup, { grant: "password", username: "ann", password: token }));
    assert.equal(setup.tokenRequests[0]!.body, "grant_type=password&username=ann&password=s3cr3t-value");
  });

  it("asks the issuer where tokens are", async () => {
    await using setup = await setUp();
    const { token_url: _, ...auth } = client(setup) as Record<string, WireValue>;
    await called(setup, { ...auth, issuer: `${setup.url}/realms/a/` });
    await called(setup, { ...auth, discovery_url: `${setup.url}/b/.well-known/openid-configuration` });
    assert.equal(setup.tokenRequests.length, 2);
  });

  it("keeps a token until it expires, for calls that ask for the same", async () => {
    await using setup = await setUp();
    await Promise.all([called(setup, client(setup)), called(setup, client(setup))]);
    await called(setup, client(setup));
    assert.equal(setup.tokenRequests.length, 1);
    await called(setup, client(setup, { scope: "other" }));
    await called(setup, client(setup), "2");
    assert.equal(setup.tokenRequests.length, 3);
    setup.clock.time += 569_000;
    await called(setup, client(setup));
    assert.equal(setup.tokenRequests.length, 3);
    setup.clock.time += 2000;
    await called(setup, client(setup));
    assert.equal(setup.tokenRequests.length, 4);
  });

  it("renews with the refresh token, and with the grant when that is not accepted", async () => {
    await using setup = await setUp({
      token: (n) =>
        n === 3
          ? { status: 400, json: { error: "invalid_grant" } }
          : { status: 200, json: { access_token: `token-${n}`, expires_in: 60, refresh_token: `refresh-${n}` } },
    });
    await called(setup, client(setup));
    setup.clock.time += 60_000;
    await called(setup, client(setup));
    setup.clock.time += 60_000;
    await called(setup, client(setup));
    assert.deepEqual(
      setup.tokenRequests.map(({ body }) => body),
      [
        "grant_type=client_credentials",
        "grant_type=refresh_token&refresh_token=refresh-1",
        "grant_type=refresh_token&refresh_token=refresh-2",
        "grant_type=client_credentials",
      ],
    );
  });

  it("gets one new token when the service does not accept the old one, and takes a second 401 for the answer", async () => {
    await using setup = await setUp({ service: () => ({ status: 401, json: {} }) });
    const answer = await called(setup, client(setup));
    assert.equal(answer.status_code, 401);
    assert.deepEqual(
      setup.requests.map(({ authorization }) => authorization),
      ["Bearer token-1", "Bearer token-2"],
    );
  });

  it("fails with what the standard's error fields say, and shows no credentials", async () => {
    await using setup = await setUp({
      token: () => ({
        status: 401,
        json: { error: "invalid_client", error_description: "secret s3cr3t-value is wrong", debug: "x" },
      }),
    });
    const answer = await call(setup, client(setup));
    assert.ok("error" in answer);
    assert.equal(answer.error.code, "HTTP_TOKEN_FAILED");
    assert.equal(answer.error.retryable, false);
    assert.equal(
      answer.error.message,
      `${setup.url}/token gave no token: status 401: invalid_client, secret *** is wrong`,
    );
    assert.equal(setup.requests.length, 0);
  });

  it("reaches no token endpoint that may not be reached", async () => {
    await using setup = await setUp();
    const answer = await call(setup, client(setup, { token_url: "http://169.254.169.254/token" }));
    assert.ok("error" in answer);
    assert.equal(answer.error.code, "HTTP_ADDRESS_DENIED");
  });

  it("waits for a token no longer than the call may take", async () => {
    await using setup = await setUp();
    const input = { method: "GET", url: setup.url, auth: client(setup, { token_url: `${setup.url}/endless` }) };
    const answer = await setup.action.perform(actionCall(input, { timeoutMs: 20 }));
    assert.ok("error" in answer);
    assert.equal(answer.error.code, "HTTP_TIMEOUT");
  });
});
