import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RestPlan } from "../rest/rest-plan.ts";
import { functionOf, planOf } from "../testing/function-under-test.ts";

function restPlan(operation: string, files: Record<string, string>): RestPlan {
  const { plan, problems } = planOf(functionOf(operation), files);
  assert.deepEqual(problems, []);
  assert.ok(plan?.kind === "rest");
  // As it comes out of the image.
  return JSON.parse(JSON.stringify(plan)) as RestPlan;
}

function problemsOf(operation: string, files: Record<string, string>): string[] {
  return planOf(functionOf(operation), files).problems;
}

const shop3 = `
openapi: 3.1.0
info: { title: Shop API, version: "1" }
servers: [ { url: "https://{region}.shop.example/v1", variables: { region: { default: eu } } } ]
security: [ { key: [] } ]
paths:
  /items/{id}:
    servers: [ { url: "https://items.example" } ]
    parameters:
      - { name: id, in: path, required: true, schema: { type: string } }
      - { name: lang, in: query, schema: { type: string } }
      - $ref: "common/parameters.yaml#/tenant"
    get:
      operationId: getItem
      parameters:
        - { name: lang, in: query, style: spaceDelimited, explode: false, schema: { type: array } }
        - { name: Accept, in: header, required: true, schema: { type: string } }
        - { name: filter, in: query, content: { application/json: { schema: { type: object } } } }
      responses: { "200": { $ref: "#/components/responses/Item" } }
    patch:
      operationId: patchItem
      servers: [ { url: "https://patch.example/base/" } ]
      requestBody: { $ref: "#/components/requestBodies/Patch" }
      security: []
      responses: { "204": { description: done } }
  /orders:
    $ref: "orders.yaml"
  /no-id/{a}/x-y: { get: { responses: {} } }
components:
  responses: { Item: { description: ok, content: { application/json: {}, text/csv: {} } } }
  requestBodies:
    Patch:
      required: true
      content:
        text/plain: {}
        application/merge-patch+json: { schema: { $ref: "common/types.json#/Item" } }
        application/x-www-form-urlencoded: {}
  securitySchemes:
    key: { type: apiKey, in: query, name: k }
    login: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://id.example/t", scopes: { read: r } } } }
    digest: { type: http, scheme: digest }
`;
const files3 = {
  "specs/shop.yaml": shop3,
  "specs/common/parameters.yaml": "tenant: { name: X-Tenant, in: header, schema: { type: string } }",
  "specs/common/types.json": `{"Item": {"type": "object", "required": ["owner"],
    "properties": {"name": {"type": "string"}, "size": {"type": ["integer", "null"]}, "owner": {"type": ["string", "null"]},
      "parent": {"$ref": "#/Item"}, "tags": {"type": "array", "items": {"type": "string"}}},
    "allOf": [{"properties": {"extra": {"type": "boolean"}}}]}}`,
  "specs/orders.yaml":
    "post: { operationId: placeOrder, requestBody: { content: { '*/*': { schema: { type: array } } } }, responses: {} }",
};

describe("a function of type rest with OpenAPI 3", () => {
  it("has the parameters of path and operation, references to other files followed", () => {
    const plan = restPlan("specs/shop.yaml#getItem", files3);
    assert.equal(plan.method, "GET");
    assert.equal(plan.path, "/items/{id}");
    assert.deepEqual(plan.parameters, [
      { name: "id", in: "path", style: "simple", explode: false, required: true },
      { name: "lang", in: "query", style: "spaceDelimited", explode: false },
      { name: "X-Tenant", in: "header", style: "simple", explode: false },
      { name: "Accept", in: "header", style: "simple", explode: false },
      { name: "filter", in: "query", style: "json", explode: false },
    ]);
    assert.equal(plan.body, undefined);
    assert.equal(plan.accept, "application/json, text/csv");
  });

  it("is where the operation, the path or the document says", () => {
    assert.equal(restPlan("specs/shop.yaml#getItem", files3).server, "https://items.example");
    assert.equal(restPlan("specs/shop.yaml#patchItem", files3).server, "https://patch.example/base/");
    assert.equal(restPlan("specs/shop.yaml#placeOrder", files3).server, "https://eu.shop.example/v1");
  });

  it("is beside its document when that comes from an address", () => {
    const server = (url: string): string => {
      const text = `{"openapi":"3.0.0","servers":[{"url":"${url}"}],"paths":{"/a":{"get":{"operationId":"a","responses":{}}}}}`;
      return restPlan("https://api.example/v3/openapi.json#a", { "https://api.example/v3/openapi.json": text }).server;
    };
    assert.equal(server("/v4"), "https://api.example/v4");
    assert.equal(server("v5"), "https://api.example/v3/v5");
    assert.equal(server("//other.example/x"), "https://other.example/x");
    assert.equal(server("http://a.example"), "http://a.example");
    assert.equal(server("/"), "https://api.example/");
  });

  it("sends JSON where it may choose, in the shape of the schema", () => {
    assert.deepEqual(restPlan("specs/shop.yaml#placeOrder", files3).body, {
      kind: "json",
      mediaType: "application/json",
      required: false,
      shape: { type: "array" },
    });
    const { body } = restPlan("specs/shop.yaml#patchItem", files3);
    assert.equal(body?.mediaType, "application/merge-patch+json");
    assert.equal(body.required, true);
    const { properties } = body.shape;
    assert.deepEqual(
      { ...properties, parent: undefined },
      {
        name: { type: "string" },
        size: { type: "integer" },
        owner: { type: "string", nullable: true },
        parent: undefined,
        tags: { type: "array", items: { type: "string" } },
        extra: { type: "boolean" },
      },
    );
    assert.deepEqual(properties?.["parent"]?.properties?.["name"], { type: "string" });
  });

  it("knows all schemes, and which the operation asks for", () => {
    const plan = restPlan("specs/shop.yaml#getItem", files3);
    assert.deepEqual(plan.security, ["key"]);
    assert.deepEqual(restPlan("specs/shop.yaml#patchItem", files3).security, []);
    assert.deepEqual(plan.schemes, [
      { name: "key", kind: "apiKey", in: "query", parameter: "k" },
      { name: "login", kind: "oauth2", flow: "clientCredentials", scopes: ["read"], tokenUrl: "https://id.example/t" },
      { name: "digest", kind: "unsupported", what: 'the HTTP scheme "digest"' },
    ]);
  });

  it("is found by the id that generators give to an operation without one", () => {
    assert.equal(restPlan("specs/shop.yaml#getNoIdAXY", files3).path, "/no-id/{a}/x-y");
  });

  it("is looked up in properties by the names of its document", () => {
    assert.deepEqual(restPlan("specs/shop.yaml#getItem", files3).keys, [
      "shop_yaml",
      "specs_shop_yaml",
      "Shop_API",
      "call",
    ]);
  });

  it("is small in the image", () => {
    assert.ok(JSON.stringify(restPlan("specs/shop.yaml#patchItem", files3)).length < 3000);
  });
});

describe("a function of type rest with OpenAPI 2", () => {
  const files = {
    "old.json": JSON.stringify({
      swagger: "2.0",
      info: { title: "Old", version: "1" },
      host: "old.example:8443",
      basePath: "/api",
      schemes: ["http", "https"],
      consumes: ["application/xml", "application/json"],
      produces: ["application/json"],
      paths: {
        "/pets": {
          post: {
            operationId: "addPet",
            parameters: [{ name: "body", in: "body", required: true, schema: { $ref: "#/definitions/Pet" } }],
            responses: {},
          },
          get: {
            operationId: "findPets",
            schemes: ["http"],
            parameters: [
              { name: "tags", in: "query", type: "array", items: { type: "string" } },
              { name: "status", in: "query", type: "array", collectionFormat: "multi" },
              { name: "ids", in: "query", type: "array", collectionFormat: "pipes" },
              { $ref: "#/parameters/limit" },
            ],
            responses: {},
          },
        },
        "/pets/{id}/photo": {
          put: {
            operationId: "putPhoto",
            consumes: ["multipart/form-data"],
            parameters: [
              { name: "id", in: "path", type: "integer", required: true },
              { name: "note", in: "formData", type: "string" },
              { name: "file", in: "formData", type: "file" },
            ],
            responses: {},
          },
          post: {
            operationId: "noteOf",
            consumes: ["application/x-www-form-urlencoded"],
            parameters: [
              { name: "id", in: "path", type: "integer", required: true },
              { name: "colors", in: "formData", type: "array" },
            ],
            responses: {},
          },
        },
      },
      parameters: { limit: { name: "limit", in: "query", type: "integer", required: true } },
      definitions: { Pet: { type: "object", properties: { name: { type: "string" } } } },
      securityDefinitions: {
        user: { type: "basic" },
        key: { type: "apiKey", name: "X-Key", in: "header" },
        app: { type: "oauth2", flow: "application", tokenUrl: "https://id.example/token", scopes: { a: "" } },
      },
    }),
  };

  it("has host, base path and the safest scheme", () => {
    assert.equal(restPlan("old.json#addPet", files).server, "https://old.example:8443/api");
    assert.equal(restPlan("old.json#findPets", files).server, "http://old.example:8443/api");
  });

  it("has collection formats as styles", () => {
    assert.deepEqual(restPlan("old.json#findPets", files).parameters, [
      { name: "tags", in: "query", style: "form", explode: false },
      { name: "status", in: "query", style: "form", explode: true },
      { name: "ids", in: "query", style: "pipeDelimited", explode: false },
      { name: "limit", in: "query", style: "form", explode: false, required: true },
    ]);
  });

  it("has a body parameter, a form, or parts", () => {
    assert.deepEqual(restPlan("old.json#addPet", files).body, {
      kind: "json",
      mediaType: "application/json",
      required: true,
      shape: { type: "object", properties: { name: { type: "string" } } },
      name: "body",
    });
    const photo = restPlan("old.json#putPhoto", files);
    assert.equal(photo.body?.kind, "multipart");
    assert.deepEqual({ ...photo.body?.shape.properties }, { note: { type: "string" }, file: { isFile: true } });
    const note = restPlan("old.json#noteOf", files).body;
    assert.equal(note?.kind, "form");
    assert.deepEqual({ ...note?.encoding }, { colors: { style: "form", explode: false } });
  });

  it("has its security definitions", () => {
    assert.deepEqual(restPlan("old.json#addPet", files).schemes, [
      { name: "user", kind: "basic" },
      { name: "key", kind: "apiKey", in: "header", parameter: "X-Key" },
      { name: "app", kind: "oauth2", flow: "clientCredentials", scopes: ["a"], tokenUrl: "https://id.example/token" },
    ]);
  });
});

describe("an operation that cannot be planned", () => {
  it("is told with what was meant", () => {
    assert.deepEqual(problemsOf("specs/shop.yaml#getItems", files3), [
      'w.sw.yaml:1 function "call": specs/shop.yaml has no operation with the id "getItems"; did you mean getItem?',
    ]);
    assert.deepEqual(problemsOf("specs/shop.yaml", files3), [
      'w.sw.yaml:1 function "call": its operation has to be "path/of/openapi.yaml#operationId", got "specs/shop.yaml"',
    ]);
    assert.deepEqual(problemsOf("x.yaml#a", { "x.yaml": "asyncapi: 2.0.0" }), [
      'w.sw.yaml:1 function "call": x.yaml is no OpenAPI document of version 2.0, 3.0 or 3.1',
    ]);
  });

  it("is told at the reference that leads nowhere, or in a circle", () => {
    const text = (reference: string) => `openapi: 3.0.0
paths:
  /a:
    get:
      operationId: a
      parameters:
        - $ref: "${reference}"
components: { parameters: { b: { $ref: "#/components/parameters/c" }, c: { $ref: "#/components/parameters/b" } } }
`;
    for (const reference of ["#/components/parameters/none", "other.yaml#/p", "#/components/parameters/b"]) {
      assert.deepEqual(problemsOf("x.yaml#a", { "x.yaml": text(reference) }), [
        `x.yaml:7 "${reference}" is not there, or refers to itself`,
      ]);
    }
  });
});
