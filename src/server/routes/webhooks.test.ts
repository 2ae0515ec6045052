import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { AutoFlowError } from "../../core/errors.ts";
import { openTestServer, until } from "../testing.ts";

const sources = new Map([
  ["gitlab", { kind: "gitlab" as const, tokens: ["hook-token", "old-token"], signingTokens: [] }],
  ["open", { kind: "gitlab" as const, tokens: [], signingTokens: [] }],
]);

const issue = {
  object_kind: "issue",
  project: { id: 1, path_with_namespace: "group/app" },
  object_attributes: { id: 5, iid: 2, action: "open" },
};

function hook(source: string, payload: string | Buffer, headers: Record<string, string> = {}) {
  return {
    method: "POST" as const,
    url: `/webhooks/gitlab/${source}`,
    payload,
    headers: { "content-type": "application/json", "x-gitlab-event": "Issue Hook", ...headers },
  };
}

const token = { "x-gitlab-token": "hook-token" };

describe("webhooks of GitLab", () => {
  it("are acknowledged when the event is in the log, and start runs", async () => {
    await using server = await openTestServer({ sources });
    const filter = { types: ["com.gitlab.events.issue_*"], fields: [] };
    await server.define({ name: "h", filter, body: [["log", "hello"]] });
    const answer = await server.call(hook("gitlab", JSON.stringify(issue), { ...token, "idempotency-key": "d-1" }));
    assert.equal(answer.statusCode, 202);
    const { runs: _runs, ...accepted } = answer.json<Record<string, unknown>>();
    assert.deepEqual(accepted, { id: "d-1", seq: 1, duplicate: false });
    const event = await server.engine.findEvent("d-1");
    assert.equal(event?.project, "1");
    assert.deepEqual(JSON.parse(Buffer.from(event.body).toString()), issue);
    const runs = await until(async () => {
      const { items } = await server.engine.listRuns({ states: ["succeeded"] });
      return items.length > 0 && items;
    });
    assert.equal(runs[0]!.eventId, "d-1");
  });

  it("sent again are told as duplicates, with the run that the first one started", async () => {
    await using server = await openTestServer({ sources });
    await server.define({ name: "h", filter: { types: ["*"], fields: [] }, body: [["log", "hello"]] });
    const delivery = hook("gitlab", JSON.stringify(issue), { ...token, "idempotency-key": "d-1" });
    await server.call(delivery);
    const again = await until(async () => {
      const answer = (await server.call(delivery)).json<{ duplicate: boolean; runs: string[] }>();
      return answer.runs.length > 0 && answer;
    });
    assert.equal(again.duplicate, true);
    assert.equal(again.runs.length, 1);
    assert.equal(server.events.length, 1);
  });

  it("are refused without one of the source's tokens", async () => {
    await using server = await openTestServer({ sources });
    const wanted = (headers: Record<string, string>) => server.call(hook("gitlab", JSON.stringify(issue), headers));
    assert.equal((await wanted({ "x-gitlab-token": "old-token" })).statusCode, 202);
    for (const headers of [{}, { "x-gitlab-token": "wrong" }]) {
      const answer = await wanted(headers);
      assert.equal(answer.statusCode, 401);
      assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
      assert.equal(answer.json<{ code: string }>().code, "WEBHOOK_TOKEN_WRONG");
    }
    const { items } = await server.engine.listEvents({});
    assert.equal(items.length, 1);
  });

  it("of a source that is not configured are refused", async () => {
    await using server = await openTestServer({ sources });
    const answer = await server.call(hook("other", "{}"));
    assert.equal(answer.statusCode, 404);
    assert.equal(answer.json<{ code: string }>().code, "WEBHOOK_SOURCE_UNKNOWN");
  });

  it("that are not JSON are refused", async () => {
    await using server = await openTestServer({ sources });
    for (const payload of ["{", "", Buffer.from([0xff, 0xfe])]) {
      const answer = await server.call(hook("open", payload));
      assert.equal(answer.statusCode, 400, JSON.stringify(payload));
      assert.equal(answer.json<{ code: string }>().code, "REQUEST_JSON_MALFORMED");
    }
  });

  it("of a kind that is not known, or with another content type, are stored", async () => {
    await using server = await openTestServer({ sources });
    const kinds = [
      hook("open", '{"object_kind":"brand_new","x":1}', { "x-gitlab-event": "Brand New Hook" }),
      hook("open", "[1,2]", { "x-gitlab-event": "" }),
      hook("open", JSON.stringify(issue), { "content-type": "text/plain" }),
    ];
    for (const kind of kinds) assert.equal((await server.call(kind)).statusCode, 202);
    assert.equal((await server.engine.listEvents({})).items.length, 3);
  });

  it("larger than GitLab's own limit are refused", async () => {
    await using server = await openTestServer({ sources });
    const answer = await server.call(hook("open", Buffer.alloc(25 * 1024 * 1024 + 1, " ")));
    assert.equal(answer.statusCode, 413);
    assert.equal(answer.json<{ code: string }>().code, "REQUEST_TOO_LARGE");
  });

  it("are not acknowledged when they cannot be stored", async () => {
    await using server = await openTestServer({ sources });
    await server.engine.drain();
    const answer = await server.call(hook("open", JSON.stringify(issue)));
    assert.equal(answer.statusCode, 503);
    assert.equal(answer.json<{ code: string }>().code, "SHUTTING_DOWN");
  });

  it("need no name of this machine: they come through proxies", async () => {
    await using server = await openTestServer({ sources });
    const answer = await server.call(hook("gitlab", JSON.stringify(issue), { ...token, host: "hooks.example.com" }));
    assert.equal(answer.statusCode, 202);
  });

  it("become events as recorded deliveries show", async () => {
    await using server = await openTestServer({ sources });
    const folder = new URL("../../events/testdata/webhooks/", import.meta.url);
    const body = readFileSync(new URL("issue_created.json", folder));
    assert.equal((await server.call(hook("open", body))).statusCode, 202);
  });
});

describe("a source whose signing token is none", () => {
  it("is refused at the start, by name", async () => {
    const broken = new Map([["main", { kind: "gitlab" as const, tokens: [], signingTokens: ["whsec_not base64!"] }]]);
    await assert.rejects(openTestServer({ sources: broken }), (error) => {
      assert.ok(error instanceof AutoFlowError);
      assert.equal(error.code, "CONFIG_INVALID");
      assert.match(error.message, /sources\.main/);
      return true;
    });
  });
});
