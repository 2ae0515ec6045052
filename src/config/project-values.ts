/** Variables and secrets of projects, as the configuration gives them. */
import type { SecretSource, VariableSource } from "../core/action.ts";
import type { ProjectConfig } from "./config.ts";
import type { Environment } from "./environment.ts";
import { readSecret, type SecretPlace } from "./secret-value.ts";

/** A secret in a file may change while the server runs; it is looked at again after this many ms. */
const rereadMs = 5000;

/** What holds for a project: its own settings over those of "*". A project is known by its key and by its `path`. */
export function createProjectLookup(projects: ReadonlyMap<string, ProjectConfig>): (project: string) => ProjectConfig {
  const all = projects.get("*") ?? { path: undefined, script: undefined, vars: {}, secrets: {} };
  const known = new Map<string, ProjectConfig>();
  for (const [key, own] of projects) {
    const whole: ProjectConfig = {
      path: own.path,
      script: own.script ?? all.script,
      vars: { ...all.vars, ...own.vars },
      secrets: { ...all.secrets, ...own.secrets },
      projectSources: { ...all.projectSources, ...own.projectSources },
    };
    known.set(key, whole);
    if (own.path !== undefined) known.set(own.path, whole);
  }
  return (project) => known.get(project) ?? all;
}

/** The key under which a project is configured, for its key or its `path`; any other name is its own. */
export function createProjectNames(projects: ReadonlyMap<string, ProjectConfig>): (project: string) => string {
  const keys = new Map<string, string>();
  for (const [key, { path }] of projects) if (path !== undefined) keys.set(path, key);
  return (project) => keys.get(project) ?? project;
}

export function createVariableSource(projects: ReadonlyMap<string, ProjectConfig>): VariableSource {
  const lookUp = createProjectLookup(projects);
  return { values: (project) => lookUp(project).vars };
}

/** A secret that cannot be read any more is as good as not configured. */
export function createSecretSource(
  projects: ReadonlyMap<string, ProjectConfig>,
  environment: Environment,
): SecretSource {
  const lookUp = createProjectLookup(projects);
  const files = new Map<string, { value: string | undefined; readAt: number }>();

  function read(place: SecretPlace): string | undefined {
    if (!("file" in place)) return valueOf(place);
    const known = files.get(place.file);
    const now = performance.now();
    if (known !== undefined && now - known.readAt < rereadMs) return known.value;
    const value = valueOf(place);
    files.set(place.file, { value, readAt: now });
    return value;
  }

  function valueOf(place: SecretPlace): string | undefined {
    const result = readSecret(place, environment);
    return "value" in result ? result.value : undefined;
  }

  return {
    value(project, name) {
      const { secrets } = lookUp(project);
      return Object.hasOwn(secrets, name) ? read(secrets[name]!) : undefined;
    },
    names: (project) => Object.keys(lookUp(project).secrets),
  };
}
