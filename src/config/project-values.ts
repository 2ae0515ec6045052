/** Variables and secrets of projects: as the configuration gives them, and of the environment what it allows. */
import type { GitLabAccess, SecretSource, VariableSource } from "../core/action.ts";
import type { GitLabInstance, ProjectConfig } from "./config.ts";
import { isCredential } from "./credential-names.ts";
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
      ...((own.gitlab ?? all.gitlab) ? { gitlab: own.gitlab ?? all.gitlab! } : {}),
      vars: { ...all.vars, ...own.vars },
      secrets: { ...all.secrets, ...own.secrets },
      projectSources: { ...all.projectSources, ...own.projectSources },
      environment: [...(all.environment ?? []), ...(own.environment ?? [])],
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

/** Of the environment, what the project may have and is no credential (`isCredential`); what is configured comes first. */
export function createVariableSource(
  projects: ReadonlyMap<string, ProjectConfig>,
  environment: Environment = {},
): VariableSource {
  const lookUp = createProjectLookup(projects);
  return {
    values(project, names = []) {
      const config = lookUp(project);
      const allowed = names.filter((name) => allowedValue(config, environment, name)?.isSecret === false);
      if (allowed.length === 0) return config.vars;
      return { ...Object.fromEntries(allowed.map((name) => [name, environment[name]!])), ...config.vars };
    },
  };
}

/** Ours: tokens and keys of the server. */
const ownVariables = /^AUTOFLOW_/;

/** What a project may have of the environment under a name that is not configured for it. */
function allowedValue(
  { environment: patterns = [], vars, secrets }: ProjectConfig,
  environment: Environment,
  name: string,
): { value: string; isSecret: boolean } | undefined {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value === undefined || ownVariables.test(name)) return undefined;
  if (Object.hasOwn(vars, name) || Object.hasOwn(secrets, name)) return undefined;
  const isAllowed = patterns.some((pattern) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
  return isAllowed ? { value, isSecret: isCredential(name, value) } : undefined;
}

/** A secret that cannot be read any more is as good as not configured. Credentials of the environment are secrets by their names. */
export function createSecretSource(
  projects: ReadonlyMap<string, ProjectConfig>,
  environment: Environment,
): SecretSource {
  const lookUp = createProjectLookup(projects);
  const read = createPlaceReader(environment);
  const every = new Map<ProjectConfig, string[]>();

  function allOf(config: ProjectConfig): string[] {
    const known = every.get(config) ?? secretOnes(config, Object.keys(environment));
    every.set(config, known);
    return known;
  }

  function secretOnes(config: ProjectConfig, asked: readonly string[]): string[] {
    return asked.filter((name) => allowedValue(config, environment, name)?.isSecret === true);
  }

  return {
    value(project, name) {
      const config = lookUp(project);
      if (Object.hasOwn(config.secrets, name)) return read(config.secrets[name]!);
      const found = allowedValue(config, environment, name);
      return found?.isSecret === true ? found.value : undefined;
    },
    names(project, asked = []) {
      const config = lookUp(project);
      const allowed = asked === "all" ? allOf(config) : secretOnes(config, asked);
      return [...Object.keys(config.secrets), ...allowed];
    },
  };
}

/** Reads secrets from their places: a file again when it may have changed; undefined for what cannot be read. */
function createPlaceReader(environment: Environment): (place: SecretPlace) => string | undefined {
  const files = new Map<string, { value: string | undefined; readAt: number }>();

  function valueOf(place: SecretPlace): string | undefined {
    const result = readSecret(place, environment);
    return "value" in result ? result.value : undefined;
  }

  return (place) => {
    if (!("file" in place)) return valueOf(place);
    const known = files.get(place.file);
    const now = performance.now();
    if (known !== undefined && now - known.readAt < rereadMs) return known.value;
    const value = valueOf(place);
    files.set(place.file, { value, readAt: now });
    return value;
  };
}

/**
 * Where the projects' calls of GitLab go. What a project says of itself counts; without it the common token is used, and sent for
 * the project itself only, since it belongs to all of them.
 */
export function createGitLabAccess(
  projects: ReadonlyMap<string, ProjectConfig>,
  common: GitLabInstance,
  environment: Environment,
): GitLabAccess {
  const lookUp = createProjectLookup(projects);
  const keyOf = createProjectNames(projects);
  const read = createPlaceReader(environment);
  return {
    of(project) {
      const { gitlab, path } = lookUp(project);
      const place = gitlab === undefined ? common.tokenPlace : gitlab.token;
      const token = place === undefined ? undefined : read(place);
      const limited = gitlab === undefined && common.tokenForAll !== true;
      return {
        url: gitlab?.url ?? common.url,
        ...(token === undefined ? {} : { token }),
        ...(limited ? { onlyFor: [keyOf(project), ...(path === undefined ? [] : [path])] } : {}),
      };
    },
  };
}
