import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { FunctionDefinition } from "../model.ts";
import { argumentProblems } from "./argument-problems.ts";
import { prepareCall, readAnswer } from "./call.ts";
import { propertyNamesOf } from "./property-names.ts";
import { contextOf, functionOf, planOf, valueOf } from "./testing/function-under-test.ts";

/** Words that mean something in the documents of functions. */
const words = [
  "openapi",
  "swagger",
  "asyncapi",
  "paths",
  "/a/{id}",
  "get",
  "post",
  "operationId",
  "op",
  "parameters",
  "name",
  "in",
  "path",
  "query",
  "header",
  "body",
  "formData",
  "style",
  "explode",
  "schema",
  "type",
  "object",
  "array",
  "properties",
  "items",
  "allOf",
  "$ref",
  "#/components/schemas/A",
  "components",
  "schemas",
  "A",
  "requestBody",
  "content",
  "application/json",
  "multipart/form-data",
  "encoding",
  "security",
  "securitySchemes",
  "oauth2",
  "flows",
  "servers",
  "url",
  "variables",
  "channels",
  "operations",
  "channel",
  "bindings",
  "http",
  "3.0.0",
  "2.0",
  "2.6.0",
  "required",
  "id",
  "address",
  "messages",
  "protocol",
  "__proto__",
  "constructor",
];

const leaf = fc.oneof(fc.constantFrom(...words), fc.constant(null), fc.boolean(), fc.integer());
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    leaf,
    fc.array(tie("document"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.array(fc.tuple(fc.constantFrom(...words), tie("document")), { maxLength: 6 }).map(Object.fromEntries),
}));

/** Whatever stands in a document, all that is done with a plan answers. */
function exercise(type: FunctionDefinition["type"], operation: string, files: Record<string, string>): void {
  const { plan } = planOf(functionOf(operation, { type }), files);
  if (plan === undefined) return;
  const stored = JSON.parse(JSON.stringify(plan)) as typeof plan;
  propertyNamesOf(stored);
  argumentProblems(stored, new Set(["id", "name"]));
  for (const args of [undefined, { id: "x", name: [1, { a: null }], body: {} }, [1], "text"]) {
    prepareCall(
      stored,
      args === undefined ? undefined : valueOf(args),
      contextOf({ "quarkus.rest-client.a_json.url": "http://a" }),
    );
  }
  const answer = valueOf({ status_code: 200, status: "200 OK", headers: [["a", 1], null], body: "[" });
  for (const value of [answer, null, "x"]) readAnswer(stored, { value }, 0);
}

describe("a document of a function", () => {
  it("may hold anything: it is planned or told, and nothing else happens", () => {
    const whole = fc.record(
      {
        openapi: fc.constantFrom("3.0.0", "3.1.0", undefined),
        swagger: fc.constantFrom("2.0", undefined),
        asyncapi: fc.constantFrom("2.6.0", "3.0.0"),
        paths: fc.oneof(
          document,
          fc.record({
            "/a/{id}": fc.record({
              parameters: document,
              post: fc.record({
                operationId: fc.constant("op"),
                parameters: document,
                requestBody: document,
                responses: document,
                security: document,
              }),
            }),
          }),
        ),
        channels: document,
        operations: document,
        servers: document,
        components: document,
        securityDefinitions: document,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(whole, (content) => {
        const files = { "a.json": JSON.stringify(content) };
        exercise("rest", "a.json#op", files);
        exercise("asyncapi", "a.json#op", files);
      }),
      { numRuns: 300 },
    );
  });

  it("may be any text where it is a .proto file or a GraphQL schema", () => {
    const tokens = [
      "message",
      "M",
      "{",
      "}",
      "(",
      ")",
      ";",
      "=",
      "1",
      "string",
      "service",
      "S",
      "rpc",
      "D",
      "returns",
      "stream",
      "enum",
      "oneof",
      "map<",
      "type",
      "Query",
      ":",
      "!",
      "[",
      "]",
      "@",
      '"',
      "/*",
      "//",
      "\n",
      "option",
      "extend",
      ".",
    ];
    const text = fc.array(fc.constantFrom(...tokens), { maxLength: 40 }).map((list) => list.join(" "));
    fc.assert(
      fc.property(text, (content) => {
        exercise("rpc", "a.proto#S#D", { "a.proto": content });
        exercise("graphql", "a.graphql#query#M", { "a.graphql": content });
      }),
      { numRuns: 500 },
    );
  });

  it("may refer to itself in schemas without end", () => {
    const files = {
      "a.json": JSON.stringify({
        openapi: "3.0.0",
        paths: {
          "/a": {
            post: {
              operationId: "op",
              requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/A" } } } },
            },
          },
        },
        components: {
          schemas: {
            A: {
              properties: Object.fromEntries(
                Array.from({ length: 30 }, (_, i) => [`p${i}`, { $ref: "#/components/schemas/A" }]),
              ),
              allOf: [{ $ref: "#/components/schemas/A" }],
            },
          },
        },
      }),
    };
    const { plan } = planOf(functionOf("a.json#op"), files);
    assert.ok(JSON.stringify(plan).length < 50_000);
  });
});
