/** Errors as RFC 9457 problems: `type`, `title`, `status`, `detail`, and our `code`, `hint`, `where`, `data`, `requestId`. */
import type { FastifyError } from "fastify";
import { Type, type Static } from "typebox";
import { catalogue } from "../core/error-catalogue.ts";
import { AutoFlowError, type ErrorCode, type ErrorDetails } from "../core/errors.ts";

export const problemContentType = "application/problem+json";

export const problemSchema = Type.Object(
  {
    type: Type.String({ description: "urn:autoflow:error: and the code." }),
    title: Type.String({ description: "When this code is met." }),
    status: Type.Integer(),
    detail: Type.String({ description: "What happened, where, what was got." }),
    code: Type.String({ description: "One of docs/reference/errors.md." }),
    hint: Type.String({ description: "What to do next." }),
    where: Type.Optional(
      Type.Object(
        { file: Type.String(), line: Type.Integer(), column: Type.Integer() },
        { additionalProperties: false },
      ),
    ),
    data: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    requestId: Type.String(),
  },
  { additionalProperties: false, title: "Problem" },
);

export type Problem = Static<typeof problemSchema>;

/** What a caller may know of an error. */
export function toProblem(error: AutoFlowError, requestId: string): Problem {
  const { code, message, hint, httpStatus, where, data } = error;
  return {
    type: `urn:autoflow:error:${code}`,
    title: catalogue[code].meaning,
    status: httpStatus,
    detail: message,
    code,
    hint,
    ...(where !== undefined && { where: { file: where.file, line: where.line, column: where.column } }),
    ...(data !== undefined && { data }),
    requestId,
  };
}

/** Any error a handler or Fastify throws, as one with a code; an unknown one tells nothing of itself. */
export function toAutoFlowError(error: unknown): AutoFlowError {
  if (error instanceof AutoFlowError) return error;
  const { code = "", validation, validationContext, message, statusCode } = error as Partial<FastifyError>;
  if (validation !== undefined) return invalidRequest(validationContext, validation);
  const known = fastifyErrors[code];
  if (known !== undefined) return new AutoFlowError(known.code, known.message, known.details);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AutoFlowError("REQUEST_INVALID", message ?? "the request cannot be read");
  }
  return new AutoFlowError("INTERNAL_ERROR", "the server met an error it does not know", { cause: error });
}

const fastifyErrors: Record<string, { code: ErrorCode; message: string; details?: ErrorDetails }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: "REQUEST_TOO_LARGE", message: "the body is larger than this route takes" },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    code: "REQUEST_JSON_MALFORMED",
    message: "the body is empty, and its content type says JSON",
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: "REQUEST_JSON_MALFORMED", message: "the body is not valid JSON" },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: "REQUEST_INVALID",
    message: "the body's content type is not one that this route takes",
    details: { hint: "Send content-type: application/json." },
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: "REQUEST_INVALID",
    message: "the body does not have the length that its content-length says",
  },
};

const contextNames: Record<string, string> = { body: "body", querystring: "query", params: "path", headers: "headers" };

function invalidRequest(
  context: string | undefined,
  validation: NonNullable<FastifyError["validation"]>,
): AutoFlowError {
  const [first] = validation;
  const at = (first?.instancePath ?? "").slice(1).replaceAll("/", ".");
  const subject = [contextNames[context ?? ""] ?? "request", at].filter((part) => part !== "").join(" ");
  const unknown = first?.params["additionalProperty"];
  const what =
    typeof unknown === "string" ? `has an unknown field ${JSON.stringify(unknown)}` : (first?.message ?? "is wrong");
  const choices = first?.params["allowedValues"];
  const suffix = Array.isArray(choices) ? `: ${choices.join(", ")}` : "";
  return new AutoFlowError("REQUEST_INVALID", `${subject} ${what}${suffix}`);
}
