import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { prepareCall, readAnswer } from "../call.ts";
import type { CallContext } from "../call-context.ts";
import { contextOf, functionOf, planOf, valueOf } from "../testing/function-under-test.ts";

const tracker = `
openapi: 3.0.3
info: { title: Tracker, version: "1" }
paths:
  /api/v4/projects:
    get:
      operationId: getProjects
      security: [ { access_token_header: [] } ]
      parameters:
        - { name: search, in: query, schema: { type: string } }
        - { name: simple, in: query, schema: { type: boolean, default: false } }
        - { name: order_by, in: query, schema: { type: string, default: created_at } }
      responses: { "200": { description: ok, content: { application/json: { schema: { type: array } } } } }
  /api/v4/projects/{id}/issues:
    post:
      operationId: postIssue
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: "#/components/schemas/NewIssue" }
      responses: { "201": { description: created } }
  /api/v4/projects/{id}/issues/{issue_iid}:
    put:
      operationId: putIssue
      parameters:
        - { name: id, in: path, required: true, schema: { type: string } }
        - { name: issue_iid, in: path, required: true, schema: { type: integer } }
        - { name: state_event, in: query, schema: { type: string } }
      responses: { "200": { description: ok } }
components:
  schemas:
    NewIssue:
      type: object
      properties: { title: { type: string }, description: { type: string }, weight: { type: integer } }
  securitySchemes:
    access_token_header: { type: apiKey, name: PRIVATE-TOKEN, in: header }
`;
const files = { "specs/tracker-openapi.yaml": tracker };

function prepare(
  operation: string,
  args: unknown,
  properties: Record<string, string> = {},
  overrides: Partial<CallContext> = {},
) {
  const { plan, problems } = planOf(functionOf(`specs/tracker-openapi.yaml#${operation}`), files);
  assert.deepEqual(problems, []);
  assert.ok(plan !== undefined);
  // The plan is part of the image.
  const stored = JSON.parse(JSON.stringify(plan)) as typeof plan;
  return prepareCall(
    stored,
    args === undefined ? undefined : valueOf(args),
    contextOf({ "quarkus.rest-client.tracker_openapi_yaml.url": "https://git.example/", ...properties }, overrides),
  );
}

function inputOf(prepared: ReturnType<typeof prepare>): Map<string, unknown> {
  assert.equal(prepared.kind, "call", JSON.stringify(prepared));
  assert.ok(prepared.kind === "call" && prepared.input instanceof Map);
  return prepared.input;
}

describe("a call of an operation", () => {
  const token = {
    "quarkus.openapi-generator.tracker_openapi_yaml.auth.access_token_header.api-key": "\ufdd0GITLAB_TOKEN\ufdd1",
  };

  it("sends arguments where they are declared, and the rest as the body", () => {
    const input = inputOf(
      prepare("postIssue", { id: "group/app", title: "New", description: null, labels: ["a"] }, token),
    );
    assert.equal(input.get("method"), "POST");
    assert.equal(input.get("url"), "https://git.example/api/v4/projects/group%2Fapp/issues");
    assert.equal(input.get("body"), '{"title":"New","labels":["a"]}');
    assert.deepEqual(
      new Map(input.get("headers") as [string, string][]),
      new Map([
        ["kogitoprocid", "order"],
        ["kogitoprocinstanceid", "0199d0a0-0000-7000-8000-000000000001"],
        ["kogitoprocversion", "1.0"],
        ["kogitoproctype", "SW"],
        ["kogitoprocist", "Active"],
        ["PRIVATE-TOKEN", "\ufdd0GITLAB_TOKEN\ufdd1"],
        ["content-type", "application/json"],
      ]),
    );
  });

  it("sends no defaults of the document", () => {
    const input = inputOf(prepare("getProjects", { search: "approvals & more", simple: true }));
    assert.equal(input.get("url"), "https://git.example/api/v4/projects?search=approvals%20%26%20more&simple=true");
    assert.equal(input.get("body"), undefined);
    assert.ok((input.get("headers") as string[][]).every(([name]) => name !== "content-type"));
  });

  it("sends no body and no content type where the operation declares none", () => {
    const input = inputOf(prepare("putIssue", { id: 7, issue_iid: 12, state_event: "close" }));
    assert.equal(input.get("url"), "https://git.example/api/v4/projects/7/issues/12?state_event=close");
    assert.equal(input.has("body"), false);
    assert.ok((input.get("headers") as string[][]).every(([name]) => name !== "content-type"));
  });

  it("fails, naming operation and parameter, when a path parameter is missing, null, empty or leads elsewhere", () => {
    for (const [args, problem] of [
      [{ issue_iid: 1 }, 'the path parameter "id" is required and is not among the arguments'],
      [{ id: null, issue_iid: 1 }, 'the path parameter "id" is required and is null'],
      [{ id: "", issue_iid: 1 }, 'the path parameter "id" is empty'],
      [{ id: "..", issue_iid: 1 }, 'an argument makes ".." of a part of the path'],
    ] as const) {
      const prepared = prepare("putIssue", args);
      assert.ok(prepared.kind === "problem");
      assert.equal(prepared.failure.code, "FUNCTION_CALL_INVALID");
      assert.ok(
        prepared.failure.message.startsWith(`call (specs/tracker-openapi.yaml#putIssue): ${problem}`),
        prepared.failure.message,
      );
    }
  });

  it("says which property is missing when nothing says where the service is", () => {
    const prepared = prepare("getProjects", {}, { "quarkus.rest-client.tracker_openapi_yaml.url": "" });
    assert.ok(prepared.kind === "problem");
    assert.match(
      prepared.failure.message,
      /set quarkus\.rest-client\.tracker_openapi_yaml\.url in application\.properties/,
    );
  });

  it("lets an argument set what is otherwise set for it", () => {
    const document = `
openapi: 3.0.0
servers: [ { url: "https://a.example/{unset}" } ]
paths:
  /a:
    post:
      operationId: a
      parameters: [ { name: Authorization, in: header }, { name: Content-Type, in: header, required: true }, { name: accept, in: header } ]
      requestBody: { content: { application/json: {} } }
      responses: { "200": { content: { application/json: {} } } }
components: { securitySchemes: { b: { type: http, scheme: bearer } } }
`;
    const { plan } = planOf(functionOf("a.yaml#a"), { "a.yaml": document });
    const properties = {
      "quarkus.rest-client.a_yaml.url": "https://a.example",
      "quarkus.openapi-generator.a_yaml.auth.b.bearer-token": "t",
    };
    const headers = (args: unknown): unknown[] => {
      const input = inputOf(prepareCall(plan!, valueOf(args), contextOf(properties)));
      return (input.get("headers") as [string, string][])
        .filter(([name]) => !name.startsWith("kogito"))
        .map((pair) => pair.join(": "));
    };
    assert.deepEqual(headers({ x: 1 }), [
      "accept: application/json",
      "authorization: Bearer t",
      "content-type: application/json",
    ]);
    assert.deepEqual(
      headers({ x: 1, Authorization: "Own u", "Content-Type": "application/x+json", accept: "text/csv" }),
      ["Authorization: Own u", "Content-Type: application/x+json", "accept: text/csv"],
    );
    const nowhere = prepareCall(plan!, valueOf({}), contextOf());
    assert.ok(nowhere.kind === "problem");
    assert.match(
      nowhere.failure.message,
      /names the server "https:\/\/a\.example\/\{unset\}", which is no whole address/,
    );
  });

  it("keeps queries of the configured address and of the path", () => {
    const document =
      '{"openapi":"3.0.0","paths":{"/a?kind=x":{"get":{"operationId":"a","parameters":[{"name":"q","in":"query"}]}}}}';
    const { plan } = planOf(functionOf("a.json#a"), { "a.json": document });
    const properties = { "quarkus.rest-client.a_json.url": "https://a.example/base/?k=1" };
    const input = inputOf(prepareCall(plan!, valueOf({ q: 2 }), contextOf(properties)));
    assert.equal(input.get("url"), "https://a.example/base/a?k=1&kind=x&q=2");
  });

  it("warns of arguments that nothing takes", () => {
    const prepared = prepare("putIssue", { id: 1, issue_iid: 2, labels: "x" });
    assert.ok(prepared.kind === "call");
    assert.deepEqual(prepared.warnings, [
      'call: specs/tracker-openapi.yaml#putIssue takes no body, so "labels" was not sent',
    ]);
  });
});

describe("an HTTP answer", () => {
  const { plan } = planOf(functionOf("specs/tracker-openapi.yaml#getProjects"), files);
  const answer = (status: number, body: string, type = "application/json") => ({
    value: valueOf({ status_code: status, status: `${status} Text`, headers: [["Content-Type", type]], body }),
  });

  it("is the value of its JSON, or its text, or null when it is empty", () => {
    for (const [body, type, value] of [
      ['{"b":1,"10":2,"9":3}', "application/json", new Map(Object.entries({ b: 1 })).set("10", 2).set("9", 3)],
      ["[1]", "application/problem+json; charset=utf-8", [1]],
      ["plain", "text/plain", "plain"],
      ["", "application/json", null],
    ] as const) {
      const read = readAnswer(plan!, answer(200, body, type), 0);
      assert.ok("result" in read);
      assert.deepEqual(read.result.value, value);
      assert.equal(read.result.statusCode, 200);
      assert.equal(read.result.statusMessage, "Text");
    }
  });

  it("is a failure with its status and what was said", () => {
    const read = readAnswer(plan!, answer(404, '{"message":"404 Project Not Found"}'), 0);
    assert.ok("failure" in read);
    assert.equal(read.failure.code, "HTTP_STATUS");
    assert.equal(
      read.failure.message,
      'call: specs/tracker-openapi.yaml#getProjects answered with status code 404 (Text): {"message":"404 Project Not Found"}',
    );
    assert.deepEqual(read.failure.details, { status_code: 404, body: '{"message":"404 Project Not Found"}' });
  });

  it("is data where the function says that a status is no failure", () => {
    const lenient = planOf(
      functionOf("specs/tracker-openapi.yaml#getProjects", { metadata: { failOnStatusCode: false } }),
      files,
    );
    const read = readAnswer(lenient.plan!, answer(404, '{"message":"no"}'), 0);
    assert.ok("result" in read);
    assert.deepEqual(read.result.value, new Map([["message", "no"]]));
    assert.equal(read.result.statusCode, 404);
  });

  it("is a failure when it is not the JSON that it says it is", () => {
    const read = readAnswer(plan!, answer(200, "<html>"), 0);
    assert.ok("failure" in read);
    assert.equal(read.failure.code, "FUNCTION_ANSWER_INVALID");
  });
});
