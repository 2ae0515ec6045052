import assert from "node:assert/strict";
import { it } from "node:test";
import type { ProjectConfig } from "../config/config.ts";
import { silentLog } from "../core/ports.ts";
import { PollFailed } from "../events/polling/gitlab-reader.ts";
import { systemClock } from "../host/clock.ts";
import { createSimulatedGitLab, type SimulatedGitLab } from "../testkit/gitlab/simulated-gitlab.ts";
import { serveGitLab } from "../testkit/gitlab/server/http-server.ts";
import { openTestServer, until } from "../server/testing.ts";
import { createGitLabReaders, type GitLabReaders } from "../server/polling/gitlab-reader.ts";
import { createPollers } from "../server/polling/pollers.ts";

async function serve(): Promise<
  AsyncDisposable & { url: string; gitlab: SimulatedGitLab; post: (path: string, body: object) => void }
> {
  let gitlab!: SimulatedGitLab;
  const server = await serveGitLab(0, (url) => ({
    gitlab: (gitlab = createSimulatedGitLab({ clock: systemClock, url })),
  }));
  const post = (path: string, body: object): void => {
    const headers = { "private-token": "glpat-root" };
    assert.equal(gitlab.handle({ method: "POST", path: `/api/v4/${path}`, headers, body }).status, 201);
  };
  post("projects", { name: "Beacon", path: "beacon" });
  return { url: server.url, gitlab, post, [Symbol.asyncDispose]: () => server.close() };
}

function readerOf(url: string, token: string): GitLabReaders & Disposable {
  const readers = createGitLabReaders({
    access: { of: () => ({ url, token }) },
    clock: systemClock,
    userAgent: "AutoFlow/test",
    signal: new AbortController().signal,
  });
  return { ...readers, [Symbol.dispose]: () => readers.close() };
}

it("reads by sockets, and tells what keeps it from that", async () => {
  await using server = await serve();
  const { url, gitlab } = server;
  using good = readerOf(url, "glpat-root");
  const page = await good.of("1").get("", []);
  assert.equal((page!.body as { id: number }).id, 1);
  assert.ok(Math.abs(page!.date! - Date.now()) < 60_000);
  assert.equal(await good.of("99").get("", []), undefined);
  using wrong = readerOf(url, "wrong");
  await assert.rejects(wrong.of("1").get("events", []), (error) => {
    assert.ok(error instanceof PollFailed);
    assert.match(error.message, /^GET projects\/1\/events was answered with 401 Unauthorized: the token is missing/);
    assert.doesNotMatch(error.message, /glpat|token wrong/);
    return true;
  });
  gitlab.limitRate({ requests: 1, period: 60 });
  await assert.rejects(
    async () => {
      for (let i = 0; i < 3; i++) await good.of("1").get("", []);
    },
    (error) => {
      assert.ok(error instanceof PollFailed);
      assert.ok(error.retryAfterMs !== undefined && error.retryAfterMs > 0, error.message);
      return true;
    },
  );
});

it("polls the projects that are configured to be, and webhooks of what it told are known", async () => {
  await using gitlab = await serve();
  await using server = await openTestServer({
    sources: new Map([["g", { kind: "gitlab", tokens: [], signingTokens: [] }]]),
    isPolled: (project) => project === "1",
  });
  const config: ProjectConfig = { path: undefined, script: undefined, vars: {}, secrets: {} };
  const pollers = createPollers({
    engine: server.engine,
    projects: new Map([
      ["1", { ...config, poll: { everyMs: 20, delayMs: 0 } }],
      ["2", config],
    ]),
    access: { of: () => ({ url: gitlab.url, token: "glpat-root" }) },
    clock: systemClock,
    log: silentLog,
    random: () => 0,
    userAgent: "AutoFlow/test",
    onEvent: (event) => void server.events.push(event),
  });
  assert.ok(pollers.isPolled("1") && !pollers.isPolled("2"));
  pollers.start();
  try {
    await until(() => Promise.resolve(pollers.states()[0]!.succeededAt !== undefined));
    gitlab.post("projects/1/issues", { title: "One" });
    const [event] = await until(() => Promise.resolve(server.events.length > 0 && server.events));
    assert.equal(event!.attributes.type, "com.gitlab.events.issue_created");
    const answer = await server.call({
      method: "POST",
      url: "/webhooks/gitlab/g",
      headers: { "x-gitlab-instance": gitlab.url, "x-gitlab-event": "Issue Hook", "idempotency-key": "k" },
      payload: Buffer.from(event!.body),
    });
    assert.equal(answer.statusCode, 202);
    assert.equal(answer.json<{ duplicate: boolean }>().duplicate, true);
  } finally {
    await pollers.stop();
  }
});
