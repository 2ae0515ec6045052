/** Whether a failure is the one that a workflow's error definition means. */
import type { Failure } from "../../../core/failure.ts";
import { JqError } from "../../jq/errors.ts";
import { codePointsOf, compileRegex } from "../../jq/regex/regex.ts";
import type { ErrorDefinition } from "../model.ts";

/**
 * A code is an HTTP status ("404", "HTTP:404"), a code of the error catalogue or of gRPC, the name of a Java class that SonataFlow
 * would throw, or else a regular expression that the message contains. A definition without a code means every failure.
 */
export function matchesError({ code }: Pick<ErrorDefinition, "code">, failure: Failure): boolean {
  const wanted = code?.trim() ?? "";
  if (wanted === "") return true;
  const status = /^(?:HTTP:\s*)?([1-5]\d\d)$/i.exec(wanted)?.[1];
  if (status !== undefined && statusOf(failure) === Number(status)) return true;
  if (wanted === failure.code || wanted === detailOf(failure, "grpc_status")) return true;
  const matches = status === undefined ? classOf(wanted) : undefined;
  return matches === undefined ? messageContains(failure.message, wanted) : matches(failure);
}

/** The HTTP status that a failure is about. */
export function statusOf(failure: Failure): number | undefined {
  const status = detailOf(failure, "status_code");
  return typeof status === "number" ? status : undefined;
}

function detailOf({ details }: Failure, name: string): unknown {
  return typeof details === "object" && details !== null ? (details as Record<string, unknown>)[name] : undefined;
}

type Matches = (failure: Failure) => boolean;

const hasStatus: Matches = (failure) => statusOf(failure) !== undefined;
const isTimeout: Matches = ({ type, code }) => type === "timeout" || code === "HTTP_TIMEOUT";
const isConnection: Matches = ({ code }) => code === "HTTP_CONNECTION_FAILED";
const isExpression: Matches = ({ type }) => type === "expression";

function statusIs(from: number, to = from): Matches {
  return (failure) => {
    const status = statusOf(failure) ?? 0;
    return status >= from && status <= to;
  };
}

/** What is thrown where in SonataFlow, by the last part of the class's name. */
const classes: Record<string, Matches> = {
  Throwable: () => true,
  Exception: () => true,
  RuntimeException: () => true,
  WorkflowRuntimeException: () => true,
  WorkItemExecutionError: () => true,
  WorkItemExecutionException: () => true,
  ProcessInstanceExecutionException: () => true,
  // Jakarta REST
  WebApplicationException: hasStatus,
  ClientWebApplicationException: hasStatus,
  ResteasyWebApplicationException: hasStatus,
  ClientErrorException: statusIs(400, 499),
  BadRequestException: statusIs(400),
  NotAuthorizedException: statusIs(401),
  ForbiddenException: statusIs(403),
  NotFoundException: statusIs(404),
  NotAllowedException: statusIs(405),
  NotAcceptableException: statusIs(406),
  NotSupportedException: statusIs(415),
  RedirectionException: statusIs(300, 399),
  ServerErrorException: statusIs(500, 599),
  InternalServerErrorException: statusIs(500),
  ServiceUnavailableException: statusIs(503),
  ProcessingException: (failure) =>
    isConnection(failure) || isTimeout(failure) || failure.code === "FUNCTION_ANSWER_INVALID",
  ResponseProcessingException: ({ code }) => code === "FUNCTION_ANSWER_INVALID",
  // Java
  IOException: (failure) => isConnection(failure) || isTimeout(failure),
  SocketException: isConnection,
  ConnectException: isConnection,
  UnknownHostException: (failure) => isConnection(failure) && causeIs(failure, "ENOTFOUND", "EAI_AGAIN"),
  NoRouteToHostException: (failure) => isConnection(failure) && causeIs(failure, "EHOSTUNREACH", "ENETUNREACH"),
  SSLException: (failure) => isConnection(failure) && /TLS/.test(failure.message),
  SSLHandshakeException: (failure) => isConnection(failure) && /TLS/.test(failure.message),
  TimeoutException: isTimeout,
  SocketTimeoutException: isTimeout,
  ConnectTimeoutException: isTimeout,
  HttpTimeoutException: isTimeout,
  NoStackTraceTimeoutException: isTimeout,
  IllegalArgumentException: ({ code, type }) => code === "FUNCTION_CALL_INVALID" || type === "expression",
  NullPointerException: ({ code }) => code === "FUNCTION_CALL_INVALID",
  // jq, JSON, gRPC
  JsonQueryException: isExpression,
  JsonProcessingException: ({ code }) => code === "FUNCTION_ANSWER_INVALID",
  JsonParseException: ({ code }) => code === "FUNCTION_ANSWER_INVALID",
  StatusRuntimeException: ({ type }) => type === "grpc",
};

function causeIs(failure: Failure, ...causes: string[]): boolean {
  return causes.includes(String(detailOf(failure, "cause")));
}

/** Undefined for what is not the full name of a class. A class that is not known matches nothing but a message that names it. */
function classOf(code: string): Matches | undefined {
  if (!/^[a-z_][\w]*(?:\.[A-Za-z_][\w]*)*\.[A-Z][\w$]*$/.test(code)) return undefined;
  const name = code.split(/[.$]/).at(-1)!;
  return Object.hasOwn(classes, name) ? classes[name]! : ({ message }) => message.includes(code);
}

/** Longer messages are looked at up to here. */
const longestMessage = 4096;
/** What a search may take; a pattern that needs more does not match. */
const mostSteps = 100_000;

class TooMuch extends Error {}

/** A text that is no pattern is searched as it is. */
function messageContains(message: string, pattern: string): boolean {
  const searched = message.slice(0, longestMessage);
  let steps = 0;
  const charge = (count: number): void => {
    steps += count;
    if (steps > mostSteps) throw new TooMuch();
  };
  try {
    // Its syntax has what Java's has: flags inside, quoted literals, possessive repeats.
    const regex = compileRegex(pattern, "");
    return regex.search(codePointsOf(searched), 0, { charge, allocate() {} }) !== undefined;
  } catch (error) {
    if (error instanceof JqError) return searched.includes(pattern);
    if (error instanceof TooMuch) return false;
    throw error;
  }
}
