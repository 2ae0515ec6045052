/** `rest:<method>:<address>`: a service that has no OpenAPI document. */
import type { Problems } from "../../document/problems.ts";
import type { Value } from "../../../jq/value.ts";
import type { FunctionDefinition } from "../../model.ts";
import type { PreparedCall } from "../call.ts";
import type { CallContext } from "../call-context.ts";
import { printJson } from "../json-text.ts";
import { CallProblem, prepared } from "../problem.ts";
import { requirePlainSteps, type Request } from "../rest/request.ts";
import { plainText, writeQuery } from "../rest/serialize.ts";
import { percentEncoded } from "../secret-text.ts";
import { serviceAddress, servicePlan, type ServicePlan } from "../service.ts";
import { serviceCall } from "../service-call.ts";

export interface CustomRestPlan extends ServicePlan {
  kind: "custom-rest";
  method: string;
  /** Absolute or a path, with arguments in braces. */
  url: string;
}

/** The plan of `rest:<method>:<address>`; undefined when it is written otherwise, which is told to `problems`. */
export function planCustomRest(definition: FunctionDefinition, problems: Problems): CustomRestPlan | undefined {
  const match = /^rest:\s*(\w+)\s*:\s*(\S.*?)\s*$/is.exec(definition.operation);
  const method = match?.[1]?.toUpperCase() ?? "";
  const url = match?.[2] ?? "";
  if (methods.has(method) && !/[\s]/.test(url)) return { kind: "custom-rest", ...servicePlan(definition), method, url };
  const what = match === null || methods.has(method) ? "it" : `the method ${match[1]}`;
  problems.error(
    `function ${JSON.stringify(definition.name)}: ${what} cannot be used; write rest:<method>:<address> with one of ` +
      `${[...methods].join(", ").toLowerCase()}, such as rest:post:/orders/{id}, got ${JSON.stringify(definition.operation)}`,
    definition.operationAt,
  );
  return undefined;
}

const methods = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);
const withoutBody = new Set(["GET", "HEAD", "DELETE", "OPTIONS"]);

/**
 * Arguments in braces go into the address, those called HEADER_<name> and QUERY_<name> where they say, and the others into the query
 * of a GET or DELETE, or the body of the other methods. Arguments that are no object are the body.
 */
export function prepareCustomRest(plan: CustomRestPlan, args: Value | undefined, context: CallContext): PreparedCall {
  return prepared(`${plan.name} (${plan.operation})`, () => {
    const request: Request = { path: "", query: [], headers: [], cookies: [] };
    const rest = args instanceof Map ? new Map(args) : args;
    const url = withArguments(plan.url, rest);
    if (rest instanceof Map) placeNamed(rest, request);
    placeRest(plan.method, rest, request);
    return serviceCall(plan, plan.method, serviceAddress(plan, url, context), request, context);
  });
}

/** The address with its arguments, which are taken out of `args`. */
function withArguments(url: string, args: Value | undefined): string {
  const used = new Set<string>();
  const filled = url.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = args instanceof Map ? args.get(name) : undefined;
    if (value === undefined || value === null || value === "") {
      throw new CallProblem(
        `the argument ${JSON.stringify(name)} is part of the address, and ${value === undefined ? "is not given" : "is empty"}`,
      );
    }
    used.add(name);
    return percentEncoded(plainText(value));
  });
  if (args instanceof Map) for (const name of used) args.delete(name);
  requirePlainSteps(filled.split(/[?#]/, 1)[0]!.replace(/^https?:\/\/[^/]*/i, ""));
  return filled;
}

function placeNamed(args: Map<string, Value>, request: Request): void {
  for (const [name, value] of args) {
    const [, place = "", key = ""] = /^(HEADER|QUERY)_(.+)$/s.exec(name) ?? [];
    if (place === "") continue;
    args.delete(name);
    if (value === null) continue;
    if (place === "HEADER") request.headers.push([key, plainText(value)]);
    else request.query.push(...writeQuery(value, { name: key, style: "form", explode: true }));
  }
}

function placeRest(method: string, rest: Value | undefined, request: Request): void {
  if (rest === undefined || rest === null || (rest instanceof Map && rest.size === 0)) return;
  if (!withoutBody.has(method)) {
    request.body = { mediaType: "application/json", text: printJson(rest) };
    return;
  }
  if (!(rest instanceof Map)) throw new CallProblem(`the arguments of a ${method} have to be an object`);
  for (const [name, value] of rest) {
    const written = value instanceof Map ? printJson(value) : value;
    request.query.push(...writeQuery(written, { name, style: "form", explode: true }));
  }
}
