import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { generateKeyPair, UnsecuredJWT, SignJWT } from "jose";
import { AutoFlowError } from "../../core/errors.ts";
import { silentLog, type Log } from "../../core/ports.ts";
import { temporalCodec } from "../../engines/temporal/codec/data-converter.ts";
import { TemporalKeys } from "../../engines/temporal/codec/keys.ts";
import { systemClock } from "../../host/clock.ts";
import { startCodecServer, type CodecServerAuthentication, type CodecServerOptions } from "./codec-server.ts";
import { startIdentityProvider, testAudience, testEmail, type TestIdentityProvider } from "./testing.ts";

const webUi = "https://temporal.example.com";
const codec = temporalCodec({ keys: new TemporalKeys([{ id: "main", key: new Uint8Array(32).fill(3) }]) });
const base64 = (text: string) => Buffer.from(text).toString("base64");
const plain = { metadata: { encoding: base64("json/plain") }, data: base64('"a secret"') };

interface Line {
  message: string;
  fields: Record<string, unknown>;
}

function recordingLog(): { log: Log; lines: Line[]; refusals: () => Line[] } {
  const lines: Line[] = [];
  const add = (message: string, fields: Record<string, unknown> = {}) => void lines.push({ message, fields });
  const log = { ...silentLog, info: add, warn: add, error: add };
  return { log, lines, refusals: () => lines.filter(({ message }) => message.includes("refused")) };
}

async function start(t: TestContext, overrides: Partial<CodecServerOptions> = {}) {
  const recorded = recordingLog();
  const server = await startCodecServer({
    listen: { host: "127.0.0.1", port: 0 },
    path: "/autoflow/codec-server",
    codec,
    webUiUrl: `${webUi}/some/page`,
    log: recorded.log,
    clock: systemClock,
    ...overrides,
  });
  t.after(() => server.close());
  const post = (operation: string, { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {}) =>
    fetch(`${server.url}/${operation}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body ?? { payloads: [plain] }),
    });
  return { ...recorded, url: server.url, post };
}

async function provider(t: TestContext): Promise<TestIdentityProvider> {
  const started = await startIdentityProvider();
  t.after(() => started[Symbol.asyncDispose]());
  return started;
}

function authentication({ url }: { url: string }, overrides: Partial<CodecServerAuthentication> = {}) {
  return { oidcUrl: url, authorizedUserEmails: [testEmail], audience: [testAudience], ...overrides };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

async function problem(response: Response): Promise<{ status: number; code: string; detail: string }> {
  assert.match(response.headers.get("content-type") ?? "", /^application\/problem\+json/);
  const body = (await response.json()) as { status: number; code: string; detail: string };
  assert.equal(body.status, response.status);
  return body;
}

describe("the codec server", () => {
  it("warns when others than this machine reach it without TLS", async (t) => {
    const warned = (lines: Line[]) => lines.filter(({ message }) => /no certificate/.test(message)).length;
    const identity = authentication({ url: "https://login.example.com" });
    const open = await start(t, { listen: { host: "0.0.0.0", port: 0 }, authentication: identity });
    assert.equal(warned(open.lines), 1);
    assert.equal(warned((await start(t, { authentication: identity })).lines), 0);
  });

  it("encodes and decodes as Temporal's remote codec protocol says", async (t) => {
    const { post, lines } = await start(t);
    const encoded = (await (await post("encode")).json()) as { payloads: (typeof plain)[] };
    assert.equal(Buffer.from(encoded.payloads[0]!.metadata.encoding, "base64").toString(), "binary/encrypted");
    const untouched = { metadata: null, data: plain.data, other: 1 };
    const decoded = await post("decode", { body: { payloads: [...encoded.payloads, untouched] } });
    assert.equal(decoded.headers.get("cache-control"), "no-store");
    assert.deepEqual(await decoded.json(), { payloads: [plain, untouched] });
    assert.deepEqual(await (await post("decode", { body: {} })).json(), { payloads: [] });
    assert.ok(!JSON.stringify(lines).includes(plain.data), "no payload is in the log");
  });

  it("answers 400 with a code for what it cannot read or decode", async (t) => {
    const { post, url } = await start(t);
    const bodies: [unknown, string, RegExp][] = [
      ["{", "REQUEST_JSON_MALFORMED", /not valid JSON/],
      [[], "REQUEST_INVALID", /the body is not an object/],
      [{ payloads: {} }, "REQUEST_INVALID", /payloads is not a list/],
      [{ payloads: [plain, 1] }, "REQUEST_INVALID", /payloads\[1\] is not an object/],
      [
        { payloads: [{ metadata: { encoding: "*" } }] },
        "REQUEST_INVALID",
        /payloads\[0\]\.metadata\.encoding is not base64/,
      ],
      [{ payloads: [{ data: 1 }] }, "REQUEST_INVALID", /payloads\[0\]\.data is not base64/],
      [encrypted("other", ""), "CODEC_KEY_MISSING", /"other"/],
      [encrypted("main", "x".repeat(60)), "CODEC_PAYLOAD_BROKEN", /"main"/],
    ];
    for (const [body, code, detail] of bodies) {
      const { status, ...got } = await problem(await post("decode", { body }));
      assert.deepEqual([status, got.code], [400, code]);
      assert.match(got.detail, detail);
    }
    assert.equal((await fetch(`${url}/decode`)).status, 404);
    assert.equal((await fetch(url, { method: "POST" })).status, 404);
    const large = await post("decode", { body: " ".repeat(17 * 1024 * 1024) });
    assert.equal((await problem(large)).code, "REQUEST_TOO_LARGE");
  });

  it("tells that it lives, below its path too", async (t) => {
    const { url } = await start(t);
    for (const address of [`${url}/healthz`, `${new URL(url).origin}/healthz`]) {
      assert.deepEqual(await (await fetch(address)).json(), { status: "ok" });
    }
  });

  it("serves one namespace when it is told which", async (t) => {
    const { post, refusals } = await start(t, { namespace: "ours.account" });
    for (const [namespace, status] of [
      ["ours.account", 200],
      ["", 200],
      ["theirs", 403],
    ] as const) {
      assert.equal((await post("decode", { headers: { "x-namespace": namespace } })).status, status);
    }
    assert.match(String(refusals()[0]?.fields["reason"]), /the namespace "theirs", and this server has ours\.account/);
  });

  it("does not listen beyond this machine without authentication, and says what else cannot be", async () => {
    const options = { path: "/", codec, log: silentLog, clock: systemClock };
    const refused = (overrides: Partial<CodecServerOptions>, code: string, message: RegExp) =>
      assert.rejects(
        startCodecServer({ ...options, listen: { host: "127.0.0.1", port: 0 }, ...overrides }),
        (error: unknown) => error instanceof AutoFlowError && error.code === code && message.test(error.message),
      );
    await refused({ listen: { host: "0.0.0.0", port: 0 } }, "CONFIG_INVALID", /whoever reaches 0\.0\.0\.0/);
    await refused({ webUiUrl: "temporal" }, "CONFIG_INVALID", /temporal_web_ui_url "temporal"/);
    const insecure = authentication({ url: "http://login.example.com/" });
    await refused({ authentication: insecure }, "CONFIG_INVALID", /must begin with https/);
    const tls = { certificateFile: "/nowhere/cert", keyFile: "/nowhere/key" };
    await refused({ tls }, "CONFIG_INVALID", /\/nowhere\/cert/);
    await refused(
      { listen: { host: "203.0.113.1", port: 1 }, authentication: authentication({ url: "https://a.example" }) },
      "LISTEN_FAILED",
      /203\.0\.113\.1:1/,
    );
  });

  it("serves no page whose name was made to resolve to this machine", async (t) => {
    const { url, refusals } = await start(t);
    const { port } = new URL(url);
    const { request: ask } = await import("node:http");
    const status = await new Promise((resolve, reject) => {
      const headers = { host: "attacker.example", "content-type": "application/json" };
      const request = ask({ port, host: "127.0.0.1", method: "POST", path: "/autoflow/codec-server/decode", headers });
      request.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
      request.end("{}");
    });
    assert.equal(status, 403);
    assert.match(String(refusals()[0]?.fields["reason"]), /attacker\.example/);
  });
});

describe("web pages at the codec server", () => {
  it("may ask it when they are of Temporal's web app", async (t) => {
    const { post, url } = await start(t);
    const response = await post("decode", { headers: { origin: webUi } });
    assert.equal(response.headers.get("access-control-allow-origin"), webUi);
    assert.equal(response.headers.get("access-control-allow-credentials"), "true");
    assert.match(response.headers.get("vary") ?? "", /origin/i);
    const preflight = await fetch(`${url}/decode`, {
      method: "OPTIONS",
      headers: {
        origin: webUi,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-namespace",
        "access-control-request-private-network": "true",
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), webUi);
    assert.equal(preflight.headers.get("access-control-allow-methods"), "POST");
    assert.equal(preflight.headers.get("access-control-allow-private-network"), "true");
    for (const name of ["authorization", "authorization-extras", "content-type", "x-namespace"]) {
      assert.ok(preflight.headers.get("access-control-allow-headers")?.split(", ").includes(name));
    }
  });

  it("may not when they are of any other origin, also with a good token", async (t) => {
    const identity = await provider(t);
    const { post, url, refusals } = await start(t, { authentication: authentication(identity) });
    const token = await identity.issue();
    const others = [
      "https://evil.example",
      "http://temporal.example.com",
      `${webUi}:444`,
      `${webUi}.evil.example`,
      "null",
    ];
    for (const origin of others) {
      const response = await post("decode", { headers: { origin, ...bearer(token) } });
      assert.equal((await problem(response)).code, "CODEC_ACCESS_DENIED");
      assert.equal(response.headers.get("access-control-allow-origin"), null);
      const preflight = await fetch(`${url}/decode`, { method: "OPTIONS", headers: { origin } });
      assert.equal(preflight.status, 403);
      assert.equal(preflight.headers.get("access-control-allow-origin"), null);
    }
    assert.equal(refusals().length, 2 * others.length);
    const none = await start(t, { webUiUrl: undefined });
    assert.equal((await none.post("decode", { headers: { origin: webUi } })).status, 403);
  });

  it("may read why they were refused", async (t) => {
    const { post } = await start(t, { authentication: authentication(await provider(t)) });
    const response = await post("decode", { headers: { origin: webUi } });
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("access-control-allow-origin"), webUi);
  });
});

describe("people at the codec server", () => {
  it("are served with a token of the provider and an address on the list", async (t) => {
    const identity = await provider(t);
    const { post, lines, refusals } = await start(t, { authentication: authentication(identity) });
    const claims: Record<string, unknown>[] = [
      { email: testEmail, email_verified: true },
      { email: testEmail, email_verified: "true" },
      { email: testEmail },
      { email: testEmail.toUpperCase() },
      { "https://saas-api.tmprl.cloud/user/email": testEmail },
    ];
    for (const claim of claims) {
      assert.equal((await post("decode", { headers: bearer(await identity.issue(claim)) })).status, 200);
    }
    assert.equal((await post("encode", { headers: bearer(await identity.sign()) })).status, 200);
    assert.deepEqual(refusals(), []);
    assert.equal(lines.filter(({ fields }) => fields["person"] === testEmail).length, 5);
    assert.equal(identity.keyRequests(), 1);
  });

  it("are refused, and the log says why", async (t) => {
    const identity = await provider(t);
    const stranger = await provider(t);
    const { post, refusals, lines } = await start(t, { authentication: authentication(identity) });
    const good = await identity.sign();
    const past = Math.floor(Date.now() / 1000) - 3600;
    const forger = await generateKeyPair("RS256");
    const [header, claims, signature] = good.split(".") as [string, string, string];
    const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    const publicKey = Buffer.from(JSON.stringify(await (await fetch(`${identity.issuer}/jwks`)).json()));
    const hmac = new SignJWT({ email: testEmail, iss: identity.issuer, aud: testAudience, exp: past + 9999 });
    const asText = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const { exp: _exp, ...unlimited } = decode(claims);
    const withoutExpiry = await identity.signExactly(unlimited);

    const cases: [string, Record<string, string>, string, RegExp][] = [
      ["no token", {}, "CODEC_TOKEN_REQUIRED", /has no token/],
      ["basic credentials", { authorization: "Basic YTpi" }, "CODEC_TOKEN_REQUIRED", /no bearer token/],
      ["no JWT", bearer("opaque"), "CODEC_TOKEN_REQUIRED", /no signed JWT/],
      [
        "signature changed",
        bearer(`${header}.${claims}.${flipped}`),
        "CODEC_TOKEN_REQUIRED",
        /signature that does not match/,
      ],
      [
        "claims changed",
        bearer(`${header}.${asText({ ...decode(claims), email: "b@b" })}.${signature}`),
        "CODEC_TOKEN_REQUIRED",
        /signature/,
      ],
      [
        "another key under the same id",
        bearer(await identity.sign({}, { key: forger.privateKey })),
        "CODEC_TOKEN_REQUIRED",
        /signature/,
      ],
      [
        "an unknown key id",
        bearer(await identity.sign({}, { kid: "mine" })),
        "CODEC_TOKEN_REQUIRED",
        /does not publish/,
      ],
      ["alg none", bearer(new UnsecuredJWT(decode(claims)).encode()), "CODEC_TOKEN_REQUIRED", /not signed by one of/],
      [
        "alg None by hand",
        bearer(`${asText({ alg: "None", kid: "signing" })}.${claims}.`),
        "CODEC_TOKEN_REQUIRED",
        /token/,
      ],
      [
        "HMAC with what is public",
        bearer(await hmac.setProtectedHeader({ alg: "HS256", kid: "signing" }).sign(publicKey)),
        "CODEC_TOKEN_REQUIRED",
        /not signed by one of/,
      ],
      ["expired", bearer(await identity.sign({ exp: past })), "CODEC_TOKEN_REQUIRED", /expired at \d{4}-/],
      ["no expiry", bearer(withoutExpiry), "CODEC_TOKEN_REQUIRED", /claim exp/],
      ["not yet valid", bearer(await identity.sign({ nbf: past + 7200 })), "CODEC_TOKEN_REQUIRED", /claim nbf/],
      ["wrong issuer", bearer(await identity.sign({ iss: stranger.issuer })), "CODEC_TOKEN_REQUIRED", /of the issuer/],
      ["another provider's token", bearer(await stranger.issue()), "CODEC_TOKEN_REQUIRED", /signature/],
      [
        "wrong audience",
        bearer(await identity.sign({ aud: "another-app" })),
        "CODEC_TOKEN_REQUIRED",
        /meant for "another-app"/,
      ],
      [
        "unlisted address",
        bearer(await identity.issue({ email: "eve@example.com" })),
        "CODEC_ACCESS_DENIED",
        /"eve@example.com" is not in authorized_user_emails/,
      ],
      [
        "an address that only looks alike",
        bearer(await identity.issue({ email: "ada@example.com.evil" })),
        "CODEC_ACCESS_DENIED",
        /not in/,
      ],
      [
        "unverified address",
        bearer(await identity.issue({ email: testEmail, email_verified: false })),
        "CODEC_ACCESS_DENIED",
        /not verified/,
      ],
      [
        "unverified as text",
        bearer(await identity.issue({ email: testEmail, email_verified: "false" })),
        "CODEC_ACCESS_DENIED",
        /not verified/,
      ],
      ...(await Promise.all(
        ["False", "no", 0, null, [], {}].map(async (email_verified): Promise<(typeof cases)[number]> => {
          const token = await identity.sign({ email: testEmail, email_verified });
          return [`verified: ${JSON.stringify(email_verified)}`, bearer(token), "CODEC_ACCESS_DENIED", /not verified/];
        }),
      )),
      ...(await Promise.all(
        [` ${testEmail}`, `${testEmail}\n`, `\u00a0${testEmail}`, testEmail.replace("e", "\u0435")].map(
          async (email): Promise<(typeof cases)[number]> => [
            `looks alike: ${JSON.stringify(email)}`,
            bearer(await identity.sign({ email })),
            "CODEC_ACCESS_DENIED",
            /not in authorized_user_emails/,
          ],
        ),
      )),
      ["no address", bearer(await identity.issue({})), "CODEC_ACCESS_DENIED", /holds no e-mail address/],
      [
        "a list of addresses",
        bearer(await identity.issue({ email: [testEmail] })),
        "CODEC_ACCESS_DENIED",
        /holds no e-mail address/,
      ],
    ];
    for (const [name, headers, code, reason] of cases) {
      const before = refusals().length;
      const response = await post("decode", { headers });
      const got = await problem(response);
      assert.equal(got.code, code, name);
      assert.match(got.detail, reason, name);
      assert.equal(response.headers.get("www-authenticate") !== null, response.status === 401, name);
      const line = refusals()[before];
      assert.equal(line?.fields["reason"], got.detail, name);
      assert.equal(line.fields["from"], "127.0.0.1");
    }
    assert.equal(refusals().length, cases.length);
    assert.ok(!JSON.stringify(lines).includes(signature), "no token is in the log");
  });

  it("may be any of the provider's when no audience is configured, and may have other claims", async (t) => {
    const identity = await provider(t);
    const options = { audience: undefined, emailClaims: ["upn"] };
    const { post } = await start(t, { authentication: authentication(identity, options) });
    assert.equal(
      (await post("decode", { headers: bearer(await identity.sign({ aud: "any", upn: testEmail })) })).status,
      200,
    );
    assert.equal((await post("decode", { headers: bearer(await identity.sign()) })).status, 403);
  });

  it("may show their address in the ID token that the web app sends along, when it is theirs", async (t) => {
    const identity = await provider(t);
    const { post } = await start(t, { authentication: authentication(identity) });
    const { email: _email, ...withoutAddress } = decode((await identity.sign()).split(".")[1] ?? "");
    const access = await identity.signExactly(withoutAddress);
    const ask = async (idToken: string) =>
      post("decode", { headers: { ...bearer(access), "authorization-extras": idToken } });
    assert.equal((await ask(await identity.sign())).status, 200);
    assert.match((await problem(await ask(await identity.sign({ sub: "eve" })))).detail, /different people/);
    assert.match((await problem(await ask(await identity.sign({ aud: "other" })))).detail, /the ID token is meant for/);
    assert.match((await problem(await ask("nonsense"))).detail, /the ID token is no signed JWT/);
  });

  it("are refused before their body is read", async (t) => {
    const { post } = await start(t, { authentication: authentication(await provider(t)) });
    assert.equal((await post("decode", { body: "not json" })).status, 401);
  });
});

describe("the identity provider of the codec server", () => {
  it("is asked for keys again when a token names one it did not have, but not for every such token", async (t) => {
    const identity = await provider(t);
    const { post } = await start(t, { authentication: authentication(identity) });
    await post("decode", { headers: bearer(await identity.sign()) });
    for (let count = 0; count < 5; count++) {
      await post("decode", { headers: bearer(await identity.sign({}, { kid: `k${count}` })) });
    }
    assert.equal(identity.keyRequests(), 1);
    const eager = await start(t, { authentication: authentication(identity, { keysCooldownMs: 0 }) });
    await eager.post("decode", { headers: bearer(await identity.sign()) });
    await eager.post("decode", { headers: bearer(await identity.sign({}, { kid: "new" })) });
    assert.equal(identity.keyRequests(), 3);
  });

  it("that cannot be reached makes the server refuse, with why, and not ask again at once", async (t) => {
    const identity = await startIdentityProvider();
    const token = await identity.sign();
    await identity[Symbol.asyncDispose]();
    const { post, refusals } = await start(t, { authentication: authentication(identity) });
    for (let count = 0; count < 2; count++) {
      const { status, code } = await problem(await post("decode", { headers: bearer(token) }));
      assert.deepEqual([status, code], [503, "CODEC_PROVIDER_UNREACHABLE"]);
    }
    assert.match(String(refusals()[1]?.fields["reason"]), /cannot be read.*ECONNREFUSED/);
  });

  it("is taken at the address of its issuer too, and must be the issuer that it names", async (t) => {
    const identity = await provider(t);
    const byIssuer = await start(t, { authentication: authentication({ url: `${identity.issuer}/` }) });
    assert.equal((await byIssuer.post("decode", { headers: bearer(await identity.sign()) })).status, 200);
    const elsewhere = identity.url.replace("127.0.0.1", "localhost");
    const { post } = await start(t, { authentication: authentication({ url: elsewhere }) });
    const { detail } = await problem(await post("decode", { headers: bearer(await identity.sign()) }));
    assert.match(detail, /names the issuer "http:\/\/127\.0\.0\.1:\d+", which is not where it is/);
  });
});

function encrypted(keyId: string, data: string) {
  const metadata = { encoding: base64("binary/encrypted"), "encryption-key-id": base64(keyId) };
  return { payloads: [{ metadata, data: base64(data) }] };
}

function decode(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
}
