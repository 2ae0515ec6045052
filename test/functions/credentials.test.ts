import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Value } from "../../src/languages/jq/value.ts";
import { callFunction, oddSecret, openService, type Received, secret, type Service } from "./calls.ts";

const credentials = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

function documentOf(schemes: Record<string, unknown>, security?: unknown): string {
  return JSON.stringify({
    openapi: "3.0.3",
    info: { title: "t", version: "1" },
    paths: { "/things": { get: { operationId: "get", responses: {}, ...(security !== undefined && { security }) } } },
    components: { securitySchemes: schemes },
  });
}

async function sent(
  service: Service,
  schemes: Record<string, unknown>,
  properties: Record<string, string>,
  { security, definition = {}, context = {} }: { security?: unknown; definition?: object; context?: object } = {},
): Promise<Received & { history: string; warnings: string[] }> {
  const all: Record<string, string> = { "quarkus.rest-client.api_json.url": service.url };
  for (const [key, value] of Object.entries(properties))
    all[key.replace(/^auth\./, "quarkus.openapi-generator.api_json.auth.")] = value;
  const { answered, history, warnings } = await callFunction(
    "api.json#get",
    {},
    {
      files: { "api.json": documentOf(schemes, security) },
      properties: all,
      definition,
      context,
    },
  );
  assert.ok("result" in answered, JSON.stringify(answered));
  return { ...service.received.at(-1)!, history, warnings };
}

const bearer = { type: "http", scheme: "bearer" };

describe("credentials of a document's schemes", () => {
  const cases: [string, Record<string, unknown>, Record<string, string>, (request: Received) => unknown, unknown][] = [
    [
      "bearer",
      { BearerToken: bearer },
      { "auth.BearerToken.bearer-token": secret.TOKEN },
      ({ headers }) => headers.authorization,
      "Bearer s3cr3t-value",
    ],
    [
      "basic",
      { "my-basic": { type: "http", scheme: "basic" } },
      { "auth.my_basic.username": "ann", "auth.my_basic.password": secret.ODD },
      ({ headers }) => headers.authorization,
      credentials("ann", oddSecret),
    ],
    [
      "an API key in a header",
      { key: { type: "apiKey", in: "header", name: "PRIVATE-TOKEN" } },
      { "auth.key.api-key": secret.TOKEN },
      ({ headers }) => headers["private-token"],
      "s3cr3t-value",
    ],
    [
      "an API key in the query, encoded",
      { key: { type: "apiKey", in: "query", name: "api key" } },
      { "auth.key.api-key": secret.ODD },
      ({ url }) => new URL(url, "http://a").searchParams.get("api key"),
      oddSecret,
    ],
    [
      "an API key in a cookie, encoded",
      { key: { type: "apiKey", in: "cookie", name: "sid" } },
      { "auth.key.api-key": secret.ODD },
      ({ headers }) => headers.cookie,
      `sid=${encodeURIComponent(oddSecret)}`,
    ],
  ];
  for (const [what, schemes, properties, read, expected] of cases) {
    it(`send ${what}, and leave nothing of it in history`, async () => {
      await using service = await openService();
      const request = await sent(service, schemes, properties);
      assert.equal(read(request), expected);
      assert.doesNotMatch(request.history, /s3cr3t/);
      assert.equal(service.received.length, 1);
    });
  }

  it("are sent although the operation asks for a scheme that is not declared", async () => {
    await using service = await openService();
    const properties = { "auth.BearerToken.bearer-token": secret.TOKEN };
    const request = await sent(service, { BearerToken: bearer }, properties, { security: [{ bearerAuth: [] }] });
    assert.equal(request.headers.authorization, "Bearer s3cr3t-value");
  });

  it("are those of a name that the operation asks for when only that is configured", async () => {
    await using service = await openService();
    const request = await sent(
      service,
      {},
      { "auth.bearerAuth.bearer-token": "t" },
      { security: [{ bearerAuth: [] }] },
    );
    assert.equal(request.headers.authorization, "Bearer t");
  });

  it("are those that the operation asks for when several are configured, else the first", async () => {
    await using service = await openService();
    const schemes = { one: bearer, two: { type: "apiKey", in: "header", name: "X-Key" } };
    const properties = { "auth.one.bearer-token": "t", "auth.two.api-key": "k" };
    const asked = await sent(service, schemes, properties, { security: [{ two: [] }] });
    assert.equal(asked.headers["x-key"], "k");
    assert.equal(asked.headers.authorization, undefined);
    const first = await sent(service, schemes, properties);
    assert.equal(first.headers.authorization, "Bearer t");
    assert.equal(first.headers["x-key"], undefined);
  });

  it("are none when none is configured", async () => {
    await using service = await openService();
    const request = await sent(service, { one: bearer }, {});
    assert.equal(request.headers.authorization, undefined);
  });

  it("are never those of whoever started the run", async () => {
    await using service = await openService();
    const request = await sent(service, { one: bearer }, { "auth.one.token-propagation": "true" });
    assert.equal(request.headers.authorization, undefined);
    assert.match(request.warnings[0]!, /token-propagation of "one" has no effect/);
  });
});

describe("OAuth 2 tokens", () => {
  const client = (scheme: string): Record<string, string> => ({
    [`quarkus.oidc-client.${scheme}.client-id`]: "flow",
    [`quarkus.oidc-client.${scheme}.credentials.secret`]: secret.ODD,
  });
  const login = (tokenUrl: string) => ({
    type: "oauth2",
    flows: { clientCredentials: { tokenUrl, scopes: { read: "" } } },
  });
  const form = ({ body }: Received): Record<string, string> => Object.fromEntries(new URLSearchParams(body));

  it("are got from the document's token URL", async () => {
    await using service = await openService();
    const request = await sent(service, { login: login(`${service.url}/token`) }, client("login"));
    assert.equal(request.headers.authorization, "Bearer a-token");
    assert.doesNotMatch(request.history, /s3cr3t|a-token/);
    assert.equal(
      service.received[0]!.headers.authorization,
      credentials("flow", new URLSearchParams([["", oddSecret]]).toString().slice(1)),
    );
    assert.deepEqual(form(service.received[0]!), { grant_type: "client_credentials" });
  });

  it("are got from the configured server and path, with method, scopes and audience", async () => {
    await using service = await openService();
    await sent(
      service,
      { "my-login": login("https://elsewhere.example/token") },
      {
        ...client("my_login"),
        "quarkus.oidc-client.my_login.auth-server-url": `${service.url}/token/`,
        "quarkus.oidc-client.my_login.token-path": "/get",
        "quarkus.oidc-client.my_login.discovery-enabled": "false",
        "quarkus.oidc-client.my_login.credentials.client-secret.method": "post",
        "quarkus.oidc-client.my_login.scopes": "a,b",
        "quarkus.oidc-client.my_login.grant-options.client.audience": "api",
      },
    );
    assert.equal(service.received[0]!.url, "/token/get");
    assert.deepEqual(form(service.received[0]!), {
      grant_type: "client_credentials",
      scope: "a b",
      audience: "api",
      client_id: "flow",
      client_secret: oddSecret,
    });
  });

  it("are got with a user's password when that is configured", async () => {
    await using service = await openService();
    await sent(
      service,
      { login: login(`${service.url}/token`) },
      {
        ...client("login"),
        "quarkus.oidc-client.login.grant.type": "password",
        "quarkus.oidc-client.login.grant-options.password.username": "ann",
        "quarkus.oidc-client.login.grant-options.password.password": secret.TOKEN,
      },
    );
    assert.deepEqual(form(service.received[0]!), { grant_type: "password", username: "ann", password: "s3cr3t-value" });
  });

  it("of OpenID Connect are where the provider says", async () => {
    await using service = await openService((request) => ({
      json: request.url.includes("well-known") ? { token_endpoint: `${service.url}/token` } : {},
    }));
    const oidc = { type: "openIdConnect", openIdConnectUrl: `${service.url}/.well-known/openid-configuration` };
    const request = await sent(service, { oidc }, client("oidc"));
    assert.equal(request.headers.authorization, "Bearer a-token");
  });
});

describe("a workflow's own auth", () => {
  const withAuth = (scheme: "basic" | "bearer" | "oauth2", properties: Record<string, Value>) => ({
    definition: { authRef: "mine" },
    context: {
      auth: (name: string) =>
        name === "mine" ? { scheme, properties: new Map(Object.entries(properties)) } : undefined,
    },
  });

  it("is used where the document's schemes are not configured", async () => {
    await using service = await openService();
    const basic = await sent(service, {}, {}, withAuth("basic", { username: "ann", password: secret.ODD }));
    assert.equal(basic.headers.authorization, credentials("ann", oddSecret));
    const token = await sent(service, { one: bearer }, {}, withAuth("bearer", { token: secret.TOKEN }));
    assert.equal(token.headers.authorization, "Bearer s3cr3t-value");
    const configured = await sent(
      service,
      { one: bearer },
      { "auth.one.bearer-token": "t" },
      withAuth("bearer", { token: "u" }),
    );
    assert.equal(configured.headers.authorization, "Bearer t");
  });

  it("gets OAuth 2 tokens", async () => {
    await using service = await openService((request) =>
      request.url.includes("well-known") ? { json: { token_endpoint: `${service.url}/token` } } : { json: {} },
    );
    const properties = {
      authority: `${service.url}/realm`,
      grantType: "clientCredentials",
      clientId: "flow",
      clientSecret: secret.TOKEN,
      scopes: ["a", "b"],
      audiences: ["x"],
    };
    const request = await sent(service, {}, {}, withAuth("oauth2", properties));
    assert.equal(request.headers.authorization, "Bearer a-token");
    assert.equal(service.received[1]!.body, "grant_type=client_credentials&scope=a+b&audience=x");
  });
});
