/** From the configuration as written to the one that is used: what the schema cannot check is checked here. */
import path from "node:path";
import { parseDuration } from "../core/duration.ts";
import type { Limits } from "../core/program.ts";
import {
  isLoopbackHost,
  type Config,
  type PollConfig,
  type ProjectConfig,
  type ProjectGitLab,
  type DefinitionOrigin,
  type GuardConfig,
  type ValidationConfig,
  type WebhookSource,
} from "./config.ts";
import { resolveKeys } from "./encryption-keys.ts";
import type { ConfigPath } from "./problem.ts";
import { resolveTemporal } from "./resolve-temporal.ts";
import type { RawConfig } from "./schema.ts";
import { SecretReader, type Surroundings } from "./secret-reader.ts";
import { secretPlace, type SecretPlace } from "./secret-value.ts";
import type { Finding } from "./validate.ts";

export interface ResolveOptions extends Surroundings {
  isTerminal: boolean;
  /** For `autoflow dev`: scripts may call this machine. */
  allowLoopbackCalls: boolean;
}

/** Reads secrets and keys. Everything that is wrong ends up in `findings`; the result counts only when there is nothing. */
export function resolveConfig(raw: RawConfig, options: ResolveOptions, findings: Finding[]): Config {
  const secrets = new SecretReader(options, findings);
  const apiToken = secrets.optional(["api_token"], raw.api_token);
  const sources = entries(raw.sources, ([name, source]) => resolveSource(["sources", name], source, secrets));
  const encryptionKeys = resolveKeys(raw, options, findings);
  const config: Config = {
    listen: { host: raw.listen.host, port: raw.listen.port },
    engine: raw.engine,
    dataDir: path.resolve(options.folderOf(["data"]), raw.data),
    apiToken,
    log: { level: raw.log.level, format: resolveLogFormat(raw.log.format, options.isTerminal) },
    sources,
    gitlab: {
      url: withoutSlash(raw.gitlab.url),
      token: secrets.optional(["gitlab", "token"], raw.gitlab.token),
      tokenPlace: commonTokenPlace(raw, options),
      sharedProjects: raw.gitlab.shared_projects,
    },
    projects: entries(raw.projects, ([name, project]) =>
      resolveProject(["projects", name], project, { raw, options, secrets, findings }),
    ),
    guard: resolveGuard(raw),
    validation: resolveValidation(raw, findings),
    httpClient: {
      allowedIps: raw.http_client.allowed_ips,
      allowedPorts: raw.http_client.allowed_ports,
      allowLoopback: options.allowLoopbackCalls,
      timeoutMs: parseDuration(raw.http_client.timeout),
      maxResponseBytes: raw.http_client.max_response_bytes,
    },
    encryptionKeys,
    retention: {
      succeededMs: keepMs(raw.retention.succeeded),
      failedMs: keepMs(raw.retention.failed),
      cancelledMs: keepMs(raw.retention.cancelled),
      eventsMs: keepMs(raw.retention.events),
    },
    limits: resolveLimits(raw.limits),
    temporal: resolveTemporal(raw, encryptionKeys, { options, secrets, findings }),
  };
  checkReach(config, findings);
  return config;
}

function resolveGuard({ guard, gitlab, listen }: RawConfig): GuardConfig {
  const host = ["0.0.0.0", "::"].includes(listen.host) ? "127.0.0.1" : listen.host;
  const here = `http://${host.includes(":") ? `[${host}]` : host}:${listen.port}`;
  return {
    listen: guard.listen,
    upstream: withoutSlash(guard.upstream ?? gitlab.url),
    url: withoutSlash(guard.server ?? here),
    timeoutMs: parseDuration(guard.timeout),
    onFailure: guard.on_failure,
    routes: guard.routes,
  };
}

function resolveValidation({ groups, validation, projects }: RawConfig, findings: Finding[]): ValidationConfig {
  const timeoutMs = parseDuration(validation.timeout);
  const maxTimeoutMs = parseDuration(validation.max_timeout);
  if (timeoutMs > maxTimeoutMs) {
    findings.push({
      path: ["validation", "timeout"],
      message: `is longer than max_timeout, ${validation.max_timeout}`,
    });
  }
  if (maxTimeoutMs > longestValidationMs) {
    findings.push({
      path: ["validation", "max_timeout"],
      message: "is longer than 55s, the longest that a request waits",
    });
  }
  const policies = entries(groups, ([group, { rules }]) => {
    const found = Object.entries(projects).find(([key, { path: full }]) => key === rules || full === rules);
    if (found !== undefined && found[0] !== "*") return found[0];
    const hint = "Name it there with its script, so that its rules are known.";
    findings.push({ path: ["groups", group, "rules"], message: `is ${rules}, which is not among the projects`, hint });
    return rules;
  });
  return { timeoutMs, maxTimeoutMs, onFailure: validation.on_failure, policies };
}

function entries<T, U>(record: Record<string, T>, resolve: (entry: [string, T]) => U): Map<string, U> {
  return new Map(Object.entries(record).map((entry) => [entry[0], resolve(entry)]));
}

function resolveSource(at: ConfigPath, source: RawConfig["sources"][string], secrets: SecretReader): WebhookSource {
  return {
    kind: source.kind,
    tokens: secrets.list([...at, "token"], source.token),
    signingTokens: secrets.list([...at, "signing_token"], source.signing_token),
  };
}

interface ProjectContext {
  raw: RawConfig;
  options: ResolveOptions;
  secrets: SecretReader;
  findings: Finding[];
}

function resolveProject(
  at: ConfigPath,
  project: RawConfig["projects"][string],
  context: ProjectContext,
): ProjectConfig {
  const places = Object.entries(project.secrets ?? {}).map(([name, ref]) => {
    const place = [...at, "secrets", name];
    if (Object.hasOwn(project.vars ?? {}, name)) {
      context.findings.push({ path: place, message: "has the name of a variable; scripts find both in w.vars" });
    }
    // Read now only to tell what is missing while somebody is looking; the value is read again when a call needs it.
    context.secrets.optional(place, ref);
    return [name, secretPlace(ref, context.options.folderOf(place))] as const;
  });
  return {
    path: project.path,
    script: resolveScript([...at, "script"], project.script, context),
    ...(project.gitlab === undefined ? {} : { gitlab: resolveGitLab([...at, "gitlab"], project.gitlab, context) }),
    ...(project.poll === undefined ? {} : { poll: resolvePoll([...at, "poll"], project.poll, context) }),
    vars: project.vars ?? {},
    environment: project.environment ?? [],
    secrets: Object.fromEntries(places),
    projectSources: Object.fromEntries(
      Object.entries(project.project_sources ?? {}).map(([name, folder]) => {
        return [name, path.resolve(context.options.folderOf([...at, "project_sources", name]), folder)];
      }),
    ),
  };
}

const shortestPollMs = 10_000;

function resolvePoll(
  at: ConfigPath,
  { every = "1m", delay = "10s" }: NonNullable<RawConfig["projects"][string]["poll"]>,
  { findings }: ProjectContext,
): PollConfig {
  const poll = { everyMs: parseDuration(every), delayMs: parseDuration(delay) };
  if (at[1] === "*") findings.push({ path: at, message: "needs a project: GitLab is asked for one at a time" });
  if (poll.everyMs < shortestPollMs)
    findings.push({ path: [...at, "every"], message: `is ${every}, and 10s is the least` });
  return poll;
}

function resolveGitLab(
  at: ConfigPath,
  { url, token }: NonNullable<RawConfig["projects"][string]["gitlab"]>,
  { raw, options, secrets }: ProjectContext,
): ProjectGitLab {
  const place = [...at, "token"];
  // Read now only to tell what is missing while somebody is looking.
  secrets.optional(place, token);
  const common = url === undefined || withoutSlash(url) === withoutSlash(raw.gitlab.url);
  const ownPlace = token === undefined ? undefined : secretPlace(token, options.folderOf(place));
  return {
    url: withoutSlash(url ?? raw.gitlab.url),
    // The common token belongs to the common instance and is not sent to another one.
    token: ownPlace ?? (common ? commonTokenPlace(raw, options) : undefined),
  };
}

function commonTokenPlace({ gitlab: { token } }: RawConfig, options: ResolveOptions): SecretPlace | undefined {
  return token === undefined ? undefined : secretPlace(token, options.folderOf(["gitlab", "token"]));
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

function resolveScript(
  at: ConfigPath,
  script: RawConfig["projects"][string]["script"],
  { raw, options, secrets, findings }: ProjectContext,
): DefinitionOrigin | undefined {
  if (script === undefined) return undefined;
  if (script.folder !== undefined) {
    return { kind: "folder", folder: path.resolve(options.folderOf([...at, "folder"]), script.folder) };
  }
  const gitlab = script.gitlab ?? {};
  if (at[1] === "*" && gitlab.project === undefined) {
    findings.push({
      path: [...at, "gitlab"],
      message: "needs a project: scripts for all projects are in the repository of one",
    });
  }
  const ownToken = secrets.optional([...at, "gitlab", "token"], gitlab.token);
  // The common token belongs to the common instance and is not sent to another one.
  const common = gitlab.url === undefined || gitlab.url === raw.gitlab.url;
  return {
    kind: "gitlab",
    url: withoutSlash(gitlab.url ?? raw.gitlab.url),
    project: gitlab.project,
    ref: gitlab.ref,
    sharesToken: ownToken === undefined,
    token: ownToken ?? (common ? secrets.optional(["gitlab", "token"], raw.gitlab.token) : undefined),
  };
}

function keepMs(text: string): number {
  return text === "forever" ? Number.POSITIVE_INFINITY : parseDuration(text);
}

function resolveLogFormat(format: "auto" | "json" | "text", isTerminal: boolean): "json" | "text" {
  if (format !== "auto") return format;
  return isTerminal ? "text" : "json";
}

function resolveLimits(raw: RawConfig["limits"]): Limits {
  const pairs = Object.entries(raw).map(([name, value]) => [
    name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(pairs) as Limits;
}

const longestValidationMs = 55_000;

const shortestApiToken = 16;

/** What may be reached from other machines needs secrets. */
function checkReach({ listen, apiToken, sources, temporal }: Config, findings: Finding[]): void {
  if (apiToken !== undefined && apiToken.length < shortestApiToken) {
    findings.push({
      path: ["api_token"],
      message: `has ${apiToken.length} characters, and needs at least ${shortestApiToken}`,
    });
  }
  const lacksToken = apiToken === undefined && !findings.some(({ path: [first] }) => first === "api_token");
  const listeners = [
    { path: ["listen", "host"], host: listen.host },
    { path: ["temporal", "worker", "listen", "host"], host: temporal.workerListen.host },
  ];
  for (const { path, host } of listeners.filter(({ host }) => lacksToken && !isLoopbackHost(host))) {
    findings.push({
      path,
      message: `is ${host}, which other machines can reach, and there is no api_token`,
      hint: "Set api_token (AUTOFLOW_API_TOKEN), or listen on 127.0.0.1.",
    });
  }
  if (isLoopbackHost(listen.host)) return;
  for (const [name, source] of sources) {
    const isUnreadable = findings.some(({ path: [first, second] }) => first === "sources" && second === name);
    if (source.tokens.length + source.signingTokens.length > 0 || isUnreadable) continue;
    findings.push({
      path: ["sources", name],
      message: "has neither token nor signing_token, and other machines can reach it",
      hint: "Set the same secret here and in the GitLab webhook.",
    });
  }
}
