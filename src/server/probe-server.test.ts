import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMetrics } from "./metrics.ts";
import { createProbeServer } from "./probe-server.ts";

const metrics = (): ReturnType<typeof createMetrics> =>
  createMetrics({ ofProcess: false, others: () => Promise.resolve("temporal_request_total 7\n") });

describe("the server of a process that only computes runs", () => {
  it("answers probes without a token, with why it is not ready", async () => {
    let problem: string | undefined = undefined as string | undefined;
    const engine = { health: () => ({ writable: true, loopAgeMs: 0, ...(problem !== undefined && { problem }) }) };
    const token = "0123456789abcdef";
    await using app = await createProbeServer({
      engine,
      host: "0.0.0.0",
      apiToken: token,
      metrics: metrics(),
      version: "1.2.3",
    });
    const alive = await app.inject("/healthz");
    assert.deepEqual([alive.statusCode, alive.json()], [200, { status: "ok", version: "1.2.3" }]);
    assert.deepEqual((await app.inject("/readyz")).json(), { ready: true, problems: [] });
    problem = "the worker does not get on with Temporal";
    const unready = await app.inject("/readyz");
    assert.deepEqual([unready.statusCode, unready.json()], [503, { ready: false, problems: [problem] }]);
  });

  it("tells metrics only to who has the token, with those of others and none of an engine's state", async () => {
    const engine = { health: () => ({ writable: true, loopAgeMs: 0 }) };
    const apiToken = "0123456789abcdef";
    await using app = await createProbeServer({ engine, host: "0.0.0.0", apiToken, metrics: metrics(), version: "1" });
    const refused = await app.inject("/metrics");
    assert.equal(refused.statusCode, 401);
    assert.equal(refused.headers["www-authenticate"], "Bearer");
    assert.equal(refused.json<{ code: string }>().code, "AUTH_REQUIRED");
    const told = await app.inject({ url: "/metrics", headers: { authorization: `Bearer ${apiToken}` } });
    assert.equal(told.statusCode, 200);
    assert.match(told.body, /^autoflow_turn_steps_total 0$/m);
    assert.match(told.body, /^temporal_request_total 7$/m);
    assert.doesNotMatch(told.body, /autoflow_store_writable/);
  });
});
