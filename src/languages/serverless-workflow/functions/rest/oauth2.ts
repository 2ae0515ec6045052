/** How the http action gets an OAuth 2 token: from the configuration of an OIDC client, or from the workflow's own `auth`. */
import type { JqObject, Value } from "../../../jq/value.ts";
import type { CallContext } from "../call-context.ts";
import { sanitized } from "../openapi/property-keys.ts";
import { CallProblem } from "../problem.ts";
import type { SecurityScheme } from "./rest-plan.ts";

const clientProperties = [
  "auth-server-url",
  "token-path",
  "discovery-enabled",
  "client-id",
  "credentials.secret",
  "credentials.client-secret.value",
  "credentials.client-secret.method",
  "grant.type",
  "grant-options.password.username",
  "grant-options.password.password",
  "grant-options.client.audience",
  "grant-options.client.resource",
  "scopes",
  "client-enabled",
] as const;

type ClientProperty = (typeof clientProperties)[number];

/** The properties of a named OIDC client, and of the one without a name. */
export function oidcKeys(scheme: string): string[] {
  return clientProperties.flatMap((name) => keysOf(scheme, name));
}

function keysOf(scheme: string, name: ClientProperty): string[] {
  const names = [...new Set([sanitized(scheme), scheme, `"${scheme}"`])];
  return [...names.map((each) => `quarkus.oidc-client.${each}.${name}`), `quarkus.oidc-client.${name}`];
}

type OAuth2Scheme = SecurityScheme & { kind: "oauth2" | "openIdConnect" };

/** The token that a scheme's OIDC client gets; undefined when no client is configured. Throws CallProblem. */
export function oauth2FromClient(scheme: OAuth2Scheme, { property }: CallContext): JqObject | undefined {
  const get = (name: ClientProperty): string | undefined => {
    for (const key of keysOf(scheme.name, name)) {
      const value = property(key)?.trim();
      if (value !== undefined && value !== "") return value;
    }
    return undefined;
  };
  const clientId = get("client-id");
  if (clientId === undefined || get("client-enabled") === "false") return undefined;
  const auth: JqObject = new Map<string, Value>([
    ["kind", "oauth2"],
    ...endpoint(scheme, get),
    ["client_id", clientId],
  ]);
  const secret = get("credentials.secret") ?? get("credentials.client-secret.value");
  if (secret !== undefined) auth.set("client_secret", secret);
  const method = get("credentials.client-secret.method");
  if (method !== undefined && method !== "basic") auth.set("client_auth", clientAuth(scheme.name, method));
  addGrant(auth, scheme, get);
  const scopes = get("scopes")
    ?.split(/[\s,]+/)
    .filter((scope) => scope !== "");
  if (scopes !== undefined && scopes.length > 0) auth.set("scope", scopes.join(" "));
  const parameters = (["audience", "resource"] as const).flatMap((name): Value[] => {
    const value = get(`grant-options.client.${name}`);
    return value === undefined ? [] : [[name, value]];
  });
  if (parameters.length > 0) auth.set("parameters", parameters);
  return auth;
}

function clientAuth(scheme: string, method: string): string {
  if (method === "post" || method === "query") return method === "post" ? "post" : "query";
  throw new CallProblem(
    `OIDC client ${JSON.stringify(scheme)}: the method ${JSON.stringify(method)} is not supported; use basic or post`,
  );
}

function addGrant(auth: JqObject, scheme: OAuth2Scheme, get: (name: ClientProperty) => string | undefined): void {
  const grant = get("grant.type") ?? (scheme.kind === "oauth2" && scheme.flow === "password" ? "password" : "client");
  if (grant === "client") {
    auth.set("grant", "client_credentials");
    return;
  }
  const username = get("grant-options.password.username");
  if (grant !== "password" || username === undefined) {
    throw new CallProblem(
      grant === "password"
        ? `OIDC client ${JSON.stringify(scheme.name)} has no grant-options.password.username`
        : `OIDC client ${JSON.stringify(scheme.name)}: the grant ${JSON.stringify(grant)} needs a person; use client or password`,
    );
  }
  auth
    .set("grant", "password")
    .set("username", username)
    .set("password", get("grant-options.password.password") ?? "");
}

/** Where the token is: the configured path, or the one that the server tells, or the document's. */
function endpoint(scheme: OAuth2Scheme, get: (name: ClientProperty) => string | undefined): [string, Value][] {
  const server = get("auth-server-url");
  const path = get("token-path");
  if (path !== undefined && /^https?:\/\//i.test(path)) return [["token_url", path]];
  if (server !== undefined && path !== undefined) {
    return [["token_url", `${server.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`]];
  }
  const declared = scheme.kind === "oauth2" ? scheme.tokenUrl : undefined;
  if (server !== undefined) {
    if (get("discovery-enabled") !== "false") return [["issuer", server]];
    return [["token_url", declared !== undefined && /^https?:\/\//i.test(declared) ? declared : server]];
  }
  if (declared !== undefined && /^https?:\/\//i.test(declared)) return [["token_url", declared]];
  if (scheme.kind === "openIdConnect" && scheme.url !== undefined) return [["discovery_url", scheme.url]];
  throw new CallProblem(
    `nothing says where tokens are; set quarkus.oidc-client.${sanitized(scheme.name)}.auth-server-url`,
  );
}

/** Specification 0.8, "OAuth2 Properties Definition". */
export function oauth2FromWorkflow(properties: JqObject, required: (name: string) => string): JqObject {
  const grants: Record<string, string> = { clientCredentials: "client_credentials", password: "password" };
  const grant = grants[required("grantType")];
  if (grant === undefined) {
    throw new CallProblem(
      `grantType ${JSON.stringify(properties.get("grantType"))} is not supported; use clientCredentials or password`,
    );
  }
  const auth: JqObject = new Map<string, Value>([
    ["kind", "oauth2"],
    ["issuer", required("authority")],
    ["grant", grant],
    ["client_id", required("clientId")],
  ]);
  const secret = properties.get("clientSecret");
  if (typeof secret === "string") auth.set("client_secret", secret);
  if (grant === "password") auth.set("username", required("username")).set("password", required("password"));
  const scopes = texts(properties.get("scopes"));
  if (scopes.length > 0) auth.set("scope", scopes.join(" "));
  const audiences = texts(properties.get("audiences"));
  if (audiences.length > 0)
    auth.set(
      "parameters",
      audiences.map((audience) => ["audience", audience]),
    );
  return auth;
}

function texts(value: Value | undefined): string[] {
  if (typeof value === "string") return value === "" ? [] : [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
