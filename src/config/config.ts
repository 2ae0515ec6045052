/** The configuration as the rest of the program uses it: times in ms, paths absolute, secrets read. */
import type { Limits } from "../core/program.ts";
import type { SecretPlace } from "./secret-value.ts";

export interface Config {
  listen: { host: string; port: number };
  engine: "embedded" | "temporal";
  /** Absolute. */
  dataDir: string;
  apiToken: string | undefined;
  log: { level: "debug" | "info" | "warn" | "error"; format: "json" | "text" };
  sources: ReadonlyMap<string, WebhookSource>;
  /** The GitLab instance of projects that name none. */
  gitlab: GitLabInstance;
  /** By number or path; "*" is for all that do not say otherwise. */
  projects: ReadonlyMap<string, ProjectConfig>;
  validation: ValidationConfig;
  guard: GuardConfig;
  httpClient: HttpClientConfig;
  /** The first encrypts. */
  encryptionKeys: readonly { id: string; key: Uint8Array }[];
  retention: { succeededMs: number; failedMs: number; cancelledMs: number; eventsMs: number };
  limits: Limits;
  temporal: TemporalConfig;
}

/** How a Temporal server is reached, and what is done with it. Files are absolute paths. */
export interface TemporalConfig {
  /** The frontend, as "host:port". */
  hostPort: string;
  namespace: string;
  /** Names this AutoFlow within the namespace. */
  taskQueue: string;
  /** Undefined: without TLS. */
  tls: TemporalTls | undefined;
  /** Read again when a file has changed. */
  apiKey: SecretPlace | undefined;
  /** The first encrypts, all decrypt: those of `encryption.keys`, then the one of `secret_key_file`. */
  encryptionKeys: readonly TemporalKey[];
  /** Whether each project has a key of its own, derived from the main one. */
  keyPerProject: boolean;
  /** Whether what is not encrypted is taken too, where there are keys. */
  allowPlaintext: boolean;
  /** Undefined: there is none. */
  codecServer: CodecServerConfig | undefined;
  /** Where a process that is only a worker tells its health and metrics. */
  workerListen: { host: string; port: number };
  worker: WorkerTuning;
}

/** PEM files, read again when they have changed. */
export interface TemporalTls {
  /** Client certificate and private key. */
  client: { certificateFile: string; keyFile: string } | undefined;
  /** Undefined: the authorities that the machine trusts. */
  caCertificateFile: string | undefined;
  serverName: string | undefined;
}

export interface TemporalKey {
  /** Undefined for the key of `secret_key_file`, which has no name. */
  id: string | undefined;
  /** 32 bytes. */
  key: Uint8Array;
}

export interface CodecServerConfig {
  listen: { host: string; port: number };
  /** PEM files, read again when they have changed; undefined: plain HTTP. */
  tls: { certificateFile: string; keyFile: string } | undefined;
  /** Before `/decode` and `/encode`. */
  path: string;
  /** The web app whose pages may call it. */
  webUiUrl: string | undefined;
  /** Undefined only on this machine: for every program of it. */
  authentication:
    | {
        /** The OIDC discovery document. */
        oidcUrl: string;
        /** Tokens are for one of these; undefined: for anyone. */
        audience: readonly string[] | undefined;
        authorizedUserEmails: readonly string[];
      }
    | undefined;
}

/** What one worker takes on at a time; undefined: as the engine chooses. */
export interface WorkerTuning {
  maxConcurrentWorkflowTasks: number | undefined;
  maxConcurrentActivities: number | undefined;
  maxCachedWorkflows: number | undefined;
}

export interface GitLabInstance {
  /** Without a slash at its end. */
  url: string;
  token: string | undefined;
  /** Where the token is kept. */
  tokenPlace?: SecretPlace | undefined;
  /** Whether scripts of all projects may use the token for whatever it is good for: they are run by the person whose it is. */
  tokenForAll?: boolean;
  /** Other projects that the scripts of every project may read with this token: full paths, or groups with `/*` at their end. */
  sharedProjects: readonly string[];
}

export interface WebhookSource {
  kind: "gitlab";
  tokens: readonly string[];
  signingTokens: readonly string[];
}

/** How rules are asked about changes. */
export interface ValidationConfig {
  timeoutMs: number;
  maxTimeoutMs: number;
  /** What counts when a rule fails or is too late. */
  onFailure: "allow" | "deny";
  /** Groups by full path, and the key of the project whose rules bind the projects in them. */
  policies: ReadonlyMap<string, string>;
}

/** The proxy before GitLab. Addresses are without a slash at their end. */
export interface GuardConfig {
  listen: { host: string; port: number };
  upstream: string;
  /** The AutoFlow server that is asked. */
  url: string;
  timeoutMs: number;
  onFailure: "allow" | "deny";
  /** Undefined: those that are guarded unless somebody says otherwise. */
  routes: readonly { methods: readonly string[]; path: string; type: string }[] | undefined;
}

export interface HttpClientConfig {
  allowedIps: readonly string[];
  allowedPorts: readonly number[];
  /** Whether scripts may call this machine, on any port. */
  allowLoopback: boolean;
  timeoutMs: number;
  maxResponseBytes: number;
}

export interface ProjectConfig {
  path: string | undefined;
  script: DefinitionOrigin | undefined;
  /** Where its calls of GitLab go, where that is said for the project. */
  gitlab?: ProjectGitLab;
  /** How GitLab is asked for what happened in it; absent: it is not. */
  poll?: PollConfig;
  vars: Readonly<Record<string, string>>;
  /** Where each secret is kept. */
  secrets: Readonly<Record<string, SecretPlace>>;
  /** Variables of the process that its workflows may have: names, or prefixes with `*` at their end. */
  environment?: readonly string[];
  /** Absolute folders of Git repositories by the full paths of the projects that they are clones of. */
  projectSources?: Readonly<Record<string, string>>;
}

export interface PollConfig {
  everyMs: number;
  /** Changes younger than this are left to the next poll. */
  delayMs: number;
}

export interface ProjectGitLab {
  /** Without a slash at its end. */
  url: string;
  token: SecretPlace | undefined;
}

export type DefinitionOrigin =
  | { kind: "folder"; folder: string }
  | {
      kind: "gitlab";
      url: string;
      /** Number or full path; undefined for the project itself. */
      project: string | undefined;
      ref: string | undefined;
      token: string | undefined;
      /** It is the token of `gitlab`, which other projects have too. */
      sharesToken: boolean;
    };

/** Whether only this machine can reach what listens on this host. */
export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}
