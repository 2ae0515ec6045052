/** Bad input, from every side: each with its code, its status or exit code, and a message that says what to do. */
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { Problem } from "../../src/server/problem.ts";
import { autoflow } from "../support/autoflow.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { DevServer } from "../support/server.ts";
import { tempFolder } from "../support/temp-folder.ts";

const token = "a-webhook-token";
const signingKey = randomBytes(32);
const config = {
  sources: {
    guarded: { token },
    signed: { signing_token: `whsec_${signingKey.toString("base64")}` },
  },
};

const script = `
def inner(data):
    return data["missing"]

def raising(w, ev):
    inner(ev["data"])

def unreachable(w, ev):
    w.http.get(ev["data"]["url"], retry = {"max_attempts": 2, "initial": "10ms"})

def attempting(w, ev):
    result = w.attempt(w.http.get, ev["data"]["url"], retry = False)
    print("attempted", result.ok, result.error.code, result.error.retryable)

on_event(type = "raise", handler = raising)
on_event(type = "unreachable", handler = unreachable)
on_event(type = "attempt", handler = attempting)
`;

const issue = '{"object_kind":"issue","project":{"id":1},"object_attributes":{"action":"update","iid":1}}';

let server: DevServer;
before(async () => (server = await DevServer.start({ script, config })));
after(() => server[Symbol.asyncDispose]());

/** The problem with which a request is answered; it must be a whole one. */
async function problem(answer: Response, status: number, code: string): Promise<Problem> {
  const text = await answer.text();
  assert.equal(answer.status, status, text);
  assert.match(answer.headers.get("content-type")!, /^application\/problem\+json\b/);
  const body = JSON.parse(text) as Problem;
  assert.equal(body.code, code);
  assert.equal(body.status, status);
  assert.ok(body.detail.length > 10 && body.hint.length > 10, text);
  return body;
}

/** What the webhooks of the source "signed" carry. */
function signature(body: string, { id = "1", at = Date.now(), key = signingKey } = {}): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${mac}` };
}

describe("webhooks", () => {
  const hook = (source: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    server.post(`/webhooks/gitlab/${source}`, body, { "x-gitlab-event": "Issue Hook", ...headers });

  test("malformed JSON", async () => {
    for (const body of ["{", '{"a":1', "", "nonsense", "\u0000"]) {
      await problem(await hook("default", body), 400, "REQUEST_JSON_MALFORMED");
    }
    await problem(await hook("default", new Uint8Array([0xff, 0xfe, 0x7b])), 400, "REQUEST_JSON_MALFORMED");
  });

  test("a wrong token, and none", async () => {
    await problem(await hook("guarded", issue), 401, "WEBHOOK_TOKEN_WRONG");
    for (const wrong of ["wrong", `${token} `.repeat(2), token.slice(1), ""]) {
      const said = await problem(await hook("guarded", issue, { "x-gitlab-token": wrong }), 401, "WEBHOOK_TOKEN_WRONG");
      assert.ok(!JSON.stringify(said).includes(token));
    }
    assert.equal((await hook("guarded", issue, { "x-gitlab-token": token })).status, 202);
  });

  test("a bad signature, an old one, one for another body, and none", async () => {
    const bad: Record<string, string>[] = [
      {},
      signature(issue, { key: randomBytes(32) }),
      signature(`${issue} `),
      signature(issue, { at: Date.now() - 6 * 60_000 }),
      { ...signature(issue), "webhook-id": "2" },
      { ...signature(issue), "webhook-signature": "v1," },
    ];
    for (const headers of bad) await problem(await hook("signed", issue, headers), 401, "WEBHOOK_SIGNATURE_WRONG");
    assert.equal((await hook("signed", issue, signature(issue))).status, 202);
  });

  test("a source that is not configured", async () => {
    const said = await problem(await hook("elsewhere", issue), 404, "WEBHOOK_SOURCE_UNKNOWN");
    assert.match(said.detail, /"elsewhere"/);
  });

  test("30 MB", async () => {
    const large = new Uint8Array(30 * 1024 * 1024).fill(0x20);
    await problem(await hook("default", large), 413, "REQUEST_TOO_LARGE");
    await problem(await server.post("/api/v1/projects/1/events", large), 413, "REQUEST_TOO_LARGE");
    assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  });
});

describe("CloudEvents", () => {
  const send = (event: unknown, contentType = "application/cloudevents+json") =>
    server.post("/api/v1/projects/1/events", JSON.stringify(event), { "content-type": contentType });
  const whole = { specversion: "1.0", id: "1", source: "/test", type: "t" };

  test("without id, source or type, or with an empty one", async () => {
    for (const name of ["id", "source", "type"]) {
      const said = await problem(await send({ ...whole, [name]: undefined }), 400, "EVENT_INVALID");
      assert.ok(said.detail.includes(`"${name}"`), said.detail);
      await problem(await send({ ...whole, [name]: "" }), 400, "EVENT_INVALID");
      await problem(await send({ ...whole, [name]: 7 }), 400, "EVENT_INVALID");
    }
    const headers = { "ce-specversion": "1.0", "ce-source": "/t", "ce-type": "t" };
    await problem(await server.post("/api/v1/projects/1/events", "{}", headers), 400, "EVENT_INVALID");
  });

  test("a batch is accepted whole or not at all", async () => {
    const batch = [
      { ...whole, id: "batch-good" },
      { ...whole, id: undefined },
    ];
    await problem(await send(batch, "application/cloudevents-batch+json"), 400, "EVENT_INVALID");
    const answer = await fetch(`${server.url}/api/v1/events/batch-good`);
    await problem(answer, 404, "NOT_FOUND");
  });

  test("of another version, malformed, or of no known form", async () => {
    await problem(await send({ ...whole, specversion: "0.3" }), 400, "EVENT_INVALID");
    await problem(
      await server.post("/api/v1/projects/1/events", "{", { "content-type": "application/cloudevents+json" }),
      400,
      "REQUEST_JSON_MALFORMED",
    );
    await problem(
      await server.post("/api/v1/projects/1/events", "a=b", { "content-type": "text/plain" }),
      400,
      "EVENT_INVALID",
    );
  });
});

describe("requests", () => {
  test("for what is not there, with wrong parameters, and from elsewhere", async () => {
    await problem(await fetch(`${server.url}/api/v1/nothing`), 404, "NOT_FOUND");
    await problem(await fetch(`${server.url}/api/v1/runs/nothing`), 404, "NOT_FOUND");
    await problem(await fetch(`${server.url}/api/v1/runs?limit=many`), 400, "REQUEST_INVALID");
    await problem(await fetch(`${server.url}/api/v1/runs?state=asleep`), 400, "REQUEST_INVALID");
    const page = { headers: { origin: "https://example.com" } };
    await problem(await fetch(`${server.url}/api/v1/runs`, page), 403, "REQUEST_ORIGIN_DENIED");
  });

  test("without the API token, or with a wrong one", async () => {
    using folder = tempFolder();
    const apiToken = "0123456789abcdef-token";
    folder.write("autoflow.yaml", JSON.stringify({ api_token: apiToken }));
    await using guarded = await DevServer.startIn(folder);
    await problem(await fetch(`${guarded.url}/api/v1/runs`), 401, "AUTH_REQUIRED");
    const wrong = { headers: { authorization: "Bearer wrong" } };
    await problem(await fetch(`${guarded.url}/api/v1/runs`, wrong), 401, "AUTH_REQUIRED");
    const refused = await guarded.cli("runs", "list");
    assert.equal(refused.code, 4);
    assert.match(refused.stderr, /^AUTH_REQUIRED: [^]*AUTOFLOW_TOKEN/);
    const env = { AUTOFLOW_SERVER: guarded.url, AUTOFLOW_TOKEN: apiToken };
    assert.equal((await autoflow(["runs", "list"], { cwd: folder.path, env })).code, 0);
    assert.equal((await fetch(`${guarded.url}/healthz`)).status, 200);
  });
});

describe("scripts", () => {
  test("with a syntax error", async () => {
    using folder = tempFolder();
    folder.write("bad.star", "def f(:\n    pass\n");
    const { code, stdout } = await autoflow(["lint", "bad.star"], { cwd: folder.path });
    assert.equal(code, 1);
    assert.match(stdout, /^bad\.star:1:\d+: error: got ':', want '\)' \[SCRIPT_SYNTAX\]\n$/);
  });

  test("whose top level raises, or which load what is not there", async () => {
    using folder = tempFolder();
    folder.write("raises.star", "x = [][0]\non_event(type = 't', handler = lambda w, ev: x, name = 'h')\n");
    folder.write("loads.star", 'load("gone.star", "x")\non_event(type = "t", handler = x)\n');
    const raises = await autoflow(["lint", "raises.star"], { cwd: folder.path });
    assert.equal(raises.code, 1);
    assert.match(raises.stdout, /^raises\.star:1:\d+: error: .*out of range.* \[SCRIPT_LOAD_FAILED\]$/m);
    const loads = await autoflow(["lint", "loads.star"], { cwd: folder.path });
    assert.equal(loads.code, 1);
    assert.match(loads.stdout, /^loads\.star:1:\d+: error: .*gone\.star.* \[SCRIPT_LOAD_FAILED\]$/m);
  });

  test("a handler that raises fails its run with a traceback", async () => {
    await server.send("raise", {}, "raise-1");
    const { id, state, error } = await server.untilEnded("raise-1");
    assert.equal(state, "failed");
    assert.equal(error!.code, "RUN_FAILED");
    assert.match(error!.message, /missing/);
    const traceback = /main\.star:6:\d+: in raising\n.*main\.star:3:\d+: in inner\n.*key "missing" not in dict/;
    assert.match(error!.traceback!, traceback);
    assert.match((await server.cli("runs", "show", id)).stdout, /RUN_FAILED[^]*main\.star:6:\d+: in raising/);
  });

  test("an HTTP host that cannot be reached fails the call, which says where it was to go", async () => {
    const url = `http://127.0.0.1:${await freePort()}/x`;
    await server.send("unreachable", { url }, "unreachable-1");
    const { error } = await server.untilEnded("unreachable-1");
    assert.equal(error!.code, "HTTP_CONNECTION_FAILED");
    assert.equal(error!.attempts, 2);
    assert.ok(error!.message.includes(new URL(url).host), error!.message);
    assert.match(error!.traceback!, /main\.star:9:\d+: in unreachable/);
    await server.send("unreachable", { url: "http://nowhere.invalid/" }, "unreachable-2");
    const named = (await server.untilEnded("unreachable-2")).error!;
    assert.equal(named.code, "HTTP_CONNECTION_FAILED");
    assert.match(named.message, /nowhere\.invalid/);
  });

  test("an address that may not be called is refused, and can be caught", async () => {
    await server.send("attempt", { url: "http://169.254.169.254/latest" }, "attempt-1");
    assert.equal((await server.untilEnded("attempt-1")).state, "succeeded");
    const line = "attempted False HTTP_ADDRESS_DENIED False";
    await eventually("it is printed", () => server.printed.includes(line));
  });
});

describe("the command line", () => {
  const run = (...args: string[]) => autoflow(args, { cwd: server.folder.path });

  test("with wrong usage exits with 2", async () => {
    for (const args of [["nonsense"], ["events", "send"], ["runs", "show"], ["runs", "list", "--state", "asleep"]]) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 2, args.join(" "));
      assert.match(stderr, /error: /);
    }
    const malformed = await run("events", "send", "-p", "1", "-t", "t", "--data", "{");
    assert.equal(malformed.code, 2);
    assert.match(malformed.stderr, /JSON/);
  });

  test("with a wrong configuration says where", async () => {
    using folder = tempFolder();
    folder.write("autoflow.yaml", "listen:\n  port: 8080\n  hots: localhost\nlimits:\n  depth: many\n");
    const { code, stderr } = await autoflow(["serve"], { cwd: folder.path });
    assert.equal(code, 2);
    assert.match(stderr, /^CONFIG_INVALID: /m);
    assert.match(stderr, /autoflow\.yaml:3[^]*hots[^]*autoflow\.yaml:5/);
  });
});
