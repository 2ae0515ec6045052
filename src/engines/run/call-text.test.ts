import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallEffect } from "../../core/effect.ts";
import { encodeWire, SecretText, type WireText, type WireValue } from "../../core/wire.ts";
import { describeAnswer, describeCall } from "./call-text.ts";

function call(action: string, input: WireValue, node?: string): CallEffect {
  const origin = { file: "w.sw.yaml", line: 1, column: 1, ...(node !== undefined && { node }) };
  return { kind: "call", n: 1, action, input: encodeWire(input), origin };
}

const answer = (body: WireValue, status = "201 Created"): WireText =>
  encodeWire({ status_code: Number.parseInt(status, 10), status, headers: [["date", "today"]], body });

test("an HTTP call is its method, its address without secrets, and where it is from", () => {
  const url = "http://127.0.0.1:7008/tasks";
  const headers = [["authorization", new SecretText([{ name: "TOKEN" }])]] as WireValue;
  const text = describeCall(call("http", { method: "POST", url, headers }, "LaunchTemplate/launch"));
  assert.equal(text, `http POST ${url} (LaunchTemplate/launch)`);
  const secret = new SecretText([`${url}?key=`, { name: "KEY", as: "percent" }, "&a=1"]);
  assert.equal(describeCall(call("http", { method: "GET", url: secret })), `http GET ${url}?key=***&a=1`);
  assert.equal(describeCall(call("http", { method: "GET", url: `${url}/${"x".repeat(500)}` })).length, 209);
});

test("a call of GitLab is its method, its path, its query and its body", () => {
  const gitlab = (input: WireValue): string => describeCall(call("gitlab", input, "_label"));
  assert.equal(gitlab({ method: "GET", path: "projects/1/issues/7" }), "gitlab GET projects/1/issues/7");
  const query = [
    ["state", "opened"],
    ["labels", "a,b"],
  ];
  assert.equal(
    gitlab({ method: "GET", path: "projects/:id/issues", query }),
    "gitlab GET projects/:id/issues?state=opened&labels=a,b",
  );
  assert.equal(
    gitlab({ method: "PUT", path: "projects/1/issues/7", query: [], body: { labels: "bug" } }),
    'gitlab PUT projects/1/issues/7 {"labels":"bug"}',
  );
  const secret = gitlab({ method: "POST", path: "hooks", body: { token: new SecretText([{ name: "HOOK" }]) } });
  assert.match(secret, /^gitlab POST hooks \{"token":.*HOOK/);
});

test("a call of another action, or one that is none of HTTP, is shown as it is", () => {
  assert.equal(describeCall(call("echo", { url: "x", method: "GET" })), 'echo {"url":"x","method":"GET"}');
  assert.equal(describeCall(call("http", { method: "GET" })), 'http {"method":"GET"}');
  assert.equal(describeCall(call("http", [])), "http []");
});

test("an answer of HTTP is its status and its body, on one line, cut", () => {
  assert.equal(describeAnswer(answer('{"id":"task-1"}')), '201 {"id":"task-1"}');
  assert.equal(describeAnswer(answer('{\n  "id": 1\n}\n')), '201 { "id": 1 }');
  assert.equal(describeAnswer(answer("", "204 No Content")), "204 No Content");
  assert.equal(describeAnswer(answer(new Uint8Array([255, 0]), "200 OK")), "200 OK, 2 bytes");
  assert.equal(describeAnswer(answer("x".repeat(5000), "200 OK")), `200 ${"x".repeat(199)}…`);
});

test("an answer of GitLab is its status and its body", () => {
  assert.equal(describeAnswer(encodeWire({ status_code: 200, body: { iid: 7 }, next: null })), '200 {"iid":7}');
  assert.equal(describeAnswer(encodeWire({ status_code: 204, body: null, next: null })), "204");
});

test("another answer is shown as it is", () => {
  for (const text of ['{"status_code":1}', '{"status_code":"broken', "null", '{"id":1}']) {
    assert.equal(describeAnswer(text as WireText), text);
  }
});
