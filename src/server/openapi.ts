/** What /openapi.json says beyond the routes' own schemas. */
import { STATUS_CODES } from "node:http";
import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import { problemContentType, problemSchema } from "./problem.ts";

/** Options of the generator: the head of the document, and what all operations have in common. */
export function openapiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "AutoFlow",
        version,
        description:
          "Runs automation that must not be lost. Errors are RFC 9457 problems with a `code` of docs/reference/errors.md. " +
          "Times are in milliseconds since 1970.",
      },
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "`api_token` of the configuration, where it is set." },
        },
      },
    },
    transformObject: (document) =>
      "openapiObject" in document ? complete(document.openapiObject) : document.swaggerObject,
  };
}

interface Operation {
  security?: unknown[];
  requestBody?: unknown;
  responses?: Record<string, Response>;
}

interface Response {
  description: string;
  content?: Record<string, unknown>;
}

type Document = ReturnType<NonNullable<FastifyDynamicSwaggerOptions["transformObject"]>>;

function complete(given: object): Document {
  const document = structuredClone(given) as {
    paths?: Record<string, Record<string, Operation>>;
    components?: { schemas?: Record<string, unknown> };
  };
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, Problem: problemSchema };
  for (const [path, operations] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(operations)) completeOperation(path, method, operation);
  }
  return document;
}

function completeOperation(path: string, method: string, operation: Operation): void {
  if (!isOpen(path)) operation.security = [{ token: [] }];
  const requestBody = method === "get" || method === "delete" ? undefined : rawBodies[path];
  if (requestBody !== undefined) operation.requestBody ??= requestBody;
  operation.responses ??= {};
  for (const [status, response] of Object.entries(operation.responses)) {
    if (response.description === "Default Response") response.description = STATUS_CODES[status] ?? "";
    if (status === "204") delete response.content;
  }
  operation.responses["default"] ??= {
    description: "A problem",
    content: { [problemContentType]: { schema: { $ref: "#/components/schemas/Problem" } } },
  };
}

/** Routes that verify callers in their own way, or answer everybody. */
function isOpen(path: string): boolean {
  return path.startsWith("/webhooks/") || path === "/healthz" || path === "/readyz";
}

const anyJson = { "application/json": { schema: {} } };

/** Bodies that are read as bytes and not by a schema. */
const rawBodies: Record<string, unknown> = {
  "/": { required: true, description: "CloudEvents 1.0 over HTTP.", content: anyJson },
  "/{workflowId}": { description: "The input: an object, plain or under `workflowdata`.", content: anyJson },
  "/{workflowId}/{id}": { description: "Data: an object, plain or under `workflowdata`.", content: anyJson },
  "/webhooks/gitlab/{source}": { required: true, description: "As GitLab sends it.", content: anyJson },
  "/api/v1/runs/{id}/signals/{name}": { description: "The payload.", content: anyJson },
  "/api/v1/projects/{project}/events": {
    required: true,
    description: "CloudEvents 1.0 over HTTP. In binary mode the attributes are ce- headers and the body is the data.",
    content: {
      "application/cloudevents+json": { schema: { type: "object" } },
      "application/cloudevents-batch+json": { schema: { type: "array", items: { type: "object" } } },
      ...anyJson,
    },
  },
};
