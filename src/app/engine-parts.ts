/** What every engine is given: what scripts can do, what they are given, and what their definitions are checked against. */
import { echoAction } from "../actions/echo.ts";
import { createGitLabDirectory } from "../actions/gitlab/directory.ts";
import { createGitLabAction } from "../actions/gitlab/gitlab.ts";
import { createGrpcAction } from "../actions/grpc/grpc.ts";
import { createHttpAction } from "../actions/http.ts";
import { createJsonSchemaAction } from "../actions/json-schema.ts";
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/environment.ts";
import { createGitLabAccess, createSecretSource, createVariableSource } from "../config/project-values.ts";
import type { Log, Observer } from "../core/ports.ts";
import type { WorkflowDescription } from "../core/program.ts";
import { systemClock } from "../host/clock.ts";
import { createSystemRandom } from "../host/random.ts";
import { version } from "../host/version.ts";
import { schemaProblems } from "../schema/definition-schemas.ts";
import { programs } from "../server/definition-languages.ts";
import { inputViolations } from "../server/workflows/input-check.ts";
import { missingEnvironment } from "../server/workflows/missing-environment.ts";

export interface EngineSurroundings {
  /** Where secrets are read from, and what workflows may have. */
  environment: Environment;
  log: Log;
  observer: Observer;
}

export type EngineParts = ReturnType<typeof createEngineParts>["parts"];

/** The parts, who is a member of groups, and what closes the connections that actions keep: after the engine has drained. */
export function createEngineParts(config: Config, { environment, log, observer }: EngineSurroundings) {
  const secrets = createSecretSource(config.projects, environment);
  const variables = createVariableSource(config.projects, environment);
  const calls = { ...config.httpClient, secrets, userAgent: `AutoFlow/${version()}` };
  const http = createHttpAction({ ...calls, clock: systemClock });
  const grpc = createGrpcAction(calls);
  const access = createGitLabAccess(config.projects, config.gitlab, environment);
  const gitlab = createGitLabAction({ ...calls, access, clock: systemClock });
  const directory = createGitLabDirectory({ ...calls, access, clock: systemClock, log });
  const parts = {
    programs,
    actions: [echoAction, http, gitlab, grpc, createJsonSchemaAction({ secrets })],
    clock: systemClock,
    random: createSystemRandom(),
    log,
    observer,
    variables,
    secrets,
    limits: config.limits,
    checkInput: (workflow: WorkflowDescription, input: string) => inputViolations(workflow, JSON.parse(input)),
    checkDefinition: (workflow: WorkflowDescription, project: string) => [
      ...schemaProblems(workflow),
      ...missingEnvironment(workflow, project, { variables, secrets }),
    ],
  };
  const close = (): void => {
    http.close();
    gitlab.close();
    directory.close();
    grpc.close();
  };
  return { parts, directory, close };
}
