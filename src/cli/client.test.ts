import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { AutoFlowError } from "../core/errors.ts";
import { Client, readServerNote } from "./client.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine that is closed with the scope. */
async function startServer(handler: Handler): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function failureOf(promise: Promise<unknown>): Promise<AutoFlowError> {
  const failure: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof AutoFlowError);
  return failure;
}

test("a request carries the token and the query, and gives the JSON answer", async () => {
  await using server = await startServer((request, response) => {
    response.end(JSON.stringify([request.method, request.url, request.headers.authorization]));
  });
  const answer = await new Client(`${server.url}/`, "t0ken").get("/api/v1/runs", {
    limit: 2,
    cursor: undefined,
    project: "a/b",
  });
  assert.deepEqual(answer, ["GET", "/api/v1/runs?limit=2&project=a%2Fb", "Bearer t0ken"]);
});

test("an error of the server is the same error here", async () => {
  const where = { file: "main.star", line: 3, column: 5 };
  await using server = await startServer((_, response) => {
    response.writeHead(422, { "content-type": "application/problem+json" });
    response.end(JSON.stringify({ code: "SCRIPT_SYNTAX", detail: "got newline", hint: "Mend it.", where }));
  });
  const failure = await failureOf(new Client(server.url, undefined).get("/"));
  const { code, message, hint, exitCode } = failure;
  assert.deepEqual(
    { code, message, hint, exitCode, where: failure.where },
    {
      code: "SCRIPT_SYNTAX",
      message: "got newline",
      hint: "Mend it.",
      exitCode: 2,
      where,
    },
  );
});

test("an answer that is not AutoFlow's is an error that names the status", async () => {
  await using server = await startServer((_, response) => response.writeHead(502).end("<html>"));
  const failure = await failureOf(new Client(server.url, undefined).get("/"));
  assert.equal(failure.code, "SERVER_UNREACHABLE");
  assert.match(failure.message, /502/);
});

test("no answer is an error that names the address", async () => {
  const server = await startServer(() => {});
  await server[Symbol.asyncDispose]();
  const failure = await failureOf(new Client(server.url, undefined).get("/"));
  assert.equal(failure.code, "SERVER_UNREACHABLE");
  assert.ok(failure.message.includes(server.url));
});

test("following continues after the last entry when the connection breaks, and ends with the stream", async () => {
  const asked: (string | undefined)[] = [];
  await using server = await startServer((request, response) => {
    asked.push(request.headers["last-event-id"] as string | undefined);
    response.writeHead(200, { "content-type": "text/event-stream" });
    if (asked.length > 1) return response.end('id: 6\ndata: "b"\n\n');
    response.write('id: 5\ndata: "a"\n\nid: 6\ndata: "cut', () => response.destroy());
  });
  const seen: unknown[] = [];
  const never = new AbortController().signal;
  for await (const { id, data } of new Client(server.url, undefined).follow("/", 4, never)) seen.push([id, data]);
  assert.deepEqual(seen, [
    [5, "a"],
    [6, "b"],
  ]);
  assert.deepEqual(asked, ["4", "5"]);
});

test("following waits for a server that starts again, and refusals on the way are part of that", async () => {
  await using first = await startServer((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('id: 1\ndata: "a"\n\n');
  });
  const seen: unknown[] = [];
  const client = new Client(first.url, undefined);
  let isStarting = true;
  for await (const { data } of client.follow("/", 0, new AbortController().signal)) {
    seen.push(data);
    if (seen.length > 1) continue;
    await first[Symbol.asyncDispose]();
    const again = createServer((request, response) => {
      if (isStarting) response.writeHead(503).end(JSON.stringify({ code: "SHUTTING_DOWN", detail: "draining" }));
      else response.end(`id: 2\ndata: "${String(request.headers["last-event-id"])}"\n\n`, () => again.close());
      isStarting = false;
    });
    setTimeout(() => again.listen(Number(new URL(first.url).port), "127.0.0.1"), 300);
  }
  assert.deepEqual(seen, ["a", "1"]);
});

test("following ends when the server stays away, and at once when the run is unknown", async () => {
  const server = await startServer((_, response) => response.writeHead(404).end("{}"));
  const never = new AbortController().signal;
  const follow = (patienceMs: number) => new Client(server.url, undefined, patienceMs).follow("/", 0, never).next();
  assert.equal((await failureOf(follow(60_000))).code, "NOT_FOUND");
  await server[Symbol.asyncDispose]();
  assert.equal((await failureOf(follow(300))).code, "SERVER_UNREACHABLE");
});

test("a server's note counts only while its process lives", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-note-"));
  try {
    assert.equal(readServerNote(folder), undefined);
    const note = { url: "http://127.0.0.1:1", pid: process.pid };
    writeFileSync(path.join(folder, "server.json"), JSON.stringify(note));
    assert.deepEqual(readServerNote(folder), note);
    // Larger than any process id that Linux gives out.
    writeFileSync(path.join(folder, "server.json"), JSON.stringify({ ...note, pid: 2 ** 30 }));
    assert.equal(readServerNote(folder), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
