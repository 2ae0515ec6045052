/** What the guard is not told to guard passes as it is: bodies, headers, WebSockets. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, suite, test } from "node:test";
import { silentLog } from "../../src/core/ports.ts";
import { type Guard, startGuard } from "../../src/server/guard/guard-server.ts";
import { defaultGuardedRoutes } from "../../src/server/guard/guarded-routes.ts";

suite("autoflow guard passes on", () => {
  let upstream: Server;
  let guard: Guard;
  let seen: IncomingMessage | undefined;

  before(async () => {
    upstream = createServer((request, response) => {
      seen = request;
      const digest = createHash("sha256");
      request.on("data", (chunk: Buffer) => digest.update(chunk));
      request.on("end", () => {
        response.writeHead(207, "Some of it", [
          "Set-Cookie",
          "a=1",
          "Set-Cookie",
          "b=2",
          "X-Digest",
          digest.digest("hex"),
        ]);
        response.write("first ");
        setImmediate(() => response.end("last"));
      });
    });
    upstream.on("upgrade", (request, socket) => {
      seen = request;
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello ");
      socket.on("end", () => socket.end());
      socket.on("error", () => {});
      socket.on("data", (data: Buffer) => socket.write(data.toString().toUpperCase()));
    });
    await new Promise<void>((resolve) => {
      upstream.listen(0, "127.0.0.1", resolve);
    });
    guard = await startGuard({
      listen: { host: "127.0.0.1", port: 0 },
      upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/gitlab/`,
      routes: defaultGuardedRoutes,
      rules: { url: "http://127.0.0.1:9", token: undefined, timeoutMs: 1000, onFailure: "deny" },
      log: silentLog,
    });
  });

  after(async () => {
    await guard.close();
    upstream.closeAllConnections();
    upstream.close();
  });

  test("a large upload in chunks, and an answer in chunks", async () => {
    const part = Buffer.alloc(1024 * 1024, "x");
    const digest = createHash("sha256");
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { hostname, port } = new URL(guard.url);
      const headers = { host: "gitlab.example.com", "PRIVATE-TOKEN": "glpat-1", "X-Odd": "é", expect: "100-continue" };
      const asked = httpRequest({ hostname, port, method: "PUT", path: "/acme/web.git/x?a=%2F&b", headers }, resolve);
      asked.on("error", reject);
      for (let i = 0; i < 20; i++) {
        digest.update(part);
        asked.write(part);
      }
      asked.end();
    });
    let text = "";
    for await (const chunk of answer) text += String(chunk);
    assert.equal(text, "first last");
    assert.deepEqual([answer.statusCode, answer.statusMessage], [207, "Some of it"]);
    assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"]);
    assert.equal(answer.headers["x-digest"], digest.digest("hex"));
    assert.equal(seen!.url, "/gitlab/acme/web.git/x?a=%2F&b");
    assert.equal(seen!.headers.host, "gitlab.example.com");
    assert.equal(seen!.headers["private-token"], "glpat-1");
    assert.ok(seen!.rawHeaders.includes("PRIVATE-TOKEN"));
    assert.equal(seen!.headers["x-forwarded-for"], "127.0.0.1");
    assert.equal(seen!.headers["transfer-encoding"], "chunked");
  });

  test("a WebSocket, in both directions", async () => {
    const { hostname, port } = new URL(guard.url);
    const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-key": "k" };
    const text = await new Promise<string>((resolve, reject) => {
      const asked = httpRequest({ hostname, port, path: "/-/cable", headers });
      asked.on("error", reject);
      asked.on("upgrade", (_answer, socket, head) => {
        let all = head.toString();
        socket.on("data", (data: Buffer) => {
          all += data.toString();
          if (!all.endsWith("WORLD")) return;
          socket.destroy();
          resolve(all);
        });
        socket.write("world");
      });
      asked.end();
    });
    assert.equal(text, "hello WORLD");
    assert.equal(seen!.headers["sec-websocket-key"], "k");
  });

  test("other protocols are not spoken: the request is an ordinary one", async () => {
    const { hostname, port } = new URL(guard.url);
    const status = await new Promise((resolve, reject) => {
      const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABk" };
      const asked = httpRequest({ hostname, port, path: "/", headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      asked.on("error", reject);
      asked.end();
    });
    assert.equal(status, 207);
    assert.equal(seen!.headers.upgrade, undefined);
    assert.equal(seen!.headers["http2-settings"], undefined);
  });

  test("a GitLab that does not answer is a bad gateway", async () => {
    const rules = { url: "http://127.0.0.1:9", token: undefined, timeoutMs: 1000, onFailure: "deny" as const };
    const listen = { host: "127.0.0.1", port: 0 };
    const alone = await startGuard({ listen, upstream: "http://127.0.0.1:9", routes: [], rules, log: silentLog });
    const answer = await fetch(`${alone.url}/api/v4/projects`);
    assert.equal(answer.status, 502);
    assert.match(((await answer.json()) as { message: string }).message, /GitLab did not answer/);
    await alone.close();
  });
});
