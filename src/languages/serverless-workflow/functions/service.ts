/** Services that are called by HTTP without an OpenAPI document: where they are and with which credentials. */
import type { Value } from "../../jq/value.ts";
import type { FunctionDefinition } from "../model.ts";
import type { CallContext } from "./call-context.ts";
import { CallProblem, requireComplete } from "./problem.ts";
import { basic, bearer, workflowAuth } from "./rest/credentials.ts";
import type { ActionAuth } from "./rest/http-input.ts";
import type { Request } from "./rest/request.ts";
import { shownText } from "./secret-text.ts";

/** A plan of a function whose properties are `kogito.sw.functions.<name>.…`. */
export interface ServicePlan {
  /** The function's name. */
  name: string;
  /** As the author wrote it, for messages. */
  operation: string;
  /** False where a status of 400 or more is no failure. */
  failOnStatusCode: boolean;
  /** A definition of the workflow's `auth`. */
  auth?: string;
}

/** The part of a plan that every service has. */
export function servicePlan(definition: FunctionDefinition): ServicePlan {
  return {
    name: definition.name,
    operation: definition.operation,
    failOnStatusCode: failsOnStatusCode(definition),
    ...(definition.authRef !== undefined && { auth: definition.authRef }),
  };
}

/** `metadata.failOnStatusCode`, true unless it is given. */
export function failsOnStatusCode({ metadata }: FunctionDefinition): boolean {
  const given = Object.hasOwn(metadata, "failOnStatusCode") ? metadata["failOnStatusCode"] : true;
  return given !== false && given !== "false";
}

const names = {
  url: ["url", "base_url", "base-url"],
  host: ["host"],
  port: ["port"],
  protocol: ["protocol"],
  username: ["username", "user"],
  password: ["password"],
  bearer: ["access_token", "access-token", "bearer-token", "bearer_token", "bearer", "token"],
  apiKey: ["api_key", "api-key", "apikey", "apiKey"],
  apiKeyPrefix: ["api_key_prefix", "api-key-prefix"],
  apiKeyHeader: ["api_key_header", "api-key-header"],
  timeout: ["timeout", "requestTimeout", "request-timeout"],
} as const;

type Setting = keyof typeof names;

/** Every property of a function that may be asked for. */
export function serviceKeys({ name }: ServicePlan): string[] {
  return Object.values(names).flatMap((spellings) => spellings.map((spelling) => keyOf(name, spelling)));
}

function keyOf(name: string, spelling: string): string {
  return `kogito.sw.functions.${name}.${spelling}`;
}

function setting({ name }: ServicePlan, which: Setting, { property }: CallContext): string | undefined {
  for (const spelling of names[which]) {
    const value = property(keyOf(name, spelling))?.trim();
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

/**
 * The address of a service: that of the operation (`written`, "" for none), with what properties say of protocol, host and port in
 * place of its own. A host may be a whole address. Throws CallProblem when nothing says which host.
 */
export function serviceAddress(plan: ServicePlan, written: string, context: CallContext): string {
  const url = setting(plan, "url", context);
  const [, ownOrigin = "", path = ""] = /^(https?:\/\/[^/?#]*)?([^]*)$/i.exec(written)!;
  const host = setting(plan, "host", context);
  const port = setting(plan, "port", context);
  if (url !== undefined) return joined(url, path);
  if (host !== undefined && /^https?:\/\//i.test(host)) return joined(withPort(host, port), path);
  if (host === undefined && port === undefined) {
    if (ownOrigin !== "") return written;
    requireComplete(
      [...names.url, ...names.host, ...names.port].map((spelling) => keyOf(plan.name, spelling)),
      context,
    );
    throw new CallProblem(
      `nothing says which host ${JSON.stringify(shownText(written))} is on; set ${keyOf(plan.name, "host")}`,
    );
  }
  const own = /^(https?):\/\/([^:]*|\[[^\]]*\])(?::(\d+))?$/i.exec(ownOrigin);
  const protocol = setting(plan, "protocol", context) ?? own?.[1] ?? "http";
  // SonataFlow's own defaults; a service with TLS is hardly at 8080.
  const at = port ?? (host === undefined ? own?.[3] : undefined) ?? (protocol === "https" ? "443" : "8080");
  return joined(`${protocol}://${host ?? own?.[2] ?? "localhost"}:${at}`, path);
}

function withPort(address: string, port: string | undefined): string {
  return port === undefined || /:\d+\/?$/.test(address) ? address : `${address.replace(/\/+$/, "")}:${port}`;
}

function joined(base: string, path: string): string {
  const start = base.replace(/\/+$/, "");
  return path === "" || /^[/?#]/.test(path) ? start + path : `${start}/${path}`;
}

/** Puts the configured credentials into the request, and gives what only the action can do. Throws CallProblem. */
export function serviceAuth(plan: ServicePlan, context: CallContext, request: Request): ActionAuth {
  const token = setting(plan, "bearer", context);
  const key = setting(plan, "apiKey", context);
  const username = setting(plan, "username", context);
  if (token !== undefined) {
    bearer(token, request);
  } else if (username !== undefined) {
    return basic(username, setting(plan, "password", context) ?? "");
  } else if (key !== undefined) {
    const prefix = setting(plan, "apiKeyPrefix", context);
    request.headers.push([
      setting(plan, "apiKeyHeader", context) ?? "X-API-KEY",
      prefix === undefined ? key : `${prefix} ${key}`,
    ]);
  } else if (plan.auth !== undefined) {
    return workflowAuth(plan.auth, context, request);
  }
  return undefined;
}

/** How long a call may take, in ms; undefined when it is not configured. */
export function serviceTimeout(plan: ServicePlan, context: CallContext): number | undefined {
  const text = setting(plan, "timeout", context);
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** Named arguments; none when there are none. Throws CallProblem for arguments that are no object. */
export function namedArguments(args: Value | undefined): Map<string, Value> {
  if (args instanceof Map) return args;
  if (args === undefined || args === null) return new Map();
  throw new CallProblem("its arguments have to be an object");
}
