/** Calls of GraphQL services (GraphQL over HTTP), and what they answer. */
import type { JqObject, Value } from "../../../jq/value.ts";
import type { AnsweredCall, PreparedCall } from "../call.ts";
import type { CallContext } from "../call-context.ts";
import { printJson } from "../json-text.ts";
import { CallProblem, prepared } from "../problem.ts";
import { readHttpAnswer } from "../rest/answer.ts";
import type { Request } from "../rest/request.ts";
import { hasSecret } from "../secret-text.ts";
import { namedArguments, serviceAddress } from "../service.ts";
import { serviceCall } from "../service-call.ts";
import type { GraphqlPlan } from "./plan-graphql.ts";

/**
 * One field with its arguments and the action's selection set. With a schema all arguments are variables of their types; without one
 * they are written into the query, but for texts with secrets, which are variables of type String.
 */
export function prepareGraphql(plan: GraphqlPlan, args: Value | undefined, context: CallContext): PreparedCall {
  return prepared(`${plan.name} (${plan.operation})`, () => {
    const named = namedArguments(args);
    const variables: JqObject = new Map();
    const declared: string[] = [];
    const given: string[] = [];
    for (const [name, value] of named) {
      if (!/^[_A-Za-z]\w*$/.test(name))
        throw new CallProblem(`${JSON.stringify(name)} cannot be the name of an argument`);
      const type = variableType(plan, name, value);
      if (type !== undefined) {
        declared.push(`$${name}: ${type}`);
        variables.set(name, value);
      }
      given.push(`${name}: ${type === undefined ? literal(value) : `$${name}`}`);
    }
    const head = declared.length === 0 ? plan.operationType : `${plan.operationType} (${declared.join(", ")})`;
    const field = given.length === 0 ? plan.field : `${plan.field}(${given.join(", ")})`;
    const query = `${head} { ${field}${selection(context.selectionSet)} }`;
    const content: JqObject = new Map<string, Value>([["query", query]]);
    if (variables.size > 0) content.set("variables", variables);
    const body = { mediaType: "application/json", text: printJson(content) };
    const headers: [string, string][] = [["accept", "application/graphql-response+json, application/json"]];
    const request: Request = { path: "", query: [], headers, cookies: [], body };
    return serviceCall(plan, "POST", serviceAddress(plan, plan.url, context), request, context);
  });
}

/** Undefined for an argument that is written into the query. */
function variableType(
  { argumentTypes, field, operation }: GraphqlPlan,
  name: string,
  value: Value,
): string | undefined {
  if (argumentTypes !== undefined) {
    if (Object.hasOwn(argumentTypes, name)) return argumentTypes[name];
    throw new CallProblem(`${field} of ${operation.split("#", 1)[0]} has no argument ${JSON.stringify(name)}`);
  }
  if (typeof value === "string" && hasSecret(value)) return "String!";
  if (hasSecret(printJson(value)))
    throw new CallProblem(`a secret inside the argument ${JSON.stringify(name)} needs the service's schema`);
  return undefined;
}

function selection(selectionSet: string | undefined): string {
  const text = selectionSet?.trim() ?? "";
  if (text === "") return "";
  return text.startsWith("{") ? ` ${text}` : ` { ${text} }`;
}

/** GraphQL, section 2.9: like JSON, but for the names of fields. */
function literal(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (!(value instanceof Map)) return printJson(value);
  const fields = [...value].map(([name, member]) => {
    if (!/^[_A-Za-z]\w*$/.test(name)) throw new CallProblem(`${JSON.stringify(name)} cannot be the name of a field`);
    return `${name}: ${literal(member)}`;
  });
  return `{${fields.join(", ")}}`;
}

/** The answer's `data`; its `errors` are a failure. */
export function readGraphql(plan: GraphqlPlan, answer: Value, now: number): AnsweredCall {
  const read = readHttpAnswer({ ...plan, failOnStatusCode: false }, answer, now);
  if ("failure" in read) return read;
  const { value, statusCode = 0 } = read.result;
  const messages = value instanceof Map ? errorMessages(value.get("errors")) : [];
  if (messages.length > 0 && plan.failOnStatusCode) {
    return {
      failure: {
        type: "graphql",
        code: "FUNCTION_FAILED",
        message: `${plan.name}: ${plan.operation} answered with errors: ${messages.join("; ").slice(0, 1000)}`,
        retryable: false,
        details: { status_code: statusCode, errors: messages },
      },
    };
  }
  if (statusCode >= 400 && plan.failOnStatusCode) return readHttpAnswer(plan, answer, now);
  const data = value instanceof Map ? value.get("data") : undefined;
  return { result: { ...read.result, value: data ?? value } };
}

function errorMessages(errors: Value | undefined): string[] {
  if (!Array.isArray(errors)) return [];
  return errors.map((error) => {
    const message = error instanceof Map ? error.get("message") : undefined;
    return typeof message === "string" ? message : printJson(error);
  });
}
