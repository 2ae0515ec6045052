/** Publishes a message over HTTP. */
import type { Value } from "../../../jq/value.ts";
import type { PreparedCall } from "../call.ts";
import type { CallContext } from "../call-context.ts";
import { printJson } from "../json-text.ts";
import { CallProblem, prepared } from "../problem.ts";
import { configuredServer, requirePlainSteps, type Request } from "../rest/request.ts";
import { plainText, writeQuery } from "../rest/serialize.ts";
import { percentEncoded } from "../secret-text.ts";
import { serviceAddress } from "../service.ts";
import { serviceCall } from "../service-call.ts";
import type { AsyncApiPlan } from "./plan-asyncapi.ts";

/**
 * Arguments go into the channel's address, the query and headers where the document declares them. The others are the message, or
 * `payload` is when it is the only one.
 */
export function prepareAsyncApi(plan: AsyncApiPlan, args: Value | undefined, context: CallContext): PreparedCall {
  return prepared(`${plan.name} (${plan.operation})`, () => {
    const request: Request = { path: "", query: [], headers: [], cookies: [] };
    const rest = args instanceof Map ? new Map(args) : new Map<string, Value>();
    const path = plan.path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
      const value = rest.get(name);
      if (value === undefined || value === null || value === "")
        throw new CallProblem(`the channel's parameter ${JSON.stringify(name)} is not given`);
      rest.delete(name);
      return percentEncoded(plainText(value));
    });
    requirePlainSteps(path);
    take(rest, plan.query, (name, value) =>
      request.query.push(...writeQuery(value, { name, style: "form", explode: true })),
    );
    take(rest, plan.headers, (name, value) => request.headers.push([name, plainText(value)]));
    const message = args instanceof Map ? payloadOf(rest) : (args ?? null);
    if (plan.method !== "GET" && plan.method !== "HEAD") {
      request.body = {
        mediaType: plan.mediaType,
        text: isJson(plan.mediaType) ? printJson(message) : plainText(message),
      };
    }
    const server = configuredServer(plan, context) ?? serviceAddress(plan, plan.server, context);
    return serviceCall(plan, plan.method, server.replace(/\/+$/, "") + path, request, context);
  });
}

function take(args: Map<string, Value>, names: readonly string[], place: (name: string, value: Value) => void): void {
  for (const name of names) {
    const value = args.get(name);
    if (value !== undefined && value !== null) place(name, value);
    args.delete(name);
  }
}

function payloadOf(rest: Map<string, Value>): Value {
  const payload = rest.get("payload");
  return rest.size === 1 && payload !== undefined ? payload : rest;
}

function isJson(mediaType: string): boolean {
  return /\bjson\b/i.test(mediaType.split(";", 1)[0]!);
}
