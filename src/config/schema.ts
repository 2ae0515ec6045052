/**
 * The shape of the configuration as one JSON Schema: what the file may hold, what editors offer, and what the reference page
 * says. Every description is a sentence for that page.
 */
import { Type, type Static } from "typebox";
import { defaultLimits, type Limits } from "../core/program.ts";
import { gitlabFileSchema } from "./gitlab-file-schema.ts";
import { duration, keepFor, secret, secretOrList, strict } from "./schema-parts.ts";
import { temporalSchema } from "./temporal-schema.ts";

const name = "^[A-Za-z_][A-Za-z0-9_]{0,254}$";

const projectPath = "^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$";

const script = Type.Object(
  {
    folder: Type.Optional(
      Type.String({
        minLength: 1,
        description: "A folder of the server's machine that holds the project's files; changes are noticed.",
      }),
    ),
    gitlab: Type.Optional(
      Type.Object(
        {
          url: Type.Optional(
            Type.String({
              format: "http-url",
              description: "Address of the GitLab instance; `gitlab.url` when absent.",
            }),
          ),
          project: Type.Optional(
            Type.String({
              minLength: 1,
              description:
                "Number or full path of the project whose repository holds the scripts; the project itself when absent.",
            }),
          ),
          ref: Type.Optional(
            Type.String({ minLength: 1, description: "Branch or tag; the default branch when absent." }),
          ),
          token: Type.Optional(
            secret("Access token with the scope `read_api` or `read_repository`; `gitlab.token` when absent."),
          ),
        },
        { ...strict, description: "They are read from a GitLab repository." },
      ),
    ),
  },
  {
    ...strict,
    minProperties: 1,
    maxProperties: 1,
    description:
      "Where the project's definitions come from: one of the two. They are the script `.gitlab/autoflow/main.star`, and workflows anywhere in it: `*.sw.yaml`, `*.sw.yml`, `*.sw.json`, and SonataFlow resources in `*.yaml` and `*.yml`.",
  },
);

const projectGitLab = Type.Object(
  {
    url: Type.Optional(
      Type.String({ format: "http-url", description: "Address of the GitLab instance; `gitlab.url` when absent." }),
    ),
    token: Type.Optional(
      secret(
        "Access token with the scope `api`, or `read_api` for scripts that only read; `gitlab.token` when absent. A file is read again when it has changed.",
      ),
    ),
  },
  {
    ...strict,
    description:
      "What the project's scripts call GitLab with (`w.gitlab`). Without it they use `gitlab.token`, and that for their own project only; `{}` lets them use it for everything it is good for.",
  },
);

const poll = Type.Object(
  {
    every: Type.Optional(
      Type.String({ format: "duration", description: "Time between two polls, at least 10s; 1m when absent." }),
    ),
    delay: Type.Optional(
      Type.String({
        format: "duration",
        description:
          "Changes younger than this are left to the next poll, so that a webhook of theirs comes first; 10s when absent.",
      }),
    ),
  },
  {
    ...strict,
    description:
      "GitLab is asked for what happened in the project, with the token of `gitlab`: where no webhook can reach AutoFlow, or for those that were lost. `{}` is enough.",
  },
);

const project = Type.Object(
  {
    path: Type.Optional(
      Type.String({ minLength: 1, description: "The project's full path, under which the API knows it too." }),
    ),
    script: Type.Optional(script),
    gitlab: Type.Optional(projectGitLab),
    poll: Type.Optional(poll),
    vars: Type.Optional(
      Type.Record(Type.String({ pattern: name }), Type.String(), {
        ...strict,
        description: "Plain variables that scripts read as `w.vars`, texts by name.",
      }),
    ),
    secrets: Type.Optional(
      Type.Record(Type.String({ pattern: name }), secret("One secret."), {
        ...strict,
        description:
          "Secrets by name. Scripts hold opaque handles to them; a value is filled in when a call is made, and a file is read again when it has changed.",
      }),
    ),
    environment: Type.Optional(
      Type.Array(Type.String({ pattern: "^[A-Za-z0-9_.-]*\\*?$", minLength: 1 }), {
        description:
          "Environment variables of the server that workflows which name them may have: names, or prefixes such as `APP_*`. What looks like a credential is a secret: its name has a word such as `token`, `secret`, `password`, `credential`, `bearer`, `key` or `auth`, or its value is an address with a password. Variables that begin with `AUTOFLOW_` are never given. `autoflow dev` gives all others.",
      }),
    ),
    project_sources: Type.Optional(
      Type.Record(Type.String({ pattern: projectPath }), Type.String({ minLength: 1 }), {
        ...strict,
        description:
          "Folders with Git repositories of this machine, by the full path of the project that each is a clone of: where this project's scripts find files of those projects. All others are asked of GitLab.",
      }),
    ),
  },
  { ...strict, description: "What is configured for one project." },
);

const source = Type.Object(
  {
    kind: Type.Enum(["gitlab"], { default: "gitlab", description: "What sends the webhooks." }),
    token: Type.Optional(
      secretOrList("The webhook's secret token, as `X-Gitlab-Token` carries it. A list: each is good."),
    ),
    signing_token: Type.Optional(
      secretOrList("The webhook's signing token, which begins with `whsec_`. A list: each is good."),
    ),
  },
  { ...strict, description: "One sender of webhooks." },
);

const encryptionKey = Type.Object(
  {
    id: Type.String({
      pattern: "^[A-Za-z0-9._-]{1,64}$",
      description: "Names the key in what it has encrypted; never use one twice.",
    }),
    file: Type.Optional(Type.String({ minLength: 1, description: "Path of a file of exactly 32 bytes." })),
    env: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Name of an environment variable that holds 32 bytes in base64 or hexadecimal.",
      }),
    ),
  },
  { ...strict, description: "One key." },
);

/** Names in the file are written with underscores. */
const limitDescriptions: Record<keyof Limits, string> = {
  stepsPerTurn: "Steps of a script between two waits.",
  stepsPerRun: "Steps of a script from start to end.",
  memoryBytes: "Bytes of a run's live values.",
  depth: "Nested calls.",
  stateBytes: "Bytes of what is stored of a run that waits.",
  effectsPerTurn: "Calls, waits, emitted events and lines of output between two waits.",
  outputBytesPerTurn: "Bytes printed or sent between two waits.",
  outputBytesPerRun: "Bytes printed or sent from start to end.",
  fibers: "Fibers of a run at a time.",
  openEffects: "Calls, timers and waits of a run that are open at a time.",
};

function limits() {
  const properties = (Object.keys(limitDescriptions) as (keyof Limits)[]).map((key) => [
    key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    Type.Integer({ minimum: 1, default: defaultLimits[key], description: limitDescriptions[key] }),
  ]);
  return Type.Object(Object.fromEntries(properties) as Record<string, ReturnType<typeof Type.Integer>>, {
    ...strict,
    default: {},
    description: "What one run may use. A run that passes a limit fails, saying which and where.",
  });
}

export const configSchema = Type.Object(
  {
    listen: Type.Object(
      {
        host: Type.String({
          minLength: 1,
          default: "127.0.0.1",
          description: "Address to listen on. Without `api_token` only the machine itself may be served.",
        }),
        port: Type.Integer({ minimum: 0, maximum: 65535, default: 8080, description: "0 takes a free port." }),
      },
      { ...strict, default: {}, description: "Where the server listens." },
    ),
    engine: Type.Enum(["embedded", "temporal"], {
      default: "embedded",
      description:
        "What drives runs: this process with a database of its own, or a Temporal server, which many processes may share.",
    }),
    data: Type.String({
      minLength: 1,
      default: ".autoflow",
      description: "Folder of the embedded engine's database; one process may use it.",
    }),
    api_token: Type.Optional(
      secret("What callers of the API must send as `Authorization: Bearer <token>`. At least 16 characters."),
    ),
    log: Type.Object(
      {
        level: Type.Enum(["debug", "info", "warn", "error"], {
          default: "info",
          description: "The least important lines to write.",
        }),
        format: Type.Enum(["auto", "json", "text"], {
          default: "auto",
          description: "`auto` is text on a terminal, else JSON.",
        }),
      },
      { ...strict, default: {}, description: "The server's log, on standard error." },
    ),
    sources: Type.Record(Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,62}$" }), source, {
      ...strict,
      default: {},
      description: "Senders of webhooks by name; each posts to `/webhooks/gitlab/<name>`.",
    }),
    gitlab: Type.Object(
      {
        url: Type.String({
          format: "http-url",
          default: "https://gitlab.com",
          description: "Address of the GitLab instance.",
        }),
        token: Type.Optional(
          secret(
            "Access token with the scope `read_api` or `read_repository`; with `api`, scripts can also change their own project with it.",
          ),
        ),
        shared_projects: Type.Array(Type.String({ pattern: "^[^/*\\s][^*\\s]*?(/\\*)?$" }), {
          default: [],
          description:
            "Projects whose files all scripts may load with this token: full paths, or `group/*` for all below a group. Others are read without it, unless a project has a token of its own.",
        }),
      },
      {
        ...strict,
        default: {},
        description: "The GitLab instance that scripts, and what they load of other projects, are read from.",
      },
    ),
    projects: Type.Record(Type.String({ pattern: "^(\\*|[A-Za-z0-9_.][A-Za-z0-9_./-]*)$" }), project, {
      ...strict,
      default: {},
      description:
        'Projects by number, as GitLab\'s webhooks name them. What `"*"` says holds for all that do not say otherwise.',
    }),
    groups: Type.Record(
      Type.String({ pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$" }),
      Type.Object(
        {
          rules: Type.String({
            minLength: 1,
            description:
              "The project, one of `projects`, whose rules (`on_validate`) bind all projects in the group and its subgroups, beside their own.",
          }),
        },
        { ...strict, description: "One group." },
      ),
      { ...strict, default: {}, description: "GitLab groups by full path." },
    ),
    validation: Type.Object(
      {
        timeout: duration("Until the rules have answered, unless who asks says otherwise.", "5s"),
        max_timeout: duration("The longest that somebody may ask for.", "30s"),
        on_failure: Type.Enum(["deny", "allow"], {
          default: "deny",
          description: "What counts when a rule fails, or does not answer in time.",
        }),
      },
      { ...strict, default: {}, description: "What changes are asked about before they are made (`on_validate`)." },
    ),
    guard: Type.Object(
      {
        listen: Type.Object(
          {
            host: Type.String({ minLength: 1, default: "127.0.0.1", description: "Address to listen on." }),
            port: Type.Integer({ minimum: 0, maximum: 65535, default: 8081, description: "0 takes a free port." }),
          },
          { ...strict, default: {}, description: "Where it listens, without TLS." },
        ),
        upstream: Type.Optional(
          Type.String({ format: "http-url", description: "Where GitLab is; `gitlab.url` when absent." }),
        ),
        server: Type.Optional(
          Type.String({
            format: "http-url",
            description:
              "The AutoFlow server that has the rules, asked with `api_token`; the one of `listen` when absent.",
          }),
        ),
        timeout: duration("Until the rules have answered.", "5s"),
        on_failure: Type.Enum(["deny", "allow"], {
          default: "deny",
          description: "What counts when the AutoFlow server does not answer.",
        }),
        routes: Type.Optional(
          Type.Array(
            Type.Object(
              {
                methods: Type.Array(Type.Enum(["POST", "PUT", "PATCH", "DELETE"]), {
                  minItems: 1,
                  description: "Of the request.",
                }),
                path: Type.String({
                  pattern: "^projects/:id(/(:?[A-Za-z0-9_-]+))*$",
                  description: "Below `/api/v4/`, such as `projects/:id/members/:user_id`.",
                }),
                type: Type.String({ minLength: 1, description: "Of the change, for `on_validate`." }),
              },
              { ...strict, description: "One route of GitLab's REST API." },
            ),
            {
              description:
                "What is guarded, in place of what `docs/guides/validation.md` lists: settings, protections, members and approvals of projects.",
            },
          ),
        ),
      },
      { ...strict, default: {}, description: "`autoflow guard`: a proxy before GitLab that asks rules about changes." },
    ),
    http_client: Type.Object(
      {
        allowed_ips: Type.Array(Type.String({ format: "cidr" }), {
          default: [],
          description: "Addresses and CIDR ranges that scripts may call besides public ones.",
        }),
        allowed_ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65535 }), {
          default: [80, 443],
          description: "All ports that scripts may call.",
        }),
        timeout: duration("For one attempt of a call, unless the script says otherwise.", "30s"),
        max_response_bytes: Type.Integer({
          minimum: 1,
          default: 5 * 1024 * 1024,
          description: "Bytes of an answer's body.",
        }),
      },
      { ...strict, default: {}, description: "What scripts' HTTP calls may do." },
    ),
    encryption: Type.Object(
      {
        keys: Type.Array(encryptionKey, {
          default: [],
          description: "The first encrypts, all decrypt. Without a key nothing is encrypted.",
        }),
      },
      { ...strict, default: {}, description: "Encryption of everything users wrote, at rest (AES-256-GCM)." },
    ),
    retention: Type.Object(
      {
        succeeded: keepFor("Runs that succeeded.", "30d"),
        failed: keepFor("Runs that failed.", "90d"),
        cancelled: keepFor("Runs that were cancelled.", "30d"),
        events: keepFor("Events.", "30d"),
      },
      { ...strict, default: {}, description: "How long things are kept after their end." },
    ),
    limits: limits(),
    temporal: temporalSchema,
    autoflow: Type.Optional(gitlabFileSchema),
  },
  { ...strict, title: "AutoFlow configuration" },
);

/** The configuration as it is written, after defaults. */
export type RawConfig = Static<typeof configSchema>;
