import assert from "node:assert/strict";
import { it } from "node:test";
import { keptHeaders } from "./kept-headers.ts";

it("headers of the matter are kept, those of the connection and credentials are not", () => {
  const sent = {
    host: "127.0.0.1:8080",
    connection: "keep-alive",
    "content-type": "application/json",
    "content-length": "2",
    accept: "*/*",
    "sec-fetch-site": "same-origin",
    "user-agent": "curl/8",
    "x-request-id": "r1",
    "x-list": ["a", "b"],
    authorization: "Bearer secret",
    "proxy-authorization": "Basic secret",
    cookie: "a=secret",
    "x-authorization-github": "secret",
    "private-token": "secret",
    "x-api-key": "secret",
    "x-csrf": "secret",
    "x-session-id": "secret",
    "x-callback": "https://me:secret@example.com/",
    missing: undefined,
  };
  assert.deepEqual(keptHeaders(sent), { "user-agent": "curl/8", "x-request-id": "r1", "x-list": "a, b" });
  assert.equal(keptHeaders({ host: "x" }), undefined);
});

it("headers are kept up to a size", () => {
  assert.equal(keptHeaders({ "x-large": "v".repeat(9000), "x-a": "b" }), undefined);
  const many = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`x-${i}`, "v"]));
  assert.equal(Object.keys(keptHeaders(many) ?? {}).length, 50);
});
