import assert from "node:assert/strict";
import { request } from "node:http";
import { describe, it } from "node:test";
import { openTestServer } from "./testing.ts";

const apiToken = "0123456789abcdef-token";

describe("access with a token", () => {
  it("is for whoever sends it, under any name", async () => {
    await using server = await openTestServer({ apiToken });
    const ask = (authorization?: string) =>
      server.call({
        url: "/api/v1/runs",
        headers: { host: "autoflow.example.com", ...(authorization !== undefined && { authorization }) },
      });
    assert.equal((await ask(`Bearer ${apiToken}`)).statusCode, 200);
    assert.equal((await ask(`bearer ${apiToken}`)).statusCode, 200);
    for (const wrong of [undefined, "Bearer wrong", `Basic ${apiToken}`, `Bearer ${apiToken}x`, "Bearer "]) {
      const answer = await ask(wrong);
      assert.equal(answer.statusCode, 401, wrong);
      assert.equal(answer.headers["www-authenticate"], "Bearer");
      assert.equal(answer.json<{ code: string }>().code, "AUTH_REQUIRED");
      assert.doesNotMatch(answer.body, /0123456789abcdef/);
    }
  });

  it("guards everything but webhooks and health", async () => {
    await using server = await openTestServer({ apiToken });
    for (const url of ["/api/v1/events", "/api/v1/nothing", "/metrics", "/openapi.json"]) {
      assert.equal((await server.call({ url })).statusCode, url === "/api/v1/nothing" ? 404 : 401, url);
    }
    for (const url of ["/healthz", "/readyz"]) assert.equal((await server.call({ url })).statusCode, 200, url);
  });
});

describe("access without a token", () => {
  it("is for programs of this machine", async () => {
    await using server = await openTestServer();
    for (const host of ["127.0.0.1:8080", "localhost:8080", "LOCALHOST", "[::1]:8080", "127.0.0.2"]) {
      assert.equal((await server.call({ url: "/api/v1/runs", headers: { host } })).statusCode, 200, host);
    }
  });

  it("is not for a page that names the server as its own (DNS rebinding)", async () => {
    await using server = await openTestServer();
    for (const host of ["evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.5"]) {
      const answer = await server.call({ url: "/api/v1/runs", headers: { host } });
      assert.equal(answer.statusCode, 403, host);
      assert.equal(answer.json<{ code: string }>().code, "REQUEST_ORIGIN_DENIED");
    }
  });

  it("is not for a page of another site", async () => {
    await using server = await openTestServer();
    const cancel = (headers: Record<string, string>) =>
      server.call({ method: "POST", url: "/api/v1/runs/none/cancel", headers, payload: {} });
    assert.equal((await cancel({ origin: "http://127.0.0.1:8080" })).statusCode, 404);
    for (const headers of [
      { origin: "http://evil.example" },
      { origin: "http://127.0.0.1:9999" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
    ]) {
      assert.equal((await cancel(headers)).statusCode, 403, JSON.stringify(headers));
    }
  });

  it("lets no page of another origin read anything", async () => {
    await using server = await openTestServer();
    const answer = await server.call({ url: "/api/v1/runs" });
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
  });
});

describe("errors", () => {
  it("are problems with a code, what to do next and the request's id", async () => {
    await using server = await openTestServer();
    const answer = await server.call({ url: "/api/v1/runs/none" });
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
    const problem = answer.json<Record<string, unknown>>();
    assert.equal(problem["type"], "urn:autoflow:error:NOT_FOUND");
    assert.equal(problem["status"], 404);
    assert.equal(problem["detail"], 'there is no run "none"');
    assert.equal(problem["requestId"], answer.headers["x-request-id"]);
    assert.ok(problem["hint"]);
  });

  it("of ours tell nothing of themselves but the request's id, and are logged", async () => {
    const logged: unknown[] = [];
    const log = {
      debug() {},
      info() {},
      warn() {},
      error: (_message: string, fields: unknown) => void logged.push(fields),
    };
    await using server = await openTestServer({ log });
    server.engine.listRuns = () => Promise.reject(new TypeError("a secret detail"));
    const answer = await server.call({ url: "/api/v1/runs?project=s3cret" });
    assert.equal(answer.statusCode, 500);
    assert.equal(answer.json<{ code: string }>().code, "INTERNAL_ERROR");
    assert.doesNotMatch(answer.body, /secret detail/);
    const [fields] = logged as { requestId: string; url: string; error: Error }[];
    assert.equal(fields!.requestId, answer.json<{ requestId: string }>().requestId);
    assert.equal(fields!.url, "/api/v1/runs");
    assert.match(fields!.error.message, /a secret detail/);
  });

  it("of the body's form have codes of their own", async () => {
    await using server = await openTestServer();
    const put = (payload: string, contentType: string) =>
      server.call({ method: "PUT", url: "/api/v1/flags/x", headers: { "content-type": contentType }, payload });
    const cases: [string, string, string][] = [
      ["{", "application/json", "REQUEST_JSON_MALFORMED"],
      ["", "application/json", "REQUEST_JSON_MALFORMED"],
      ["enabled=true", "application/x-www-form-urlencoded", "REQUEST_INVALID"],
      ["{}", "text/plain", "REQUEST_INVALID"],
      [`"${"x".repeat(1024 * 1024)}"`, "application/json", "REQUEST_TOO_LARGE"],
    ];
    for (const [payload, contentType, code] of cases) {
      assert.equal((await put(payload, contentType)).json<{ code: string }>().code, code, `${contentType} ${code}`);
    }
  });

  it("for a path that is not there point to what is", async () => {
    await using server = await openTestServer();
    const answer = await server.call({ url: "/no/such/place?token=abc" });
    assert.equal(answer.json<{ detail: string }>().detail, "there is no GET /no/such/place");
  });
});

describe("/openapi.json", () => {
  it("describes every route with a summary, an answer and the form of a problem", async () => {
    await using server = await openTestServer();
    const document = (await server.call({ url: "/openapi.json" })).json<OpenApi>();
    assert.equal(document.openapi, "3.1.0");
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const orchestrator = routes.filter((route) => route.includes("/api/orchestrator/"));
    assert.equal(orchestrator.length, 14, orchestrator.join("\n"));
    const management = routes.filter((route) => route.includes("/management/"));
    assert.equal(management.length, 14, management.join("\n"));
    const ours = routes.filter((route) => !orchestrator.includes(route) && !management.includes(route));
    assert.deepEqual(ours.toSorted(), [
      "DELETE /{workflowId}/{id}",
      "GET /api/v1/definitions",
      "GET /api/v1/events",
      "GET /api/v1/events/{id}",
      "GET /api/v1/flags",
      "GET /api/v1/runs",
      "GET /api/v1/runs/{id}",
      "GET /api/v1/runs/{id}/history",
      "GET /api/v1/runs/{id}/history/stream",
      "GET /api/v1/runs/{id}/nodes",
      "GET /api/v1/tasks",
      "GET /api/v1/tasks/{id}",
      "GET /api/v1/workflows",
      "GET /api/v1/workflows/{name}",
      "GET /api/v1/workflows/{name}/diagram",
      "GET /api/v1/workflows/{name}/source",
      "GET /healthz",
      "GET /readyz",
      "GET /{workflowId}",
      "GET /{workflowId}/{id}",
      "PATCH /{workflowId}/{id}",
      "POST /",
      "POST /api/v1/projects/{project}/definitions/{path}/triggers/{trigger}/resume",
      "POST /api/v1/projects/{project}/drivers",
      "POST /api/v1/projects/{project}/events",
      "POST /api/v1/projects/{project}/validate",
      "POST /api/v1/runs/{id}/cancel",
      "POST /api/v1/runs/{id}/commands/{command}",
      "POST /api/v1/runs/{id}/resume",
      "POST /api/v1/runs/{id}/signals/{name}",
      "POST /api/v1/tasks/{id}/answer",
      "POST /api/v1/workflows/{name}/runs",
      "POST /webhooks/gitlab/{source}",
      "POST /{workflowId}",
      "PUT /api/v1/flags/{name}",
      "PUT /{workflowId}/{id}",
    ]);
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods)) {
        assert.ok(operation.summary, path);
        assert.ok(operation.responses["default"], path);
        assert.ok(
          !Object.values(operation.responses).some(({ description }) => description === "Default Response"),
          path,
        );
        const isOpen = /^\/(webhooks\/|healthz$|readyz$)/.test(path);
        assert.equal(operation.security !== undefined, !isOpen, path);
      }
    }
  });
});

interface OpenApi {
  openapi: string;
  paths: Record<
    string,
    Record<string, { summary?: string; security?: unknown; responses: Record<string, { description: string }> }>
  >;
}

describe("closing", () => {
  it("lets a request under way finish", async () => {
    await using server = await openTestServer();
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => (finish = resolve));
    const listFlags = server.engine.listFlags.bind(server.engine);
    let asked: () => void = () => {};
    const underWay = new Promise<void>((resolve) => (asked = resolve));
    server.engine.listFlags = async () => {
      asked();
      await held;
      return listFlags();
    };
    const address = new URL(await server.app.listen({ host: "127.0.0.1", port: 0 }));
    const status = new Promise<number | undefined>((resolve, reject) => {
      request({ host: address.hostname, port: address.port, path: "/api/v1/flags" }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    await underWay;
    const closed = server.app.close();
    finish();
    assert.equal(await status, 200);
    await closed;
  });
});
