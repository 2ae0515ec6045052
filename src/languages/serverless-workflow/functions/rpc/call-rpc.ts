/** Calls of gRPC services, and what they answer. */
import type { JqObject, Value } from "../../../jq/value.ts";
import type { AnsweredCall, PreparedCall } from "../call.ts";
import type { CallContext } from "../call-context.ts";
import { CallProblem, prepared, problemOf } from "../problem.ts";
import { workflowHeaders } from "../rest/http-input.ts";
import type { Request } from "../rest/request.ts";
import { serviceAuth, serviceTimeout } from "../service.ts";
import type { RpcPlan } from "./rpc-plan.ts";

/**
 * The arguments are the message. To a method that takes a stream they are a list of messages, or an object whose only value is such a
 * list.
 */
export function prepareRpc(plan: RpcPlan, args: Value | undefined, context: CallContext): PreparedCall {
  return prepared(`${plan.name} (${plan.operation})`, () => {
    const request: Request = { path: "", query: [], headers: [], cookies: [] };
    request.headers.push(...workflowHeaders(context));
    if (serviceAuth(plan, context, request) !== undefined) {
      throw new CallProblem("gRPC services are called with a token or an API key only");
    }
    const input: JqObject = new Map<string, Value>([
      ["address", addressOf(plan, context)],
      ["path", `/${plan.service}/${plan.method}`],
      ["metadata", request.headers.map(([name, value]) => [name.toLowerCase(), value])],
      ["request_type", plan.request],
      ["response_type", plan.response],
      ["types", fromPlain(plan.types)],
      ["client_streaming", plan.clientStreaming],
      ["server_streaming", plan.serverStreaming],
      ["messages", messagesOf(plan, args)],
    ]);
    const timeoutMs = serviceTimeout(plan, context);
    return { kind: "call", action: "grpc", input, warnings: [], ...(timeoutMs !== undefined && { timeoutMs }) };
  });
}

function messagesOf({ clientStreaming }: RpcPlan, args: Value | undefined): Value[] {
  if (!clientStreaming) return [args ?? new Map<string, Value>()];
  if (Array.isArray(args)) return args;
  const only = args instanceof Map && args.size === 1 ? [...args.values()][0] : undefined;
  if (Array.isArray(only)) return only;
  return args === undefined || args === null ? [] : [args];
}

function fromPlain(value: unknown): Value {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value !== "object" || value === null) return value as Value;
  return new Map(Object.entries(value).map(([name, member]) => [name, fromPlain(member)]));
}

/** `quarkus.grpc.clients.<service>.host`, `port`, `plain-text`, or the function's own `host` and `port`. */
function addressOf(plan: RpcPlan, { property }: CallContext): string {
  const get = (name: string): string | undefined => {
    for (const key of rpcKeys(plan, [name])) {
      const value = property(key)?.trim();
      if (value !== undefined && value !== "") return value;
    }
    return undefined;
  };
  const host = get("host") ?? (get("port") === undefined ? undefined : "localhost");
  if (host === undefined) {
    throw new CallProblem(`nothing says which host ${plan.service} is on; set ${rpcKeys(plan, ["host"])[0]}`);
  }
  if (/^https?:\/\//i.test(host)) return host.replace(/\/+$/, "");
  const isPlain =
    get("plain-text") === "true" ||
    (get("plain-text") === undefined && get("tls.enabled") !== "true" && get("ssl.trust-store") === undefined);
  return `${isPlain ? "http" : "https"}://${host}:${get("port") ?? "9000"}`;
}

const settings = ["host", "port", "plain-text", "tls.enabled", "ssl.trust-store"];

/** The properties that say where a service is, in the order in which they count. */
export function rpcKeys(plan: Pick<RpcPlan, "name" | "service">, names: readonly string[] = settings): string[] {
  const short = plan.service.split(".").at(-1)!;
  return names.flatMap((name) => [
    `quarkus.grpc.clients.${short}.${name}`,
    `quarkus.grpc.clients.${plan.service}.${name}`,
    `quarkus.grpc.clients."${plan.service}".${name}`,
    `kogito.sw.functions.${plan.name}.${name}`,
  ]);
}

/** The answered message, or the list of them. */
export function readRpc(plan: RpcPlan, answer: Value): AnsweredCall {
  const messages = answer instanceof Map ? answer.get("messages") : undefined;
  if (!Array.isArray(messages)) {
    return { failure: problemOf(plan.name, "the action answered with no messages", "FUNCTION_ANSWER_INVALID") };
  }
  return { result: { value: plan.serverStreaming ? messages : (messages[0] ?? null) } };
}
