/** The credentials of a call: those of the document's schemes that are configured, or else those of the workflow's `auth`. */
import type { Value } from "../../../jq/value.ts";
import type { CallContext } from "../call-context.ts";
import { sanitized } from "../openapi/property-keys.ts";
import { CallProblem } from "../problem.ts";
import { percentEncoded } from "../secret-text.ts";
import type { ActionAuth } from "./http-input.ts";
import { oauth2FromClient, oauth2FromWorkflow, oidcKeys } from "./oauth2.ts";
import type { Request } from "./request.ts";
import type { RestPlan, SecurityScheme } from "./rest-plan.ts";

/**
 * Puts credentials into the request, and gives what only the action can do. Which schemes an operation asks for does not decide
 * whether credentials are sent, only which of several: what is configured is sent (SonataFlow does so, and documents rely on it).
 */
export function credentialsFor(plan: RestPlan, context: CallContext, request: Request, warnings: string[]): ActionAuth {
  const lookUp = new Lookup(plan, context);
  for (const scheme of inOrder(plan)) {
    if (lookUp.of(scheme.name, "token-propagation") === "true") warnings.push(propagation(plan, scheme.name));
    const auth = applied(scheme, lookUp, request);
    if (auth !== undefined) return auth === "done" ? undefined : auth;
  }
  return plan.auth === undefined ? undefined : workflowAuth(plan.auth, context, request);
}

/** Those that the operation asks for first. A name that is not declared may be that of a token or a user. */
function inOrder({ schemes, security }: RestPlan): SecurityScheme[] {
  const wanted = security.flatMap((name): SecurityScheme[] => {
    const declared = schemes.filter((scheme) => scheme.name === name);
    return declared.length > 0
      ? declared
      : [
          { name, kind: "bearer" },
          { name, kind: "basic" },
        ];
  });
  return [...wanted, ...schemes.filter((scheme) => !wanted.includes(scheme))];
}

class Lookup {
  readonly #keys: readonly string[];
  readonly context: CallContext;

  constructor(plan: RestPlan, context: CallContext) {
    this.#keys = plan.keys;
    this.context = context;
  }

  /** `quarkus.openapi-generator.<document>.auth.<scheme>.<name>`; undefined when it is not configured, or empty. */
  of(scheme: string, name: string): string | undefined {
    for (const key of authKeys(this.#keys, scheme, name)) {
      const value = this.context.property(key)?.trim();
      if (value !== undefined && value !== "") return value;
    }
    return undefined;
  }
}

function authKeys(keys: readonly string[], scheme: string, name: string): string[] {
  const schemes = new Set([sanitized(scheme), scheme, `"${scheme}"`]);
  return keys.flatMap((key) => [...schemes].map((each) => `quarkus.openapi-generator.${key}.auth.${each}.${name}`));
}

/** undefined: not configured. "done": the request holds them. */
function applied(scheme: SecurityScheme, lookUp: Lookup, request: Request): ActionAuth | "done" {
  switch (scheme.kind) {
    case "basic": {
      const username = lookUp.of(scheme.name, "username");
      return username === undefined ? undefined : basic(username, lookUp.of(scheme.name, "password") ?? "");
    }
    case "bearer": {
      const token = lookUp.of(scheme.name, "bearer-token");
      return token === undefined ? undefined : bearer(token, request);
    }
    case "apiKey": {
      const key = lookUp.of(scheme.name, "api-key");
      return key === undefined ? undefined : apiKey(key, scheme, request);
    }
    case "oauth2":
    case "openIdConnect": {
      // A token that somebody got is as good as one that is fetched.
      const token = lookUp.of(scheme.name, "bearer-token");
      return token === undefined ? oauth2FromClient(scheme, lookUp.context) : bearer(token, request);
    }
    case "unsupported":
      return undefined;
  }
}

/** Credentials that the action makes a header of. */
export function basic(username: string, password: string): ActionAuth {
  return new Map<string, Value>([
    ["kind", "basic"],
    ["username", username],
    ["password", password],
  ]);
}

/** Puts a token into the request, with or without the word before it. */
export function bearer(token: string, request: Request): "done" {
  request.headers.push(["authorization", /^bearer /i.test(token) ? token : `Bearer ${token}`]);
  return "done";
}

function apiKey(key: string, scheme: SecurityScheme & { kind: "apiKey" }, request: Request): "done" {
  if (scheme.in === "header") request.headers.push([scheme.parameter, key]);
  else if (scheme.in === "query") request.query.push(`${percentEncoded(scheme.parameter)}=${percentEncoded(key)}`);
  else request.cookies.push(`${scheme.parameter}=${percentEncoded(key)}`);
  return "done";
}

/** The credentials of a definition of the workflow's `auth`. Throws CallProblem. */
export function workflowAuth(name: string, context: CallContext, request: Request): ActionAuth {
  const auth = context.auth(name);
  if (auth === undefined) throw new CallProblem(`there is no auth definition ${JSON.stringify(name)}`);
  const required = (property: string): string => {
    const value = auth.properties.get(property);
    if (typeof value === "string" && value !== "") return value;
    throw new CallProblem(`auth definition ${JSON.stringify(name)} has no ${property}`);
  };
  switch (auth.scheme) {
    case "basic":
      return basic(required("username"), required("password"));
    case "bearer":
      bearer(required("token"), request);
      return undefined;
    case "oauth2":
      return oauth2FromWorkflow(auth.properties, required);
  }
}

function propagation(plan: RestPlan, scheme: string): string {
  return (
    `${plan.name}: token-propagation of ${JSON.stringify(scheme)} has no effect: credentials of whoever starts a run are never ` +
    "kept or sent on; configure a bearer-token or an OIDC client"
  );
}

/** Every property that may be asked for to find credentials. */
export function credentialKeys(plan: RestPlan): string[] {
  const names = ["bearer-token", "username", "password", "api-key", "token-propagation"];
  const schemes = new Set([...plan.schemes.map(({ name }) => name), ...plan.security]);
  return [...schemes].flatMap((scheme) => [
    ...names.flatMap((name) => authKeys(plan.keys, scheme, name)),
    ...oidcKeys(scheme),
  ]);
}
