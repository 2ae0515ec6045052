/** From the arguments of a call to the request that an operation wants. */
import type { JqObject, Value } from "../../../jq/value.ts";
import type { PreparedCall } from "../call.ts";
import type { CallContext } from "../call-context.ts";
import { CallProblem, prepared, requireComplete } from "../problem.ts";
import { writeBody, type Body } from "./body.ts";
import { credentialsFor } from "./credentials.ts";
import { hasHeader, requestInput, timeoutOf, workflowHeaders } from "./http-input.ts";
import type { ParameterPlan, RestPlan } from "./rest-plan.ts";
import { writeHeader, writePath, writeQuery } from "./serialize.ts";

/** A request in the making. */
export interface Request {
  path: string;
  /** Encoded `name=value` pieces. */
  query: string[];
  headers: [string, string][];
  cookies: string[];
  body?: Body;
}

/**
 * The HTTP request of an operation: arguments go where parameters of their name are declared, all others form the body, and
 * credentials are those that are configured.
 */
export function prepareRest(plan: RestPlan, args: Value | undefined, context: CallContext): PreparedCall {
  return prepared(`${plan.name} (${plan.operation})`, () => {
    const warnings: string[] = [];
    const request: Request = { path: plan.path, query: [], headers: [], cookies: [] };
    const remaining = placeParameters(plan, args, request);
    placeBody(plan, remaining, request, warnings);
    const base = serverFor(plan, context);
    if (plan.accept !== undefined && !hasHeader(request, "accept")) request.headers.push(["accept", plan.accept]);
    request.headers.push(...workflowHeaders(context));
    // What an argument says counts, as it does where a document declares the header.
    const auth = hasHeader(request, "authorization") ? undefined : credentialsFor(plan, context, request, warnings);
    const timeoutMs = timeoutOf(plan.keys, context);
    const input = requestInput(plan.method, base, request, auth);
    return { kind: "call", action: "http", input, warnings, ...(timeoutMs !== undefined && { timeoutMs }) };
  });
}

/** Writes the parameters into the request and gives what is left of the arguments. */
function placeParameters(plan: RestPlan, args: Value | undefined, request: Request): Value | undefined {
  const named = args instanceof Map ? args : new Map<string, Value>();
  const remaining: JqObject = new Map(named);
  for (const parameter of plan.parameters) {
    const key = argumentFor(parameter, named);
    const value = key === undefined ? undefined : named.get(key);
    if (key !== undefined) remaining.delete(key);
    if (value !== undefined && value !== null) placeParameter(parameter, value, request);
    else if (parameter.required === true) throw new CallProblem(missing(parameter, value));
  }
  requireFilled(request.path);
  if (args === undefined || args === null) return undefined;
  return args instanceof Map ? remaining : args;
}

/** Headers are called the same in upper and lower case. */
function argumentFor({ name, in: place }: ParameterPlan, args: JqObject): string | undefined {
  if (args.has(name)) return name;
  if (place !== "header") return undefined;
  const wanted = name.toLowerCase();
  for (const key of args.keys()) if (key.toLowerCase() === wanted) return key;
  return undefined;
}

function missing({ name, in: place }: ParameterPlan, value: Value | undefined): string {
  const got = value === null ? "is null" : "is not among the arguments";
  return `the ${place} parameter ${JSON.stringify(name)} is required and ${got}`;
}

function placeParameter(parameter: ParameterPlan, value: Value, request: Request): void {
  switch (parameter.in) {
    case "path":
      request.path = request.path.replaceAll(`{${parameter.name}}`, () => pathText(parameter, value));
      return;
    case "query":
      request.query.push(...writeQuery(value, parameter));
      return;
    case "header":
      request.headers.push([parameter.name, writeHeader(value, parameter)]);
      return;
    case "cookie":
      request.cookies.push(...writeQuery(value, parameter));
  }
}

function pathText(parameter: ParameterPlan, value: Value): string {
  const text = writePath(value, parameter);
  if (text === "") {
    throw new CallProblem(
      `the path parameter ${JSON.stringify(parameter.name)} is empty, which would be another address`,
    );
  }
  // What `null | tostring` makes of a value that is not there.
  if (text === "null") {
    throw new CallProblem(`the path parameter ${JSON.stringify(parameter.name)} is "null": there is no such value`);
  }
  return text;
}

/** Every parameter in braces has its value, and no value makes the path lead elsewhere. */
function requireFilled(path: string): void {
  const open = /\{([^{}]*)\}/.exec(path);
  if (open !== null)
    throw new CallProblem(`the document does not declare the path parameter ${JSON.stringify(open[1])}`);
  requirePlainSteps(path);
}

/** No part of a path is one that leads elsewhere. Throws CallProblem. */
export function requirePlainSteps(path: string): void {
  const step = path.split("/").find((segment) => segment === "." || segment === "..");
  if (step !== undefined) throw new CallProblem(`an argument makes ${JSON.stringify(step)} of a part of the path`);
}

function placeBody(plan: RestPlan, remaining: Value | undefined, request: Request, warnings: string[]): void {
  if (plan.body !== undefined) {
    const body = writeBody(plan.body, remaining);
    if (body !== undefined) request.body = body;
    return;
  }
  const left = remaining instanceof Map ? [...remaining.keys()] : [];
  if (left.length > 0) {
    warnings.push(
      `${plan.name}: ${plan.operation} takes no body, so ${left.map((key) => JSON.stringify(key)).join(", ")} was not sent`,
    );
  }
}

/** Where the operation is: as configured, or else as the document says. */
function serverFor(plan: RestPlan, context: CallContext): string {
  const configured = configuredServer(plan, context);
  if (configured !== undefined) return configured;
  if (/^https?:\/\/[^{}]*$/i.test(plan.server)) return plan.server;
  const got =
    plan.server === ""
      ? "names no server"
      : `names the server ${JSON.stringify(plan.server)}, which is no whole address`;
  requireComplete(serverKeys(plan), context);
  throw new CallProblem(`the document ${got}; set ${serverKeys(plan)[0]} in application.properties`);
}

/** The address that properties give for a document; undefined when none does. */
export function configuredServer(plan: { keys: readonly string[] }, context: CallContext): string | undefined {
  for (const key of serverKeys(plan)) {
    const configured = context.property(key)?.trim();
    if (configured !== undefined && configured !== "") return configured;
  }
  return undefined;
}

/** The properties that say where an operation is, in the order in which they count. */
export function serverKeys({ keys }: { keys: readonly string[] }): string[] {
  return keys.flatMap((key) => [
    `quarkus.rest-client.${key}.url`,
    `quarkus.rest-client."${key}".url`,
    `quarkus.rest-client.${key}.uri`,
    `quarkus.rest-client."${key}".uri`,
    `${key}/mp-rest/url`,
    `org.kogito.openapi.client.${key}.base_path`,
  ]);
}
