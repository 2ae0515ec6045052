/** The shape of the `temporal` block. GitLab's agent server has the same names for what it has too. */
import { Type } from "typebox";
import { secret, strict } from "./schema-parts.ts";

function file(description: string) {
  return Type.Optional(Type.String({ minLength: 1, description }));
}

function tuning(least: number, description: string) {
  return Type.Optional(Type.Integer({ minimum: least, description }));
}

const codecServer = Type.Object(
  {
    listen: Type.Object(
      {
        network: Type.Enum(["tcp"], { default: "tcp", description: "Always `tcp`." }),
        address: Type.String({
          format: "listen-address",
          default: "127.0.0.1:8142",
          description: "Host and port. Without a host, as in `:8142`, all addresses of the machine.",
        }),
        certificate_file: file("TLS certificate with its chain, PEM. Without one the listener is plain HTTP."),
        key_file: file("The certificate's private key, PEM."),
      },
      { ...strict, default: {}, description: "Where it listens." },
    ),
    path: Type.String({
      pattern: "^/[A-Za-z0-9/._~-]*$",
      default: "/autoflow/codec-server",
      description: "What stands before `/decode` and `/encode`.",
    }),
    temporal_web_ui_url: Type.Optional(
      Type.String({
        format: "http-url",
        description: "The Temporal web app whose pages may call it. Without one no web page may.",
      }),
    ),
    temporal_oidc_url: Type.Optional(
      Type.String({
        format: "http-url",
        description:
          "The discovery document of who signs callers' tokens, such as `https://login.tmprl.cloud/.well-known/openid-configuration`. Without one, only programs of this machine are served.",
      }),
    ),
    audience: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: "Tokens must be for one of these. Without one, any audience of that signer will do.",
      }),
    ),
    authorized_user_emails: Type.Optional(
      Type.Array(Type.String({ format: "email" }), {
        minItems: 1,
        description: "Who may read: verified e-mail addresses.",
      }),
    ),
  },
  {
    ...strict,
    description: "Shows encrypted data to Temporal's web app and command line, for people who may see it.",
  },
);

const encryption = Type.Object(
  {
    secret_key_file: file(
      "Path of a file of exactly 32 bytes. It encrypts unless `encryption.keys` has a key, and decrypts always.",
    ),
    key_per_project: Type.Boolean({
      default: false,
      description: "Whether each project's data is encrypted with a key of its own, derived from the main one.",
    }),
    allow_plaintext: Type.Boolean({
      default: false,
      description:
        "Whether data that is not encrypted is taken too, where there is a key: for as long as something is left that was written before there was one.",
    }),
    codec_server: Type.Optional(codecServer),
  },
  {
    ...strict,
    default: {},
    description: "Encryption of everything users wrote, before it goes to Temporal (AES-256-GCM).",
  },
);

const worker = Type.Object(
  {
    listen: Type.Object(
      {
        host: Type.String({
          minLength: 1,
          default: "127.0.0.1",
          description: "Address to listen on. Without `api_token` only the machine itself may be served.",
        }),
        port: Type.Integer({ minimum: 0, maximum: 65535, default: 0, description: "0 takes a free port." }),
      },
      { ...strict, default: {}, description: "Where `autoflow worker` tells its health and metrics." },
    ),
    max_concurrent_workflow_tasks: tuning(2, "Turns that one worker computes at a time."),
    max_concurrent_activities: tuning(1, "Calls that one worker makes at a time."),
    max_cached_workflows: tuning(0, "Runs that one worker keeps in memory; the others are read again when they go on."),
  },
  { ...strict, default: {}, description: "One worker. What it takes on is as the engine chooses where it is absent." },
);

export const temporalSchema = Type.Object(
  {
    host_port: Type.String({
      format: "host-port",
      default: "localhost:7233",
      description: "Address of the Temporal server's frontend.",
    }),
    namespace: Type.String({ minLength: 1, default: "default", description: "Namespace of the Temporal server." }),
    task_queue: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
      default: "autoflow",
      description:
        "Names this AutoFlow within the namespace: servers and workers of the same name share everything, of different names nothing.",
    }),
    enable_tls: Type.Optional(
      Type.Boolean({
        description: "Absent: TLS is used when a certificate, an authority, a server name or an API key is given.",
      }),
    ),
    certificate_file: file("Client certificate with its chain, PEM, for mTLS. Read again when it has changed."),
    key_file: file("The certificate's private key, PEM."),
    ca_certificate_file: file(
      "Certificates of the authorities that may have signed the server's, PEM; the machine's own when absent.",
    ),
    server_name: Type.Optional(
      Type.String({ minLength: 1, description: "Name in the server's certificate, when it is not the host's." }),
    ),
    api_key: Type.Optional(
      secret("API key, in place of a client certificate. A file is read again when it has changed."),
    ),
    workflow_data_encryption: encryption,
    worker,
  },
  { ...strict, default: {}, description: "The Temporal server, for `engine: temporal`." },
);
