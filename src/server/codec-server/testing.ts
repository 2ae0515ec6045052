/** A real OpenID provider for tests, whose signing key is known to them, so that they can also make what it would never issue. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from "jose";
import { Provider, type Adapter } from "oidc-provider";

export interface TestIdentityProvider extends AsyncDisposable {
  issuer: string;
  /** Address of its discovery document. */
  url: string;
  /** An access token that the provider has issued, for the audience of its one resource server. */
  issue(claims?: Record<string, unknown>): Promise<string>;
  /** A token signed with the provider's key, or with another: by default a good one, over which `claims` go. */
  sign(claims?: JWTPayload, options?: { key?: CryptoKey; kid?: string }): Promise<string>;
  /** A token signed with the provider's key that holds these claims and no others. */
  signExactly(claims: JWTPayload): Promise<string>;
  /** How often the keys were asked for. */
  keyRequests(): number;
}

export const testAudience = "urn:test:codec-server";
export const testEmail = "ada@example.com";

/** Tokens that are JWTs are not stored, and there are no others here. */
const storesNothing: Adapter = {
  upsert: async () => {},
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
};

export async function startIdentityProvider(): Promise<TestIdentityProvider> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: "signing", alg: "RS256", use: "sig" };
  let keyRequests = 0;
  let extraClaims: Record<string, unknown> = {};
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const client = { client_id: "test-app", client_secret: "test-secret" };
  const provider = new Provider(issuer, {
    adapter: () => storesNothing,
    ttl: { ClientCredentials: 600 },
    jwks: { keys: [jwk] },
    cookies: { keys: ["test"] },
    clients: [{ ...client, grant_types: ["client_credentials"], redirect_uris: [], response_types: [] }],
    extraTokenClaims: () => extraClaims,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => testAudience,
        getResourceServerInfo: () => ({ scope: "", audience: testAudience, accessTokenFormat: "jwt" }),
      },
    },
  });
  const handle = provider.callback();
  server.on("request", (request, response) => {
    if (request.url === "/jwks") keyRequests++;
    void handle(request, response);
  });

  const signExactly = (claims: JWTPayload, { key = privateKey, kid = "signing" } = {}) =>
    new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(key);
  return {
    issuer,
    signExactly,
    url: `${issuer}/.well-known/openid-configuration`,
    keyRequests: () => keyRequests,
    async issue(claims = { email: testEmail, email_verified: true }) {
      extraClaims = claims;
      const response = await fetch(`${issuer}/token`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${client.client_id}:${client.client_secret}`)}` },
        body: new URLSearchParams({ grant_type: "client_credentials" }),
      });
      const answer = (await response.json()) as { access_token?: string };
      if (answer.access_token === undefined) throw new Error(JSON.stringify(answer));
      return answer.access_token;
    },
    async sign(claims = {}, options = {}) {
      const now = Math.floor(Date.now() / 1000);
      const usual = { iss: issuer, aud: testAudience, sub: "ada", email: testEmail, iat: now, exp: now + 600 };
      return signExactly({ ...usual, ...claims }, options);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
