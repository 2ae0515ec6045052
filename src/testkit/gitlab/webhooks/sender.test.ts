import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { webhookVerifier } from "../../../events/webhook-verification.ts";
import { simulation } from "../testing/simulation.ts";
import { createSender } from "./sender.ts";

interface Received {
  headers: IncomingMessage["headers"];
  body: string;
}

/** Answers with the statuses in turn, then with 200. */
async function receiver(t: TestContext, statuses: number[] = []): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(statuses.shift() ?? 200).end("seen");
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

test("deliveries arrive in order, signed, with the hook's token and headers", async (t) => {
  const { url, received } = await receiver(t);
  const { gitlab, call, deliveries, list, clock } = simulation();
  const hook = call("POST", "projects/1/hooks", {
    url,
    token: "secret",
    signing_token: "whsec_c2lnbmluZyBrZXk=",
    issues_events: true,
    push_events: false,
    custom_headers: [{ key: "X-Extra", value: "1" }],
  });
  for (const title of ["a", "b", "c"]) call("POST", "projects/1/issues", { title });
  const sender = createSender(gitlab.world);
  for (const delivery of deliveries.filter((one) => one.hook.id === hook["id"])) sender.send(delivery);
  await sender.settled();
  assert.deepEqual(
    received.map(({ body }) => (JSON.parse(body) as { object_attributes: { title: string } }).object_attributes.title),
    ["a", "b", "c"],
  );
  const verify = webhookVerifier({ signingTokens: ["whsec_c2lnbmluZyBrZXk="] });
  for (const { headers, body } of received) {
    assert.deepEqual(
      [headers["x-gitlab-token"], headers["x-extra"], headers["webhook-id"]],
      ["secret", "1", headers["idempotency-key"]],
    );
    verify(headers, new TextEncoder().encode(body), clock.now());
  }
  const events = list(`projects/1/hooks/${hook["id"]}/events`);
  assert.deepEqual(
    events.map(({ response_status, trigger }) => `${response_status} ${trigger}`),
    ["200 issue_hooks", "200 issue_hooks", "200 issue_hooks"],
  );
  assert.equal((events[0]!["request_headers"]! as Record<string, string>)["X-Gitlab-Token"], "[REDACTED]");
});

test("a hook that fails four times in a row is held back, and longer each time", async (t) => {
  const { url, received } = await receiver(t, Array(5).fill(500) as number[]);
  const { gitlab, call, deliveries, clock } = simulation();
  const hook = call("POST", "projects/1/hooks", { url, issues_events: true });
  const sender = createSender(gitlab.world);
  const open = async (title: string): Promise<void> => {
    deliveries.length = 0;
    call("POST", "projects/1/issues", { title });
    for (const one of deliveries) if (one.hook.id === hook["id"]) sender.send(one);
    await sender.settled();
  };
  const status = (): unknown => call("GET", `projects/1/hooks/${hook["id"]}`)["alert_status"];
  for (const title of ["a", "b", "c", "d", "held back"]) await open(title);
  assert.deepEqual([received.length, status()], [4, "temporarily_disabled"]);
  clock.advance(60_000);
  assert.equal(status(), "executable");
  await open("e");
  clock.advance(60_000);
  assert.equal(status(), "temporarily_disabled");
  clock.advance(60_000);
  await open("f");
  assert.deepEqual([received.length, status()], [6, "executable"]);
});

test("a failed delivery is tried again with the same key when that is wanted", async (t) => {
  const { url, received } = await receiver(t, [503]);
  const { gitlab, call, deliveries } = simulation();
  call("POST", "projects/1/hooks", { url, issues_events: true });
  call("POST", "projects/1/issues", { title: "a" });
  const told: string[] = [];
  const sender = createSender(gitlab.world, {
    retryDelaysMs: [1],
    onFailed: ({ event }) => told.push(`again after ${event.responseStatus}`),
    onSent: ({ event }) => told.push(`sent: ${event.responseStatus}`),
  });
  sender.send(deliveries.find((one) => one.hook.id !== 0)!);
  await sender.settled();
  assert.equal(received.length, 2);
  assert.equal(received[0]!.headers["idempotency-key"], received[1]!.headers["idempotency-key"]);
  assert.deepEqual(told, ["again after 503", "sent: 200"]);
});
