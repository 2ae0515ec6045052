import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FunctionDefinition } from "../model.ts";
import { argumentProblems } from "./argument-problems.ts";
import { functionOf, planOf } from "./testing/function-under-test.ts";

const files = {
  "a.json": JSON.stringify({
    openapi: "3.0.0",
    paths: {
      "/a/{id}": {
        parameters: [
          { name: "id", in: "path" },
          { name: "X-Tenant", in: "header", required: true },
        ],
        get: { operationId: "get", responses: {} },
        post: { operationId: "post", requestBody: { content: { "application/json": {} } }, responses: {} },
      },
    },
  }),
  "p.proto":
    'syntax = "proto3"; message M { string user_name = 1; } service S { rpc Do(M) returns (M); rpc Many(stream M) returns (M); }',
  "s.graphql": "type Query { pet(id: ID!): Pet }",
  "e.yaml": "asyncapi: 2.0.0\nchannels: { 'x/{n}': { publish: { operationId: send } } }",
};

function problems(type: FunctionDefinition["type"], operation: string, names: string[]): string[] {
  const { plan } = planOf(functionOf(operation, { type }), files);
  assert.ok(plan !== undefined);
  return argumentProblems(plan, new Set(names));
}

describe("the names of arguments", () => {
  it("are those that are required, and known where nothing takes the others", () => {
    assert.deepEqual(problems("rest", "a.json#get", ["id", "x-tenant"]), []);
    assert.deepEqual(problems("rest", "a.json#post", ["id", "X-Tenant", "anything"]), []);
    assert.deepEqual(problems("rest", "a.json#get", ["x-tenant", "labels"]), [
      'the path parameter "id" is missing',
      '"labels" is not sent or refused: the operation has no parameter of that name and no body',
    ]);
    assert.deepEqual(problems("rest", "a.json#post", ["id"]), ['the header parameter "X-Tenant" is missing']);
  });

  it("of other functions are those of the address, the schema, the message", () => {
    assert.deepEqual(problems("custom", "rest:get:/a/{b}?c={c}", ["b"]), [
      '"c", which is part of the address, is missing',
    ]);
    assert.deepEqual(problems("asyncapi", "e.yaml#send", ["m"]), ['"n", which is part of the address, is missing']);
    assert.deepEqual(problems("odata", "http://a#B", ["key", "filter"]), [
      '"filter" is not sent or refused: it takes queryOptions and key',
    ]);
    assert.deepEqual(problems("graphql", "s.graphql#query#pet", ["id", "name"]), [
      '"name" is not sent or refused: pet has no such argument',
    ]);
    assert.deepEqual(problems("graphql", "http://a#query#pet", ["name"]), []);
    assert.deepEqual(problems("rpc", "p.proto#S#Do", ["user_name", "userName", "user"]), [
      '"user" is not sent or refused: M has no such field',
    ]);
    assert.deepEqual(problems("rpc", "p.proto#S#Many", ["all"]), []);
    assert.deepEqual(problems("custom", "sysout:INFO", ["anything"]), []);
  });
});
