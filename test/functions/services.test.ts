import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { functionOf, planOf } from "../../src/languages/serverless-workflow/functions/testing/function-under-test.ts";
import { callFunction, type Calling, oddSecret, openService, type Received, secret, valueFrom } from "./calls.ts";

async function received(operation: string, args: unknown, calling: Calling): Promise<Received> {
  return (await valueFrom(operation, args, calling)) as Received;
}

describe("a call with secrets among its arguments", () => {
  const document = JSON.stringify({
    openapi: "3.0.0",
    paths: {
      "/a/{id}": {
        post: {
          operationId: "post",
          parameters: [
            { name: "id", in: "path" },
            { name: "q", in: "query" },
            { name: "X-H", in: "header" },
          ],
          requestBody: { content: { "application/json": {} } },
          responses: {},
        },
        put: {
          operationId: "put",
          parameters: [{ name: "id", in: "path" }],
          requestBody: { content: { "application/x-www-form-urlencoded": {} } },
          responses: {},
        },
      },
    },
  });

  it("sends them whole wherever they stand, and history has none of them", async () => {
    let seen: Received | undefined;
    await using service = await openService((request) => {
      seen = request;
      return { json: { said: request.body } };
    });
    const calling = { files: { "a.json": document }, properties: { "quarkus.rest-client.a_json.url": service.url } };
    const args = new Map([
      ["id", secret.ODD],
      ["q", `x${secret.ODD}`],
      ["X-H", secret.TOKEN],
      ["note", `<${secret.ODD}>`],
    ]);
    const { history } = await callFunction("a.json#post", args, calling);
    assert.equal(decodeURIComponent(seen!.url.split("?")[0]!), `/a/${oddSecret}`);
    assert.equal(new URL(seen!.url, "http://a").searchParams.get("q"), `x${oddSecret}`);
    assert.equal(seen!.headers["x-h"], "s3cr3t-value");
    assert.deepEqual(JSON.parse(seen!.body), { note: `<${oddSecret}>` });
    assert.doesNotMatch(history, /s3cr3t/);
    await callFunction(
      "a.json#put",
      new Map([
        ["id", "1"],
        ["note", secret.ODD],
      ]),
      calling,
    );
    assert.equal(new URLSearchParams(seen!.body).get("note"), oddSecret);
  });
});

describe("a custom function rest", () => {
  const custom = { type: "custom" } as const;
  const at = (url: string): Record<string, string> => ({ "kogito.sw.functions.call.host": url });

  it("puts arguments into the address, the query of a GET, or the body", async () => {
    await using service = await openService();
    const calling = { definition: custom, properties: at(service.url) };
    const get = await received(
      "rest:get:/numbers/{n}/divide?x={x}",
      { n: "a/b", x: "1&2", by: 2, list: [1, 2] },
      calling,
    );
    assert.equal(`${get.method} ${get.url}`, "GET /numbers/a%2Fb/divide?x=1%262&by=2&list=1&list=2");
    assert.equal(get.headers["content-type"], undefined);
    const post = await received(
      "rest:POST:/numbers/{n}",
      { n: 5, values: [1], HEADER_X_Run: "r", QUERY_dry: true },
      calling,
    );
    assert.equal(`${post.method} ${post.url} ${post.body}`, 'POST /numbers/5?dry=true {"values":[1]}');
    assert.equal(post.headers["x_run"], "r");
    assert.equal(post.headers["content-type"], "application/json");
    assert.equal(post.headers["kogitoprocid"], "order");
    const list = await received("rest:put:/all", [1, 2], calling);
    assert.equal(list.body, "[1,2]");
  });

  it("is where the operation says, with protocol, host and port of the properties", async () => {
    await using service = await openService();
    const { port } = new URL(service.url);
    const absolute = await received(`rest:get:${service.url}/x`, {}, { definition: custom });
    assert.equal(absolute.url, "/x");
    const moved = await received(
      "rest:get:http://localhost:1/y",
      {},
      {
        definition: custom,
        properties: { "kogito.sw.functions.call.host": "127.0.0.1", "kogito.sw.functions.call.port": port },
      },
    );
    assert.equal(moved.url, "/y");
    await assert.rejects(
      valueFrom("rest:get:/z", {}, { definition: custom }),
      /nothing says which host \\"\/z\\" is on; set kogito\.sw\.functions\.call\.host/,
    );
  });

  it("sends the configured credentials", async () => {
    await using service = await openService();
    const configured = (properties: Record<string, string>) =>
      received("rest:get:/", {}, { definition: custom, properties: { ...at(service.url), ...properties } });
    const basic = await configured({
      "kogito.sw.functions.call.username": "ann",
      "kogito.sw.functions.call.password": "pw12",
    });
    assert.match(basic.headers.authorization!, /^Basic /);
    assert.equal(service.received[0]!.headers.authorization, `Basic ${Buffer.from("ann:pw12").toString("base64")}`);
    assert.equal(
      (await configured({ "kogito.sw.functions.call.access_token": "t" })).headers.authorization,
      "Bearer t",
    );
    const key = await configured({
      "kogito.sw.functions.call.api_key": "k",
      "kogito.sw.functions.call.api_key_prefix": "Key",
    });
    assert.equal(key.headers["x-api-key"], "Key k");
  });

  it("lets no argument lead elsewhere", async () => {
    await assert.rejects(
      valueFrom("rest:get:http://a.example/x/{n}/y", { n: ".." }, { definition: custom }),
      /an argument makes \\"\.\.\\" of a part of the path/,
    );
    await assert.rejects(valueFrom("rest:get:http://a.example/x/{n}", {}, { definition: custom }), /argument \\"n\\"/);
  });

  it("is refused when it is of a kind that there is not, with what to do instead", () => {
    const problem = (operation: string): string => planOf(functionOf(operation, custom), {}).problems.join("\n");
    for (const operation of [
      "service:java:com.acme.A::b",
      "script:python:x",
      "camel:direct:a",
      "knative:services.v1",
      "dmn:a",
      "jwt-parser",
    ]) {
      assert.match(problem(operation), /cannot be carried out here; \w/, operation);
    }
    assert.match(problem("rest:fetch:/x"), /the method fetch cannot be used; write rest:<method>:<address>/);
    assert.match(problem("rest:/x"), /it cannot be used/);
  });
});

describe("a GraphQL function", () => {
  const graphql = { type: "graphql" } as const;
  const body = ({ body: text }: Received): unknown => JSON.parse(text);

  it("sends field, arguments and selection set, and gives the data", async () => {
    await using service = await openService(() => ({ json: { data: { pet: { name: "Rex" } } } }));
    const context = { selectionSet: "{ name owner { id } }" };
    const args = { id: 42, tags: ["a", 'b"'], where: { size: null, ok: true } };
    const value = await valueFrom(`${service.url}/graphql#query#pet`, args, { definition: graphql, context });
    assert.deepEqual(value, { pet: { name: "Rex" } });
    assert.deepEqual(body(service.received[0]!), {
      query: 'query { pet(id: 42, tags: ["a", "b\\""], where: {size: null, ok: true}) { name owner { id } } }',
    });
  });

  it("sends arguments as variables of the schema's types", async () => {
    await using service = await openService(() => ({ json: { data: {} } }));
    const schema = `
      schema { query: Root mutation: Changes }
      """ pets """
      type Changes { # all of them
        add(pet: PetInput! @deprecated(reason: "x"), "how many" count: Int = 1, tags: [String!]! = ["a"]): Pet
        drop: Boolean
      }
      input PetInput { name: String }`;
    const calling = {
      files: { "pets.graphql": schema },
      definition: graphql,
      context: { selectionSet: "id" },
      properties: { "kogito.sw.functions.call.url": `${service.url}/graphql` },
    };
    await valueFrom("pets.graphql#mutation#add", { pet: { name: "Rex" }, tags: [] }, calling);
    assert.deepEqual(body(service.received[0]!), {
      query: "mutation ($pet: PetInput!, $tags: [String!]!) { add(pet: $pet, tags: $tags) { id } }",
      variables: { pet: { name: "Rex" }, tags: [] },
    });
    await assert.rejects(
      valueFrom("pets.graphql#mutation#add", { pets: 1 }, calling),
      /add of pets\.graphql has no argument \\"pets\\"/,
    );
    assert.match(
      planOf(functionOf("pets.graphql#mutation#adds", graphql), calling.files).problems[0]!,
      /did you mean add\?/,
    );
  });

  it("sends a secret as a variable", async () => {
    let seen: unknown;
    await using service = await openService((request) => {
      seen = JSON.parse(request.body);
      return { json: { data: {} } };
    });
    await callFunction(`${service.url}#query#me`, new Map([["token", secret.ODD]]), { definition: graphql });
    assert.deepEqual(seen, { query: "query ($token: String!) { me(token: $token) }", variables: { token: oddSecret } });
  });

  it("fails with the messages of the errors", async () => {
    await using service = await openService(() => ({
      status: 400,
      json: { errors: [{ message: "no pet" }, { message: "no owner" }] },
    }));
    const { answered } = await callFunction(`${service.url}#query#pet`, {}, { definition: graphql });
    assert.ok("failure" in answered);
    assert.equal(answered.failure.code, "FUNCTION_FAILED");
    assert.match(answered.failure.message, /answered with errors: no pet; no owner$/);
  });

  it("is refused when its operation is none", () => {
    for (const operation of ["http://a", "http://a#subscription#x", "http://a#query#a b", "http://a#query"]) {
      assert.match(
        planOf(functionOf(operation, { ...graphql }), {}).problems[0]!,
        /its operation has to be/,
        operation,
      );
    }
  });
});

describe("an OData function", () => {
  const odata = { type: "odata" } as const;

  it("reads an entity set with query options, or one entity", async () => {
    await using service = await openService();
    const read = async (args: unknown): Promise<string> =>
      (await received(`${service.url}/V4/Service/#People`, args, { definition: odata })).url;
    assert.equal(
      await read({
        queryOptions: {
          filter: "FirstName eq 'Ann'",
          expand: ["Trips", "Friends"],
          top: 10,
          count: true,
          orderBy: "a desc",
          skip: null,
        },
      }),
      "/V4/Service/People?%24filter=FirstName%20eq%20%27Ann%27&%24expand=Trips,Friends&%24top=10&%24count=true&%24orderby=a%20desc".replace(
        "Trips,Friends",
        "Trips%2CFriends",
      ),
    );
    assert.equal(await read({}), "/V4/Service/People");
    assert.equal(await read({ key: "O'Neil/1" }), "/V4/Service/People('O%27%27Neil%2F1')");
    assert.equal(await read({ key: 7 }), "/V4/Service/People(7)");
    assert.equal(await read({ key: { a: 1, b: "x" } }), "/V4/Service/People(a=1,b='x')");
  });

  it("says which arguments it takes", async () => {
    await assert.rejects(
      valueFrom("http://a#P", { filter: "x" }, { definition: odata }),
      /takes the arguments queryOptions and key, got \\"filter\\"/,
    );
    assert.match(
      planOf(functionOf("http://a", odata), {}).problems[0]!,
      /has to be \\?"<address of the service>#<entity set>/,
    );
  });
});

describe("an AsyncAPI function", () => {
  const asyncapi = { type: "asyncapi" } as const;

  it("publishes by AsyncAPI 2", async () => {
    await using service = await openService();
    const document = `
asyncapi: 2.6.0
servers: { kafka: { url: k:9092, protocol: kafka }, bridge: { url: "${service.url}/{v}", protocol: http, variables: { v: { default: v1 } } } }
channels:
  lights/{id}/measured:
    publish:
      operationId: publishLight
      bindings: { http: { type: request, method: PUT, query: { type: object, properties: { dry: { type: boolean } } } } }
      message: { $ref: "#/components/messages/light" }
components: { messages: { light: { contentType: application/json, bindings: { http: { headers: { properties: { X-Trace: { type: string } } } } } } } }
`;
    const calling = { files: { "l.yaml": document }, definition: asyncapi };
    const request = await received("l.yaml#publishLight", { id: "a/1", lumens: 3, dry: true, "X-Trace": "t" }, calling);
    assert.equal(
      `${request.method} ${request.url} ${request.body}`,
      'PUT /v1/lights/a%2F1/measured?dry=true {"lumens":3}',
    );
    assert.equal(request.headers["x-trace"], "t");
    const payload = await received("l.yaml#publishLight", { id: 1, payload: [1] }, calling);
    assert.equal(payload.body, "[1]");
  });

  it("publishes by AsyncAPI 3, where properties say", async () => {
    await using service = await openService();
    const document = `
asyncapi: 3.0.0
channels: { lights: { address: "lights/{id}", messages: { m: { contentType: text/plain } } } }
operations: { turnOn: { action: send, channel: { $ref: "#/channels/lights" } } }
`;
    const calling = {
      files: { "l.yaml": document },
      definition: asyncapi,
      properties: { "quarkus.rest-client.l_yaml.url": `${service.url}/` },
    };
    const request = await received("l.yaml#turnOn", { id: 1, payload: "on" }, calling);
    assert.equal(`${request.method} ${request.url} ${request.body}`, "POST /lights/1 on");
    assert.equal(request.headers["content-type"], "text/plain");
  });

  it("is refused where messages are not published over HTTP", () => {
    const document =
      'asyncapi: "2.0.0"\nservers: { k: { url: "k:9092", protocol: kafka } }\nchannels: { a: { publish: { operationId: p } } }';
    const { problems } = planOf(functionOf("l.yaml#p", asyncapi), { "l.yaml": document });
    assert.match(problems[0]!, /its servers speak kafka; messages are published over HTTP only/);
  });
});
