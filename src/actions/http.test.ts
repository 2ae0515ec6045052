import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Action, ActionAnswer, ActionCall } from "../core/action.ts";
import type { Failure } from "../core/failure.ts";
import { decodeWire, SecretText, type WireValue } from "../core/wire.ts";
import { actionCall, describeAction, suiteSecrets } from "./action.suite.ts";
import { createHttpAction, type HttpActionOptions } from "./http.ts";

const token = new SecretText([{ name: "TOKEN" }]);

function httpAction(overrides: Partial<HttpActionOptions> = {}): Action & { close(): void } {
  return createHttpAction({
    secrets: suiteSecrets,
    clock: { now: () => Date.now() },
    allowedIps: [],
    allowedPorts: [80, 443],
    allowLoopback: true,
    timeoutMs: 30_000,
    maxResponseBytes: 10_000,
    userAgent: "AutoFlow/test",
    ...overrides,
  });
}

interface Setup extends AsyncDisposable {
  url: string;
  action: Action;
  /** The requests that came, in order. */
  requests: IncomingMessage[];
}

type Listener = (request: IncomingMessage, response: ServerResponse) => unknown;

async function setUp(listener: Listener, overrides: Partial<HttpActionOptions> = {}): Promise<Setup> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  const port = await listen(server);
  const action = httpAction(overrides);
  return {
    url: `http://127.0.0.1:${port}`,
    action,
    requests,
    async [Symbol.asyncDispose]() {
      action.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)));
}

async function perform(action: Action, input: WireValue, overrides?: Partial<ActionCall>): Promise<ActionAnswer> {
  return action.perform(actionCall(input, overrides));
}

interface Answered {
  status_code: number;
  status: string;
  headers: [string, string][];
  body: string | Uint8Array;
}

async function valueOf(action: Action, input: WireValue, overrides?: Partial<ActionCall>): Promise<Answered> {
  const answer = await perform(action, input, overrides);
  assert.ok("value" in answer, JSON.stringify(answer));
  return decodeWire(answer.value) as unknown as Answered;
}

async function errorOf(action: Action, input: WireValue, overrides?: Partial<ActionCall>): Promise<Failure> {
  const answer = await perform(action, input, overrides);
  assert.ok("error" in answer, JSON.stringify(answer));
  return answer.error;
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk as string;
  return text;
}

/** Answers with what came: method, path, headers and body. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ method, url, headers, body: await readAll(request) }));
}

function echoed({ body }: Answered): { method: string; url: string; headers: Record<string, string>; body: string } {
  return JSON.parse(body as string) as ReturnType<typeof echoed>;
}

describeAction("http", { unusable: { method: "GET", url: token }, answersAtOnce: false }, async () => {
  const setup = await setUp((request, response) => {
    if (request.url !== "/endless") void echo(request, response);
  });
  return {
    action: setup.action,
    succeeding: { method: "POST", url: `${setup.url}/`, headers: [["X-Token", token]], body: token },
    endless: { method: "GET", url: `${setup.url}/endless` },
    close: async () => setup[Symbol.asyncDispose](),
  };
});

describe("http: the request", () => {
  it("is signed", async () => {
    await using setup = await setUp(echo);
    const sign = { secret: token, header: "X-Signature" };
    const headers = [["x-signature", "mine"]];
    const answer = await valueOf(setup.action, { method: "POST", url: setup.url, headers, body: "a", sign });
    const expected = createHmac("sha256", "s3cr3t-value").update("a").digest("hex");
    assert.equal(echoed(answer).headers["x-signature"], `sha256=${expected}`);
  });

  it("sends a body with every method", async () => {
    await using setup = await setUp(echo);
    for (const method of ["POST", "PUT", "PATCH", "DELETE", "QUERY"]) {
      const { body, headers } = echoed(await valueOf(setup.action, { method, url: setup.url, body: "é" }));
      assert.deepEqual([body, headers["content-length"]], ["é", "2"], method);
    }
  });

  it("sends method, path, headers and body, with secrets filled in", async () => {
    let seen = "";
    await using setup = await setUp(async (request, response) => {
      seen = `${request.method} ${request.url} ${String(request.headers["private-token"])} ${await readAll(request)}`;
      response.end();
    });
    await valueOf(setup.action, {
      method: "post",
      url: new SecretText([`${setup.url}/a/b?q=1&t=`, { name: "TOKEN" }]),
      headers: [["PRIVATE-TOKEN", token]],
      body: new SecretText(['{"t":"', { name: "TOKEN" }, '"}']),
    });
    assert.equal(seen, 'POST /a/b?q=1&t=s3cr3t-value s3cr3t-value {"t":"s3cr3t-value"}');
  });

  it("writes a secret within JSON as JSON has it, and hides it so in the answer", async () => {
    let seen = "";
    const secrets = { value: () => 'a"b\\c\nd', names: () => ["TOKEN"] };
    await using setup = await setUp(
      async (request, response) => {
        seen = await readAll(request);
        response.end(seen);
      },
      { secrets },
    );
    const body = new SecretText(['{"t":"', { name: "TOKEN", as: "json" }, '"}']);
    const answer = await valueOf(setup.action, { method: "POST", url: setup.url, body });
    assert.deepEqual(JSON.parse(seen), { t: 'a"b\\c\nd' });
    assert.equal(answer.body, '{"t":"***"}');
  });

  it("sends bytes as they are", async () => {
    const bytes = new Uint8Array([0, 255, 128, 10]);
    await using setup = await setUp((request, response) => void request.pipe(response));
    const answer = await valueOf(setup.action, { method: "PUT", url: setup.url, body: bytes });
    assert.deepEqual(new Uint8Array(answer.body as Uint8Array), bytes);
  });

  it("names itself and carries the idempotency key, unless the call has its own", async () => {
    await using setup = await setUp(echo);
    const { headers } = echoed(
      await valueOf(setup.action, { method: "GET", url: setup.url }, { idempotencyKey: "r:7" }),
    );
    assert.equal(headers["user-agent"], "AutoFlow/test");
    assert.equal(headers["idempotency-key"], "r:7");
    assert.equal(headers["accept"], "*/*");
    const own = [
      ["Idempotency-Key", "mine"],
      ["User-Agent", "me"],
    ];
    const second = echoed(await valueOf(setup.action, { method: "GET", url: setup.url, headers: own }));
    assert.equal(second.headers["idempotency-key"], "mine");
    assert.equal(second.headers["user-agent"], "me");
  });

  it("sends a header that is given twice, twice", async () => {
    await using setup = await setUp((request, response) => void response.end(JSON.stringify(request.rawHeaders)));
    const headers = [
      ["X-A", "1"],
      ["x-a", "2"],
    ];
    const answer = await valueOf(setup.action, { method: "GET", url: setup.url, headers });
    const raw = JSON.parse(answer.body as string) as string[];
    assert.deepEqual(
      raw.filter((_, i) => i % 2 === 1 && /^x-a$/i.test(raw[i - 1]!)),
      ["1", "2"],
    );
  });

  const unusable: [string, { [key: string]: WireValue }, RegExp][] = [
    ["a missing url", { method: "GET" }, /url must be text, got nothing/],
    ["a relative url", { method: "GET", url: "/api" }, /absolute http or https address, got "\/api"/],
    ["another scheme", { method: "GET", url: "file:///etc/passwd" }, /absolute http or https address/],
    ["credentials in the url", { method: "GET", url: "http://user:pw@example.com/" }, /user name or password/],
    ["a method that is none", { method: "GET /", url: "http://example.com" }, /method must be a word/],
    ["CONNECT", { method: "connect", url: "http://example.com" }, /CONNECT is not allowed/],
    ["headers that are no pairs", { method: "GET", url: "http://a.b", headers: [["x"]] }, /\[name, value\] pair/],
    ["a header with a line break", { method: "GET", url: "http://a.b", headers: [["x", "a\r\nb: c"]] }, /line break/],
    [
      "a header of the connection",
      { method: "GET", url: "http://a.b", headers: [["Transfer-Encoding", "x"]] },
      /itself/,
    ],
    ["a number as body", { method: "POST", url: "http://a.b", body: 5 }, /body must be text or bytes, got 5/],
    ["a status that is none", { method: "GET", url: "http://a.b", retry_on: [5000] }, /retry_on must be a list/],
    ["an unknown field", { method: "GET", url: "http://a.b", verify: false }, /"verify" is not one of its fields/],
  ];
  for (const [what, input, message] of unusable) {
    it(`refuses ${what}`, async () => {
      const error = await errorOf(httpAction(), input);
      assert.equal(error.code, "ACTION_INPUT_INVALID");
      assert.match(error.message, message);
    });
  }

  it("says which secret is not configured", async () => {
    const url = new SecretText(["http://a.b/", { name: "GONE" }]);
    const error = await errorOf(httpAction(), { method: "GET", url });
    assert.equal(error.code, "SECRET_UNKNOWN");
    assert.match(error.message, /"GONE"/);
  });
});

describe("http: the answer", () => {
  it("has status, headers in their order and body, whatever the status", async () => {
    await using setup = await setUp((_request, response) => {
      response.writeHead(
        404,
        "Not Here",
        [
          ["X-A", "1"],
          ["X-B", "2"],
          ["x-a", "3"],
        ].flat(),
      );
      response.end("néant");
    });
    const answer = await valueOf(setup.action, { method: "GET", url: setup.url });
    assert.equal(answer.status_code, 404);
    assert.equal(answer.status, "404 Not Here");
    assert.equal(answer.body, "néant");
    assert.deepEqual(
      answer.headers.filter(([name]) => /^x-/i.test(name)),
      [
        ["X-A", "1"],
        ["X-B", "2"],
        ["x-a", "3"],
      ],
    );
  });

  it("is bytes when it is not UTF-8", async () => {
    await using setup = await setUp((_request, response) => void response.end(Buffer.from([0xff, 0xfe, 0x00])));
    const { body } = await valueOf(setup.action, { method: "GET", url: setup.url });
    assert.deepEqual(new Uint8Array(body as Uint8Array), new Uint8Array([0xff, 0xfe, 0x00]));
  });

  it("hides secrets in body, headers and status", async () => {
    await using setup = await setUp((_request, response) => {
      response.writeHead(200, "OK s3cr3t-value", { "x-token": "s3cr3t-value" });
      response.end("you said s3cr3t-value");
    });
    const answer = await valueOf(setup.action, { method: "GET", url: setup.url });
    assert.equal(answer.status, "200 OK ***");
    assert.equal(answer.headers.find(([name]) => name === "x-token")?.[1], "***");
    assert.equal(answer.body, "you said ***");
  });

  it("is decompressed, within the limit", async () => {
    await using setup = await setUp((request, response) => {
      const small = request.url === "/small";
      const body = Buffer.alloc(small ? 9000 : 1_000_000, "a");
      response.setHeader("content-encoding", small ? "gzip" : "br");
      response.end(small ? gzipSync(body) : brotliCompressSync(body));
    });
    const small = await valueOf(setup.action, { method: "GET", url: `${setup.url}/small` });
    assert.equal(small.body, "a".repeat(9000));
    assert.ok(!small.headers.some(([name]) => name === "content-encoding"));
    const large = await errorOf(setup.action, { method: "GET", url: `${setup.url}/large` });
    assert.equal(large.code, "HTTP_RESPONSE_TOO_LARGE");
  });

  it("is refused when it is too large, whether or not it says so", async () => {
    await using setup = await setUp((_request, response) => {
      response.write("a".repeat(6000));
      response.end("a".repeat(6000));
    });
    const error = await errorOf(setup.action, { method: "GET", url: setup.url });
    assert.equal(error.code, "HTTP_RESPONSE_TOO_LARGE");
    assert.equal(error.retryable, false);
    assert.match(error.message, /larger than 10000 bytes/);
  });

  it("is a failure for the statuses that say later, with the body and Retry-After", async () => {
    await using setup = await setUp((_request, response) => {
      response.writeHead(429, { "retry-after": "7" });
      response.end("slow down, s3cr3t-value");
    });
    const error = await errorOf(setup.action, { method: "GET", url: `${setup.url}/x` });
    assert.equal(error.code, "HTTP_STATUS");
    assert.equal(error.retryable, true);
    assert.equal(error.retryAfterMs, 7000);
    assert.match(error.message, /GET http:.*\/x answered 429 Too Many Requests/);
    assert.deepEqual(error.details, { status_code: 429, body: "slow down, ***" });
  });

  it("is a failure for just the statuses that the call names", async () => {
    await using setup = await setUp((request, response) => {
      response.statusCode = Number(request.url?.slice(1));
      response.end();
    });
    for (const status of [500, 418]) {
      assert.equal((await valueOf(setup.action, { method: "GET", url: `${setup.url}/${status}` })).status_code, status);
    }
    const error = await errorOf(setup.action, { method: "GET", url: `${setup.url}/418`, retry_on: [418] });
    assert.equal(error.code, "HTTP_STATUS");
    const none = await valueOf(setup.action, { method: "GET", url: `${setup.url}/503`, retry_on: [] });
    assert.equal(none.status_code, 503);
  });
});

describe("http: redirects", () => {
  it("are followed with method and body as the status says", async () => {
    await using setup = await setUp((request, response) => {
      const status = Number(request.url?.slice(1));
      if (status === 0) void echo(request, response);
      else response.writeHead(status, { location: "/0" }).end();
    });
    for (const [status, method, body] of [
      [301, "GET", ""],
      [302, "GET", ""],
      [303, "GET", ""],
      [307, "POST", "data"],
      [308, "POST", "data"],
    ] as const) {
      const headers = [["Content-Type", "text/plain"]];
      const answer = await valueOf(setup.action, {
        method: "POST",
        url: `${setup.url}/${status}`,
        headers,
        body: "data",
      });
      const got = echoed(answer);
      assert.deepEqual([got.method, got.body], [method, body], String(status));
      assert.equal(got.headers["content-type"], method === "POST" ? "text/plain" : undefined);
    }
  });

  it("carry no credentials to another origin", async () => {
    await using target = await setUp(echo);
    await using setup = await setUp((request, response) => {
      if (request.url === "/same") response.writeHead(307, { location: "/echo" }).end();
      else if (request.url === "/other") response.writeHead(307, { location: target.url }).end();
      else void echo(request, response);
    });
    const headers = [
      ["Authorization", "Bearer abc"],
      ["X-Anything", token],
      ["X-Kept", "yes"],
    ];
    const same = echoed(await valueOf(setup.action, { method: "GET", url: `${setup.url}/same`, headers }));
    assert.equal(same.headers["authorization"], "Bearer abc");
    const other = echoed(await valueOf(setup.action, { method: "GET", url: `${setup.url}/other`, headers }));
    assert.equal(other.headers["authorization"], undefined);
    assert.equal(other.headers["x-anything"], undefined);
    assert.equal(other.headers["x-kept"], "yes");
  });

  it("carry no body with secrets to another origin: the redirect is the answer", async () => {
    await using target = await setUp(echo);
    await using setup = await setUp(
      (_request, response) => void response.writeHead(307, { location: target.url }).end(),
    );
    const answer = await valueOf(setup.action, { method: "POST", url: setup.url, body: token });
    assert.equal(answer.status_code, 307);
    assert.equal(target.requests.length, 0);
  });

  it("end after ten", async () => {
    await using setup = await setUp((_request, response) => void response.writeHead(302, { location: "/" }).end());
    const error = await errorOf(setup.action, { method: "GET", url: setup.url });
    assert.equal(error.code, "HTTP_TOO_MANY_REDIRECTS");
    assert.equal(setup.requests.length, 11);
  });

  it("lead to no address that is not allowed", async () => {
    await using setup = await setUp(
      (_request, response) =>
        void response.writeHead(302, { location: "http://169.254.169.254/latest/meta-data" }).end(),
    );
    const error = await errorOf(setup.action, { method: "GET", url: setup.url });
    assert.equal(error.code, "HTTP_ADDRESS_DENIED");
    assert.match(error.message, /169\.254\.169\.254 is a link-local address/);
  });
});

describe("http: what may be reached", () => {
  it("is no loopback address, also not by a name or in another notation", async () => {
    await using setup = await setUp(echo);
    const port = new URL(setup.url).port;
    const action = httpAction({ allowLoopback: false, allowedPorts: [80, 443, Number(port)] });
    for (const host of ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"]) {
      const error = await errorOf(action, { method: "GET", url: `http://${host}:${port}/` });
      assert.equal(error.code, "HTTP_ADDRESS_DENIED", host);
      assert.equal(error.retryable, false);
      assert.match(error.message, /is a loopback address\. Add "[^"]+" to http_client\.allowed_ips\.$/);
      assert.match(JSON.stringify(error.details), /http_client\.allowed_ips/);
    }
    assert.equal(setup.requests.length, 0);
    action.close();
  });

  it("is what http_client allows, on its ports", async () => {
    await using setup = await setUp(echo, { allowLoopback: false, allowedIps: ["127.0.0.0/8"], allowedPorts: [80] });
    const refused = await errorOf(setup.action, { method: "GET", url: setup.url });
    assert.match(refused.message, /port \d+ is not allowed, only 80\. Add \d+ to http_client\.allowed_ports/);
    const port = Number(new URL(setup.url).port);
    const action = httpAction({ allowLoopback: false, allowedIps: ["127.0.0.1"], allowedPorts: [port] });
    assert.equal((await valueOf(action, { method: "GET", url: `http://localhost:${port}` })).status_code, 200);
    action.close();
  });
});

describe("http: failures", () => {
  it("a refused connection says where and is retried", async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    const error = await errorOf(httpAction(), { method: "GET", url: `http://127.0.0.1:${port}/` });
    assert.equal(error.code, "HTTP_CONNECTION_FAILED");
    assert.equal(error.retryable, true);
    assert.match(error.message, new RegExp(`no answer from 127.0.0.1:${port} .*refused \\(ECONNREFUSED\\)`));
  });

  it("a connection that breaks is retried", async () => {
    const server = createTcpServer((socket) => void socket.once("data", () => socket.destroy()));
    const port = await listen(server);
    const error = await errorOf(httpAction(), { method: "GET", url: `http://127.0.0.1:${port}/` });
    assert.equal(error.code, "HTTP_CONNECTION_FAILED");
    assert.equal(error.retryable, true);
    await new Promise((resolve) => server.close(resolve));
  });

  it("an answer that breaks off is a failure, not a short answer", async () => {
    await using setup = await setUp((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
    const error = await errorOf(setup.action, { method: "GET", url: setup.url });
    assert.equal(error.code, "HTTP_CONNECTION_FAILED");
    assert.equal(error.retryable, true);
  });

  it("an answer that is not HTTP is a failure", async () => {
    const server = createTcpServer((socket) => void socket.once("data", () => socket.end("SSH-2.0-OpenSSH\r\n\r\n")));
    const port = await listen(server);
    const error = await errorOf(httpAction(), { method: "GET", url: `http://127.0.0.1:${port}/` });
    assert.match(error.message, /not valid HTTP/);
    await new Promise((resolve) => server.close(resolve));
  });

  it("a name that does not resolve says so and is retried", async () => {
    const error = await errorOf(httpAction(), { method: "GET", url: "http://nowhere.invalid/" });
    assert.equal(error.code, "HTTP_CONNECTION_FAILED");
    assert.equal(error.retryable, true);
    assert.match(error.message, /nowhere\.invalid:80: the name/);
  });

  it("a time-out ends waiting for the answer and for its body", async () => {
    await using setup = await setUp((request, response) => {
      if (request.url === "/body") response.write("begun");
    });
    for (const path of ["/none", "/body"]) {
      const error = await errorOf(setup.action, { method: "GET", url: setup.url + path }, { timeoutMs: 20 });
      assert.equal(error.code, "HTTP_TIMEOUT");
      assert.equal(error.retryable, true);
      assert.match(error.message, /took longer than 20 ms/);
    }
  });

  it("a certificate that is not trusted is named and not retried", async () => {
    const read = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url));
    const server = createTlsServer({ key: read("self-signed.key"), cert: read("self-signed.crt") });
    const port = await listen(server);
    const action = httpAction();
    const error = await errorOf(action, { method: "GET", url: `https://127.0.0.1:${port}/` });
    assert.equal(error.code, "HTTP_CONNECTION_FAILED");
    assert.equal(error.retryable, false);
    assert.match(error.message, /TLS certificate of 127\.0\.0\.1:\d+ is not accepted: self-signed/);
    action.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it("an error's message holds no secret", async () => {
    const url = new SecretText(["http://127.0.0.1:1/", { name: "TOKEN" }]);
    const error = await errorOf(httpAction(), { method: "GET", url }, { timeoutMs: 1 });
    assert.doesNotMatch(JSON.stringify(error), /s3cr3t/);
  });
});

describe("http: connections", () => {
  it("are used again", async () => {
    await using setup = await setUp(echo);
    for (let i = 0; i < 3; i++) await valueOf(setup.action, { method: "GET", url: setup.url });
    assert.equal(new Set(setup.requests.map((request) => request.socket)).size, 1);
  });

  it("that break one after the other as they are used again are replaced by a new one", async () => {
    const fresh = new Set<unknown>();
    await using setup = await setUp(async (request, response) => {
      const isFresh = !fresh.has(request.socket);
      fresh.add(request.socket);
      if (!isFresh) request.socket.destroy();
      else setTimeout(() => void echo(request, response), 20);
    });
    const call = { method: "POST", url: setup.url, body: "x" };
    await Promise.all([valueOf(setup.action, call), valueOf(setup.action, call)]);
    assert.equal(fresh.size, 2);
    assert.equal((await valueOf(setup.action, call)).status_code, 200);
    assert.equal(fresh.size, 3);
  });

  it("that the server closed meanwhile cost no attempt", async () => {
    let calls = 0;
    await using setup = await setUp((request, response) => {
      calls += 1;
      // The second request on the first connection meets a server that has just given it up.
      if (calls === 2) request.socket.destroy();
      else response.end();
    });
    for (let i = 0; i < 2; i++) await valueOf(setup.action, { method: "POST", url: setup.url, body: "x" });
    assert.equal(calls, 3);
  });
});
