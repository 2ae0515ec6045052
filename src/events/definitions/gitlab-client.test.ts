import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";
import { AutoFlowError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports.ts";
import { GitLabClient, type GitLabClientOptions } from "./gitlab-client.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers each request with the next handler; the last one answers all further ones. */
async function serve(...handlers: Handler[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handlers[Math.min(requests.length, handlers.length) - 1]!(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url, requests, close, [Symbol.asyncDispose]: close };
}

/** Timers fire at once; what they were asked for is kept. */
function patientClock() {
  const delays: number[] = [];
  let now = Date.parse("2026-11-02T12:00:00Z");
  const clock: Clock = {
    now: () => now,
    setTimer: (delayMs, callback) => {
      delays.push(delayMs);
      now += delayMs;
      queueMicrotask(callback);
      return { cancel: () => {} };
    },
  };
  return { clock, delays };
}

function clientOf(url: string, more: Partial<GitLabClientOptions> = {}) {
  const { clock, delays } = patientClock();
  return { client: new GitLabClient({ url, token: "glpat-s3cret", clock, ...more }), delays };
}

const never = new AbortController().signal;
const status =
  (code: number, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(code, headers).end("{}");
const answer =
  (text: string): Handler =>
  (_, response) =>
    void response.end(text);

function unavailable(message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof AutoFlowError);
    assert.equal(error.code, "SCRIPT_SOURCE_UNAVAILABLE");
    assert.match(error.message, message);
    assert.ok(!`${error.message} ${error.hint} ${JSON.stringify(error.data)}`.includes("s3cret"));
    return true;
  };
}

describe("GitLab's client", () => {
  it("asks with the token and gives JSON and text", async () => {
    await using server = await serve(answer('{"id":42}'), answer("grüße"));
    const { client } = clientOf(`${server.url}/gitlab/`);
    assert.deepEqual(await client.json("projects/a%2Fb", never), { id: 42 });
    assert.equal(await client.text("projects/1/repository/files/x/raw?ref=main", never), "grüße");
    assert.equal(server.requests[0]?.url, "/gitlab/api/v4/projects/a%2Fb");
    assert.equal(server.requests[0]?.headers["private-token"], "glpat-s3cret");
  });

  it("asks without a token when there is none", async () => {
    await using server = await serve(answer("1"));
    const { clock } = patientClock();
    await new GitLabClient({ url: server.url, clock }).json("version", never);
    assert.equal(server.requests[0]?.headers["private-token"], undefined);
  });

  it("answers undefined for what is not there", async () => {
    await using server = await serve(status(404));
    assert.equal(await clientOf(server.url).client.text("x", never), undefined);
    assert.equal(await clientOf(server.url).client.json("x", never), undefined);
  });

  it("asks again after a while when GitLab is busy or broken, and not before it may", async () => {
    await using server = await serve(
      status(503),
      status(429, { "retry-after": "7" }),
      status(503, { "retry-after": "Mon, 02 Nov 2026 12:00:30 GMT" }),
      answer("here"),
    );
    const { client, delays } = clientOf(server.url);
    assert.equal(await client.text("x", never), "here");
    assert.deepEqual(delays, [450, 7000, 30_000 - 7450]);
  });

  it("gives up after four attempts", async () => {
    await using server = await serve(status(500));
    await assert.rejects(clientOf(server.url).client.text("x", never), (error) => {
      assert.deepEqual((error as AutoFlowError).data, { attempts: 4, status: 500 });
      return unavailable(/status 500/)(error);
    });
    assert.equal(server.requests.length, 4);
  });

  it("gives up at once when it would have to wait too long", async () => {
    await using server = await serve(status(429, { "retry-after": "3600" }));
    await assert.rejects(clientOf(server.url).client.text("x", never), unavailable(/status 429: too many requests/));
    assert.equal(server.requests.length, 1);
  });

  it("gives up at once when it is refused, and says what to mend", async () => {
    await using server = await serve(status(401), status(403));
    await assert.rejects(
      clientOf(server.url).client.text("x", never),
      unavailable(/401: the token is missing, wrong or expired/),
    );
    await assert.rejects(clientOf(server.url).client.text("x", never), unavailable(/403: .*read_repository/));
    assert.equal(server.requests.length, 2);
  });

  it("asks again when there is no answer", async () => {
    await using server = await serve((request) => request.socket.destroy(), answer("here"));
    assert.equal(await clientOf(server.url).client.text("x", never), "here");
    const { url } = server;
    await server.close();
    await assert.rejects(clientOf(url).client.text("x", never), unavailable(/got no answer: .*ECONNREFUSED/));
  });

  it("waits for an answer so long and no longer", async () => {
    await using server = await serve(() => {});
    await assert.rejects(
      clientOf(server.url, { timeoutMs: 20 }).client.text("x", never),
      unavailable(/no answer.*timeout/),
    );
  });

  it("stops at once when it is told to", async () => {
    const stop = new AbortController();
    await using server = await serve(() => stop.abort());
    await assert.rejects(clientOf(server.url).client.text("x", stop.signal), unavailable(/aborted/));
    assert.equal(server.requests.length, 1);
  });

  it("does not swallow endless answers", async () => {
    await using server = await serve(answer("x".repeat(2000)));
    await assert.rejects(
      clientOf(server.url, { maxBytes: 1999 }).client.text("x", never),
      unavailable(/more than 1999 bytes/),
    );
    assert.equal((await clientOf(server.url, { maxBytes: 2000 }).client.text("x", never))?.length, 2000);
  });

  it("says when the answer is no JSON", async () => {
    await using server = await serve(answer("<html>"));
    await assert.rejects(clientOf(server.url).client.json("x", never), unavailable(/not answered with JSON/));
  });

  it("follows redirects within the instance and carries the token nowhere else", async () => {
    await using elsewhere = await serve(answer("stolen"));
    await using server = await serve(
      status(301, { location: "/api/v4/projects/2" }),
      answer("moved"),
      status(302, { location: `${elsewhere.url}/api` }),
    );
    assert.equal(await clientOf(server.url).client.text("projects/1", never), "moved");
    await assert.rejects(clientOf(server.url).client.text("projects/1", never), unavailable(/redirects to http/));
    assert.equal(elsewhere.requests.length, 0);
  });

  it("does not run in circles", async () => {
    await using server = await serve(status(302, { location: "/api/v4/x" }));
    await assert.rejects(clientOf(server.url).client.text("x", never), unavailable(/redirects/));
    assert.equal(server.requests.length, 4);
  });

  it("needs an address", () => {
    for (const url of ["gitlab.example.com", "ftp://x", "http://", ""]) {
      assert.throws(() => clientOf(url), { code: "CONFIG_INVALID" });
    }
  });
});
