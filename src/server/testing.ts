/** A server on a real engine for tests, whose every answer is held against /openapi.json. */
import assert from "node:assert/strict";
import { Ajv } from "ajv";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import type { Action } from "../core/action.ts";
import type { Engine } from "../core/engine.ts";
import type { NewEvent } from "../core/event.ts";
import { silentLog } from "../core/ports.ts";
import { type Diagnostic, defaultLimits } from "../core/program.ts";
import { openEmbeddedEngine } from "../engines/embedded/open.ts";
import { toyProgram, toySource, type ToyHandler } from "../engines/testing/toy-program.ts";
import { systemClock } from "../host/clock.ts";
import { createSystemRandom } from "../host/random.ts";
import { serverlessWorkflow } from "../languages/serverless-workflow/program.ts";
import { starlark } from "../languages/starlark/program.ts";
import { createMetrics } from "./metrics.ts";
import { createValidator, type ValidationSettings, type Validator } from "./validation/validator.ts";
import { createServer, type ServerOptions } from "./server.ts";

export const testScript = ".gitlab/autoflow/main.star";

export interface TestServer extends AsyncDisposable {
  app: FastifyInstance;
  engine: Engine;
  /** What the server told of as new. */
  events: NewEvent[];
  /** Asks as a program of this machine, and checks the answer against /openapi.json. */
  call(options: Asked): Promise<LightMyRequestResponse>;
  /** Makes a definition of project 1. */
  define(...handlers: ToyHandler[]): Promise<void>;
  /** Makes a script the main one of a project, 1 unless said. Answers its problems. */
  script(text: string, project?: string): Promise<Diagnostic[]>;
  /** Makes a workflow of these files, whose first is its entry; of project 1 unless said. */
  workflow(files: Record<string, string>, project?: string): Promise<void>;
}

export async function openTestServer(
  { validation, ...overrides }: Partial<ServerOptions> & { validation?: Partial<ValidationSettings> } = {},
  actions: readonly Action[] = [],
): Promise<TestServer> {
  const metrics = createMetrics({ ofProcess: false });
  const engine = await openEmbeddedEngine({
    dataDir: undefined,
    programs: new Map([
      ["toy", toyProgram()],
      [serverlessWorkflow.language, serverlessWorkflow],
      [starlark.language, starlark],
    ]),
    actions,
    clock: systemClock,
    random: createSystemRandom(),
    log: silentLog,
    observer: metrics.observer,
    variables: { values: () => ({}) },
    secrets: { names: () => [], value: () => undefined },
    limits: defaultLimits,
  });
  const events: NewEvent[] = [];
  const validator = testValidator(engine, actions, validation);
  const app = await createServerOrDrain({
    engine,
    host: "127.0.0.1",
    apiToken: undefined,
    sources: new Map(),
    projectName: (project) => (project === "group/app" ? "1" : project),
    directory: { isMember: (_project, group, user) => Promise.resolve(`${group}/${user}` === "group/kim") },
    validator,
    metrics,
    log: silentLog,
    clock: systemClock,
    random: createSystemRandom(),
    version: "0.0.0-test",
    onEvent: (event) => void events.push(event),
    ...overrides,
  });
  await app.ready();
  const check = answerCheck(app);
  return {
    app,
    engine,
    events,
    async call(options) {
      const answer = await app.inject({ ...options, headers: { host: "127.0.0.1:8080", ...options.headers } });
      check(options, answer);
      return answer;
    },
    async define(...handlers) {
      const files = new Map([[testScript, toySource(...handlers)]]);
      await engine.putDefinition({ project: "1", language: "toy", sources: { entry: testScript, files } });
    },
    async script(text, project = "1") {
      const sources = { entry: testScript, files: new Map([[testScript, text]]) };
      const { problems } = await engine.putDefinition({ project, language: starlark.language, sources });
      return problems;
    },
    async workflow(files, project = "1") {
      const [entry = ""] = Object.keys(files);
      const sources = { entry, files: new Map(Object.entries(files)) };
      const { problems } = await engine.putDefinition({ project, language: serverlessWorkflow.language, sources });
      assert.deepEqual(problems, []);
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await engine.drain();
    },
  };
}

/** Knows project 1, whose path nobody says. */
function testValidator(
  engine: Engine,
  actions: readonly Action[],
  settings: Partial<ValidationSettings> | undefined,
): Validator {
  return createValidator({
    engine,
    projectName: (project) => project,
    actions,
    variables: { values: () => ({}) },
    secrets: { names: () => [], value: () => undefined },
    limits: defaultLimits,
    clock: systemClock,
    log: silentLog,
    random: createSystemRandom(),
    timeoutMs: 5000,
    maxTimeoutMs: 30_000,
    onFailure: "deny",
    policies: new Map(),
    projectPaths: new Map([["1", undefined]]),
    ...settings,
  });
}

async function createServerOrDrain(options: ServerOptions): Promise<FastifyInstance> {
  try {
    return await createServer(options);
  } catch (error) {
    await options.engine.drain();
    throw error;
  }
}

/** Waits until a condition holds. */
export async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Asked = InjectOptions & { url: string };

interface OpenApi {
  paths: Record<
    string,
    Record<string, { responses?: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
}

const undocumented = new Set(["/metrics", "/openapi.json"]);

/** Fails when an answer with JSON is not what its route is documented to answer. */
function answerCheck(app: FastifyInstance): (asked: Asked, answer: LightMyRequestResponse) => void {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const { paths } = app.swagger() as unknown as OpenApi;
  const templates = Object.keys(paths)
    .toSorted((a, b) => a.split("{").length - b.split("{").length)
    .map((template) => ({ template, pattern: new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`) }));
  return (asked, answer) => {
    const type = answer.headers["content-type"] ?? "";
    if (answer.statusCode >= 400) assert.ok(type.startsWith("application/"), type);
    const [pathname = ""] = asked.url.split("?");
    const template = templates.find(({ pattern }) => pattern.test(pathname))?.template;
    if (template === undefined || answer.statusCode >= 400 || undocumented.has(pathname)) return;
    const responses = paths[template]![asked.method?.toLowerCase() ?? "get"]?.responses ?? {};
    const documented = responses[answer.statusCode];
    assert.ok(documented, `${template} is not documented to answer ${answer.statusCode}`);
    const schema = documented.content?.["application/json"]?.schema;
    if (schema === undefined || answer.body === "") return;
    assert.ok(ajv.validate(schema, answer.json()), `${template}: ${ajv.errorsText()}\n${answer.body}`);
  };
}
