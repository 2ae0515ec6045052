/** Driver scripts: the top level is the run itself. */
import type { FastifyInstance } from "fastify";
import { Type, type Static } from "typebox";
import type { Engine, StartDriver } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { isObject } from "../../events/body-fields.ts";
import { parseJsonBody } from "../../events/json-body.ts";
import { sliceMember } from "../../events/json-slices.ts";
import { loadedProjectSchema, projectParams } from "../schemas.ts";

/** Sources are texts that people write. */
const driverBodyLimit = 8 * 1024 * 1024;

const driverBody = Type.Object(
  {
    identity: Type.String({
      minLength: 1,
      maxLength: 255,
      description: "One open run per identity; a second start answers with the first.",
    }),
    language: Type.String({ minLength: 1 }),
    entry: Type.String({ minLength: 1, description: "Which of the files is the script." }),
    files: Type.Record(Type.String(), Type.String(), { description: "Texts by path, the entry and what it loads." }),
    input: Type.Optional(Type.Unknown({ description: "Any JSON value." })),
    onChange: Type.Optional(
      Type.Enum(["refuse", "resume", "new"], {
        description: "What to do with an open run whose files differ; `refuse` unless said.",
      }),
    ),
    missing: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object(
          { reason: Type.Optional(Type.String()), siblings: Type.Optional(Type.Array(Type.String())) },
          { additionalProperties: false },
        ),
        { description: "What is known, by path, of files that are loaded and could not be had." },
      ),
    ),
    libraries: Type.Optional(
      Type.Array(loadedProjectSchema, { description: "Other projects whose files are among the files." }),
    ),
    commit: Type.Optional(Type.String()),
    author: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

const started = Type.Object(
  { runId: Type.String(), created: Type.Boolean({ description: "false: the run was there already." }) },
  { additionalProperties: false },
);

export function driverRoutes(app: FastifyInstance, engine: Engine, projectName: (project: string) => string): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer", bodyLimit: driverBodyLimit },
    (_request, body, done) => {
      try {
        done(null, parseBody(Buffer.from(body)));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  const schema = {
    summary: "Start a driver script",
    tags: ["runs"],
    params: projectParams,
    body: driverBody,
    response: { 200: started, 201: started },
  };
  const options = { schema, bodyLimit: driverBodyLimit };
  type Route = { Params: Static<typeof projectParams>; Body: Static<typeof driverBody> };
  app.post<Route>("/projects/:project/drivers", options, async ({ params, body }, reply) => {
    const answer = await engine.startDriver(toRequest(projectName(params.project), body));
    return reply.code(answer.created ? 201 : 200).send(answer);
  });
}

/** The body, with the JSON text of `input` in its place: a script reads its numbers as they were sent. */
function parseBody(bytes: Buffer): unknown {
  const body = parseJsonBody(bytes, "the body");
  if (!isObject(body)) return body;
  const { member } = sliceMember(bytes, bytes.indexOf("{"), "input");
  return member === undefined ? body : { ...body, input: bytes.toString("utf8", member.start, member.end) };
}

function toRequest(project: string, body: Static<typeof driverBody>): StartDriver {
  const { identity, language, entry, files, missing, libraries, input, onChange, commit, author } = body;
  if (!Object.hasOwn(files, entry)) {
    throw new AutoFlowError("REQUEST_INVALID", `the entry ${JSON.stringify(entry)} is not among the files`);
  }
  return {
    definition: {
      project,
      language,
      sources: {
        entry,
        files: new Map(Object.entries(files)),
        ...(missing !== undefined && { missing: new Map(Object.entries(missing)) }),
      },
      ...(libraries !== undefined && { libraries }),
      ...(commit !== undefined && { commit }),
      ...(author !== undefined && { author }),
    },
    identity,
    ...(typeof input === "string" && { input }),
    ...(onChange !== undefined && { onChange }),
  };
}
