/** Events: CloudEvents in, and what became of them. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { NewEvent } from "../../core/event.ts";
import { parseCloudEvents } from "../../events/cloudevents.ts";
import { eventJson, listedEventJson } from "../event-json.ts";
import { acceptedSchema, eventSchema, pageOf, pageQuery, projectParams } from "../schemas.ts";

const eventBodyLimit = 25 * 1024 * 1024;

export interface EventOptions {
  engine: Engine;
  projectName: (project: string) => string;
  /** Told of every event that was accepted as new. */
  onEvent: (event: NewEvent) => void;
}

export function eventRoutes(app: FastifyInstance, options: EventOptions): void {
  const { engine, projectName } = options;
  listRoute(app, engine, projectName);
  showRoute(app, engine);
  app.register((scope, _options, done) => {
    // Read by the CloudEvents codec, in each of its modes.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer", bodyLimit: eventBodyLimit }, (_request, body, parsed) =>
      parsed(null, body),
    );
    sendRoute(scope, options);
    done();
  });
}

const listQuery = Type.Object({
  project: Type.Optional(Type.String({ minLength: 1 })),
  type: Type.Optional(Type.String({ minLength: 1, description: "Exactly this type." })),
  ...pageQuery,
});

function listRoute(app: FastifyInstance, engine: Engine, projectName: EventOptions["projectName"]): void {
  const schema = {
    summary: "List events, newest first",
    tags: ["events"],
    querystring: listQuery,
    response: { 200: pageOf(eventSchema) },
  };
  app.get<{ Querystring: Static<typeof listQuery> }>("/events", { schema }, async ({ query }, reply) => {
    const { project, ...rest } = query;
    const asked = { ...rest, ...(project !== undefined && { project: projectName(project) }) };
    const { items, next } = await engine.listEvents(asked);
    const tail = next === undefined ? "" : `,"next":${JSON.stringify(next)}`;
    return reply.type("application/json").send(`{"items":[${items.map(listedEventJson).join(",")}]${tail}}`);
  });
}

const eventParams = Type.Object({
  id: Type.String({ minLength: 1, description: "The event's id, or its log position." }),
});

function showRoute(app: FastifyInstance, engine: Engine): void {
  const schema = {
    summary: "Show an event and what became of it",
    tags: ["events"],
    params: eventParams,
    response: { 200: eventSchema },
  };
  app.get<{ Params: Static<typeof eventParams> }>("/events/:id", { schema }, async ({ params }, reply) => {
    const event = await engine.findEvent(params.id);
    if (event === undefined) throw new AutoFlowError("NOT_FOUND", `there is no event ${JSON.stringify(params.id)}`);
    return reply.type("application/json").send(eventJson(event));
  });
}

function sendRoute(app: FastifyInstance, { engine, projectName, onEvent }: EventOptions): void {
  const schema = {
    summary: "Send CloudEvents to a project's scripts",
    description:
      "In binary, structured or batched mode. Answers once they are on disk: with one result, or for a batch with a list. " +
      "The same source and id are accepted once.",
    tags: ["events"],
    params: projectParams,
    response: {
      202: Type.Union([
        acceptedSchema,
        Type.Object({ items: Type.Array(acceptedSchema) }, { additionalProperties: false }),
      ]),
    },
  };
  const options = { schema, bodyLimit: eventBodyLimit };
  app.post<{ Params: Static<typeof projectParams> }>("/projects/:project/events", options, async (request, reply) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const events = parseCloudEvents(request.headers, body, projectName(request.params.project));
    const results = events.length === 0 ? [] : await engine.appendEvents(events);
    const items: Static<typeof acceptedSchema>[] = [];
    for (const [index, result] of results.entries()) {
      const event = events[index]!;
      if (!result.duplicate) onEvent(event);
      items.push({ id: event.attributes.id, ...result });
    }
    const isBatch = request.headers["content-type"]?.toLowerCase().includes("batch") ?? false;
    return reply.code(202).send(isBatch || items.length !== 1 ? { items } : items[0]);
  });
}
