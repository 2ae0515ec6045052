/** Calls of functions, seen from the machine: what to ask an action for, and what its answer means. Pure. */
import type { Failure } from "../../../core/failure.ts";
import type { Value } from "../../jq/value.ts";
import { prepareAsyncApi } from "./asyncapi/call-asyncapi.ts";
import { prepareCustomRest } from "./custom/custom-rest.ts";
import { prepareGraphql, readGraphql } from "./graphql/call-graphql.ts";
import { prepareOdata } from "./odata.ts";
import type { FunctionPlan } from "./plan.ts";
import { readHttpAnswer } from "./rest/answer.ts";
import type { CallContext } from "./call-context.ts";
import { prepareRest } from "./rest/request.ts";
import { plainText } from "./rest/serialize.ts";
import { prepareRpc, readRpc } from "./rpc/call-rpc.ts";

export type PreparedCall =
  /** For an effect `call`. Strings in `input` may hold the places of secrets. */
  | { kind: "call"; action: string; input: Value; timeoutMs?: number; warnings: string[] }
  /** For an effect `log`; the call's result is null. */
  | { kind: "log"; level: "debug" | "info" | "warn" | "error"; message: string }
  /** It cannot be made. */
  | { kind: "problem"; failure: Failure };

export interface CallResult {
  value: Value;
  /** Of what was answered by HTTP: for `$WORKFLOW`. */
  statusCode?: number;
  statusMessage?: string;
  /** Names in lower case. */
  headers?: Map<string, Value>;
}

export type AnsweredCall = { result: CallResult } | { failure: Failure };

/** What a call of a function asks for. `args` is undefined when the author gave none. Not for functions of type "expression". */
export function prepareCall(plan: FunctionPlan, args: Value | undefined, context: CallContext): PreparedCall {
  switch (plan.kind) {
    case "expression":
      throw new Error("expressions are evaluated by the machine");
    case "log":
      return { kind: "log", level: plan.level, message: logMessage(args) };
    case "rest":
      return prepareRest(plan, args, context);
    case "custom-rest":
      return prepareCustomRest(plan, args, context);
    case "graphql":
      return prepareGraphql(plan, args, context);
    case "odata":
      return prepareOdata(plan, args, context);
    case "asyncapi":
      return prepareAsyncApi(plan, args, context);
    case "rpc":
      return prepareRpc(plan, args, context);
  }
}

/** What the answer of a call's action means. `now` is epoch ms. */
export function readAnswer(
  plan: FunctionPlan,
  answer: { value: Value } | { error: Failure },
  now: number,
): AnsweredCall {
  if ("error" in answer) return { failure: answer.error };
  switch (plan.kind) {
    case "rest":
    case "custom-rest":
    case "odata":
    case "asyncapi":
      return readHttpAnswer(plan, answer.value, now);
    case "graphql":
      return readGraphql(plan, answer.value, now);
    case "rpc":
      return readRpc(plan, answer.value);
    case "expression":
    case "log":
      return { result: { value: answer.value } };
  }
}

function logMessage(args: Value | undefined): string {
  if (!(args instanceof Map)) return plainText(args ?? null);
  const message = args.get("message");
  return message === undefined ? plainText(args) : plainText(message);
}
