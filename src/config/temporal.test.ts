import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import type { Config } from "./config.ts";
import { AutoFlowError } from "../core/errors.ts";
import { loadConfig, type LoadedConfig, type LoadOptions } from "./load.ts";
import { printConfig } from "./redact.ts";

const key = Uint8Array.from({ length: 32 }, (_, index) => index);

interface Folder extends Disposable {
  path: string;
  load: (yaml: string, options?: Partial<LoadOptions>) => LoadedConfig;
  temporal: (yaml: string, options?: Partial<LoadOptions>) => Config["temporal"];
  refusal: (yaml: string, options?: Partial<LoadOptions>) => AutoFlowError;
}

/** A folder with certificates and keys, where a configuration can be tried out. */
function place(): Folder {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-temporal-config-"));
  for (const [name, content] of Object.entries({ crt: "c", key: "k", ca: "a", secret: key, api: "api-key\n" })) {
    writeFileSync(path.join(folder, name), content);
  }
  const load: Folder["load"] = (yaml, options = {}) => {
    writeFileSync(path.join(folder, "autoflow.yaml"), yaml);
    return loadConfig({ folder, environment: {}, ...options });
  };
  return {
    path: folder,
    load,
    temporal: (yaml, options) => load(yaml, options).config.temporal,
    refusal: (yaml, options) => {
      try {
        load(yaml, options);
      } catch (error) {
        assert.ok(error instanceof AutoFlowError, String(error));
        assert.equal(error.code, "CONFIG_INVALID");
        return error;
      }
      return assert.fail("it was accepted");
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const at = (here: Folder, name: string): string => path.join(here.path, name);

describe("the Temporal server of the configuration", () => {
  it("is one on this machine, in plain text, and not used, unless something else is said", () => {
    using here = place();
    const { config, warnings } = here.load("");
    assert.equal(config.engine, "embedded");
    assert.deepEqual(config.temporal, {
      hostPort: "localhost:7233",
      namespace: "default",
      taskQueue: "autoflow",
      tls: undefined,
      apiKey: undefined,
      encryptionKeys: [],
      keyPerProject: false,
      allowPlaintext: false,
      codecServer: undefined,
      workerListen: { host: "127.0.0.1", port: 0 },
      worker: {
        maxConcurrentWorkflowTasks: undefined,
        maxConcurrentActivities: undefined,
        maxCachedWorkflows: undefined,
      },
    });
    assert.deepEqual(warnings, []);
  });

  it("is reached with a client certificate, its files found beside the configuration", () => {
    using here = place();
    const yaml =
      "engine: temporal\ntemporal: {host_port: 'ns.a1b2c.tmprl.cloud:7233', namespace: ns.a1b2c, certificate_file: crt, key_file: key, ca_certificate_file: ca, server_name: other}";
    const { config } = here.load(yaml);
    assert.equal(config.engine, "temporal");
    assert.deepEqual(config.temporal.tls, {
      client: { certificateFile: at(here, "crt"), keyFile: at(here, "key") },
      caCertificateFile: at(here, "ca"),
      serverName: "other",
    });
  });

  it("is reached with an API key over TLS, which is told where it is kept", () => {
    using here = place();
    const { tls, apiKey } = here.temporal("temporal: {api_key: {file: api}}");
    assert.deepEqual(tls, { client: undefined, caCertificateFile: undefined, serverName: undefined });
    assert.deepEqual(apiKey, { file: at(here, "api") });
    const environment = { AUTOFLOW_TEMPORAL_API_KEY_FILE: "api" };
    assert.deepEqual(here.temporal("", { environment }).apiKey, { file: at(here, "api") });
    assert.match(here.refusal("temporal: {api_key: {file: gone}}").message, /temporal\.api_key cannot be read/);
  });

  it("has TLS as it is told, without a certificate too", () => {
    using here = place();
    assert.deepEqual(here.temporal("temporal: {enable_tls: true}").tls, {
      client: undefined,
      caCertificateFile: undefined,
      serverName: undefined,
    });
    const environment = { AUTOFLOW_TEMPORAL_ENABLE_TLS: "true", AUTOFLOW_TEMPORAL_HOST_PORT: "[::1]:7233" };
    const { tls, hostPort } = here.temporal("temporal: {enable_tls: false}", { environment });
    assert.notEqual(tls, undefined);
    assert.equal(hostPort, "[::1]:7233");
  });

  it("is warned of when it is configured and nothing says which engine is meant", () => {
    using here = place();
    const unused = /temporal is configured and not used: .*--engine temporal/;
    assert.match(here.load("temporal: {namespace: ns}").warnings.join("\n"), unused);
    assert.match(here.load("autoflow: {temporal: {namespace: ns}}").warnings.join("\n"), unused);
    assert.match(here.load("", { environment: { AUTOFLOW_TEMPORAL_NAMESPACE: "ns" } }).warnings.join("\n"), unused);
    for (const engine of ["temporal", "embedded"]) {
      assert.deepEqual(here.load("temporal: {namespace: ns}", { flags: { engine } }).warnings, []);
    }
  });

  it("has workers that tell how they are, to other machines only where there is an API token", () => {
    using here = place();
    const yaml = "temporal: {worker: {listen: {host: 0.0.0.0, port: 9090}}}";
    assert.match(here.refusal(yaml).message, /temporal\.worker\.listen\.host is 0\.0\.0\.0, .* there is no api_token/);
    const { workerListen } = here.temporal(`api_token: 0123456789abcdef\n${yaml}`);
    assert.deepEqual(workerListen, { host: "0.0.0.0", port: 9090 });
  });

  it("takes what a worker may take on", () => {
    using here = place();
    const yaml =
      "temporal: {worker: {max_concurrent_workflow_tasks: 80, max_concurrent_activities: 200, max_cached_workflows: 0}}";
    assert.deepEqual(here.temporal(yaml).worker, {
      maxConcurrentWorkflowTasks: 80,
      maxConcurrentActivities: 200,
      maxCachedWorkflows: 0,
    });
  });
});

describe("of the Temporal block, what is refused", () => {
  const cases: [string, string, RegExp, [number, number]][] = [
    [
      "an unknown engine",
      "engine: temporl",
      /engine must be one of embedded, temporal.*did you mean temporal\?/,
      [1, 1],
    ],
    [
      "an unknown setting",
      "temporal:\n  hostport: a:1",
      /temporal\.hostport is not known; did you mean host_port\?/,
      [2, 3],
    ],
    ["no port", "temporal: {host_port: a}", /temporal\.host_port must be a host and a port such as/, [1, 12]],
    ["no host", "temporal: {host_port: ':7233'}", /temporal\.host_port must be a host and a port/, [1, 12]],
    ["a port that is none", "temporal: {host_port: 'a:70000'}", /temporal\.host_port must be/, [1, 12]],
    ["text for a switch", "temporal: {enable_tls: 'yes'}", /enable_tls must be true or false, got "yes"/, [1, 12]],
    ["a task queue with a slash", "temporal: {task_queue: a/b}", /temporal\.task_queue/, [1, 12]],
    [
      "a certificate without its key",
      "temporal: {certificate_file: crt}",
      /temporal\.certificate_file needs key_file/,
      [1, 12],
    ],
    ["a key without a certificate", "temporal: {key_file: key}", /temporal\.key_file needs certificate_file/, [1, 12]],
    [
      "a certificate that is not there",
      "temporal:\n  key_file: key\n  certificate_file: gone",
      /temporal\.certificate_file cannot be read: there is no file .*gone/,
      [3, 3],
    ],
    [
      "a certificate beside an API key",
      "temporal: {certificate_file: crt, key_file: key, api_key: k}",
      /temporal\.api_key is given, and certificate_file is too/,
      [1, 50],
    ],
    [
      "an API key without TLS",
      "temporal: {enable_tls: false, api_key: k}",
      /temporal\.enable_tls is false, and api_key is of use only with TLS/,
      [1, 12],
    ],
  ];
  for (const [what, yaml, message, [line, column]] of cases) {
    it(`${what}, with its place`, () => {
      using here = place();
      const error = here.refusal(yaml);
      assert.match(error.message, message);
      assert.deepEqual([error.where?.line, error.where?.column], [line, column]);
    });
  }
});

describe("keys for what goes to Temporal", () => {
  const encryption = (settings: string): string => `temporal: {workflow_data_encryption: {${settings}}}`;

  it("are those of encryption.keys and then the one of secret_key_file, which has no name", () => {
    using here = place();
    const yaml = `encryption: {keys: [{id: "2027-01", env: K}]}\n${encryption("secret_key_file: secret, key_per_project: true")}`;
    const newer = new Uint8Array(32).fill(7);
    const { encryptionKeys, keyPerProject } = here.temporal(yaml, {
      environment: { K: Buffer.from(newer).toString("hex") },
    });
    assert.deepEqual(encryptionKeys, [
      { id: "2027-01", key: newer },
      { id: undefined, key },
    ]);
    assert.equal(keyPerProject, true);
  });

  it("have what is not encrypted refused, unless it is said otherwise", () => {
    using here = place();
    assert.equal(here.temporal(encryption("secret_key_file: secret")).allowPlaintext, false);
    assert.equal(here.temporal(encryption("secret_key_file: secret, allow_plaintext: true")).allowPlaintext, true);
    const environment = { AUTOFLOW_TEMPORAL_WORKFLOW_DATA_ENCRYPTION_ALLOW_PLAINTEXT: "true" };
    assert.equal(here.temporal("", { environment }).allowPlaintext, true);
    assert.match(here.refusal(encryption("allow_plaintext: 'yes'")).message, /allow_plaintext must be true or false/);
  });

  it("of another length are refused with the length, the place and the usual reason", () => {
    using here = place();
    const error = here.refusal(encryption("secret_key_file: api"));
    assert.match(error.message, /secret_key_file needs exactly 32 bytes, and the file .*api has 8/);
    assert.match(error.hint, /--from-literal/);
    assert.deepEqual([error.where?.line, error.where?.column], [1, 39]);
  });
});

describe("the codec server of the configuration", () => {
  const codec = (settings: string, more = "secret_key_file: secret"): string =>
    `temporal:\n  workflow_data_encryption:\n    ${more === "" ? "" : `${more}\n    `}codec_server: {${settings}}`;
  const least = "temporal_oidc_url: 'https://login.example.com/x', authorized_user_emails: [Ada@Example.com]";

  it("listens on this machine only, for its programs, unless something else is said", () => {
    using here = place();
    assert.deepEqual(here.temporal(codec("")).codecServer, {
      listen: { host: "127.0.0.1", port: 8142 },
      tls: undefined,
      path: "/autoflow/codec-server",
      webUiUrl: undefined,
      authentication: undefined,
    });
    assert.deepEqual(here.temporal(codec(least)).codecServer?.authentication, {
      oidcUrl: "https://login.example.com/x",
      audience: undefined,
      authorizedUserEmails: ["Ada@Example.com"],
    });
  });

  it("listens everywhere when its address has no host, with a certificate, for the pages of one web app", () => {
    using here = place();
    const settings = `${least}, listen: {network: tcp, address: ':443', certificate_file: crt, key_file: key}, path: /codec, temporal_web_ui_url: 'https://cloud.temporal.io', audience: [a]`;
    const server = here.temporal(codec(settings)).codecServer;
    assert.deepEqual(server?.listen, { host: "0.0.0.0", port: 443 });
    assert.deepEqual(server.tls, { certificateFile: at(here, "crt"), keyFile: at(here, "key") });
    assert.equal(server.path, "/codec");
    assert.equal(server.webUiUrl, "https://cloud.temporal.io");
    assert.deepEqual(server.authentication?.audience, ["a"]);
  });

  const refused: [string, string, RegExp][] = [
    [
      "nobody who may read",
      codec("temporal_oidc_url: 'https://x'"),
      /temporal_oidc_url needs authorized_user_emails beside it/,
    ],
    [
      "an empty list of readers",
      codec("temporal_oidc_url: 'https://x', authorized_user_emails: []"),
      /authorized_user_emails must not be empty/,
    ],
    [
      "what is no e-mail address",
      codec("temporal_oidc_url: 'https://x', authorized_user_emails: [ada]"),
      /authorized_user_emails\[0\] must be an e-mail address/,
    ],
    [
      "nobody who signs tokens",
      codec("authorized_user_emails: [a@b]"),
      /authorized_user_emails needs temporal_oidc_url beside it/,
    ],
    [
      "a signer that is asked in plain text",
      codec("temporal_oidc_url: 'http://login.example.com/x', authorized_user_emails: [a@b]"),
      /temporal_oidc_url must begin with https/,
    ],
    [
      "nobody who is asked who they are, where other machines reach it",
      codec("listen: {address: ':8142'}"),
      /codec_server\.listen is :8142, which other machines can reach/,
    ],
    ["no key", codec(least, ""), /codec_server has nothing to decrypt/],
    ["a wrong address", codec(`${least}, listen: {address: '8142'}`), /listen\.address must be a host and a port/],
    ["another network", codec(`${least}, listen: {network: unix}`), /listen\.network must be one of tcp/],
  ];
  for (const [what, yaml, message] of refused) {
    it(`is refused with ${what}`, () => {
      using here = place();
      assert.match(here.refusal(yaml).message, message);
    });
  }
});

describe("the configuration of GitLab's agent server", () => {
  const asThere = `engine: temporal
autoflow:
  temporal:
    host_port: "ns.a1b2c.tmprl.cloud:7233"
    namespace: "ns.a1b2c"
    enable_tls: true
    certificate_file: crt
    key_file: key
    workflow_data_encryption:
      secret_key_file: secret
      codec_server:
        listen:
          network: tcp
          address: ":8142"
          certificate_file: crt
          key_file: key
        temporal_web_ui_url: "https://cloud.temporal.io"
        temporal_oidc_url: "https://login.tmprl.cloud/.well-known/openid-configuration"
        authorized_user_emails: [ada@example.com]
  http_client:
    allowed_ips: [10.0.0.0/8]
    allowed_ports: [80, 443, 8080]
  project_info_cache_ttl: 300s
  project_info_cache_error_ttl: 60s
`;

  it("is taken as it is there, and says the same as our own settings", () => {
    using here = place();
    const { config, warnings } = here.load(asThere);
    const own = asThere
      .replace("autoflow:\n", "")
      .replaceAll(/^  /gm, "")
      .replaceAll(/^project_info.*\n/gm, "");
    assert.deepEqual(config, here.load(own).config);
    assert.equal(config.temporal.namespace, "ns.a1b2c");
    assert.equal(config.temporal.codecServer?.webUiUrl, "https://cloud.temporal.io");
    assert.deepEqual(config.httpClient.allowedIps, ["10.0.0.0/8"]);
    assert.deepEqual(config.httpClient.allowedPorts, [80, 443, 8080]);
    assert.deepEqual(warnings, []);
  });

  it("is taken with all else that the file of an agent server has, which is told to have no effect", () => {
    using here = place();
    const whole = `gitlab:
  address: http://gitlab.internal
  external_url: https://gitlab.example.com
  authentication_secret_file: /etc/kas/.gitlab_kas_secret
  api_rate_limit: {refill_rate_per_second: 50.0, bucket_size: 250}
agent:
  listen: {network: tcp, address: ":8150", websocket: true}
  kubernetes_api: {listen: {address: ":8154"}, url_path_prefix: /k8s-proxy}
observability:
  logging: {level: info}
gitaly: {global_api_rate_limit: {refill_rate_per_second: 30.0}}
redis: {server: {address: "redis:6379"}, password_file: /etc/kas/redis}
api: {listen: {address: ":8153", authentication_secret_file: /etc/kas/.gitlab_kas_secret}}
private_api: {listen: {address: ":8155"}}
workspaces: {listen: {address: ":8160"}}
${asThere}`;
    const { config, warnings } = here.load(whole);
    assert.deepEqual(config, here.load(asThere).config);
    const file = at(here, "autoflow.yaml");
    const noEffect = "is a setting of GitLab's agent server, without effect here";
    assert.deepEqual(
      warnings,
      [
        "6:1: agent",
        "9:1: observability",
        "11:1: gitaly",
        "12:1: redis",
        "13:1: api",
        "14:1: private_api",
        "15:1: workspaces",
        "2:3: gitlab.address",
        "3:3: gitlab.external_url",
        "4:3: gitlab.authentication_secret_file",
        "5:3: gitlab.api_rate_limit",
      ].map((place) => `${file}:${place} ${noEffect}`),
    );
  });

  it("may have settings that are not known yet, of which it warns where they are", () => {
    using here = place();
    const { config, raw, warnings } = here.load(
      "engine: temporal\nautoflow:\n  shiny: {a: 1}\n  temporal:\n    namespace: ns\n    workflow_data_encryption: {quantum: 5}\n",
    );
    assert.equal(config.temporal.namespace, "ns");
    const file = at(here, "autoflow.yaml");
    assert.deepEqual(warnings.toSorted(), [
      `${file}:3:3: autoflow.shiny is not known, and has no effect`,
      `${file}:6:32: autoflow.temporal.workflow_data_encryption.quantum is not known, and has no effect`,
    ]);
    assert.doesNotMatch(printConfig(raw), /shiny|quantum/);
    assert.match(here.refusal("shiny: 1").message, /^shiny is not known/);
    assert.match(here.refusal("autoflow: {}\nshiny: 1").message, /^shiny is not known/);
  });

  it("gives way to the environment and the command line", () => {
    using here = place();
    const { temporal } = here.load(asThere, {
      environment: { AUTOFLOW_TEMPORAL_NAMESPACE: "other" },
      flags: { temporal: { task_queue: "flagged" } },
    }).config;
    assert.equal(temporal.namespace, "other");
    assert.equal(temporal.taskQueue, "flagged");
    assert.equal(temporal.hostPort, "ns.a1b2c.tmprl.cloud:7233");
  });

  it("is told of mistakes where and as they are written", () => {
    using here = place();
    const misspelt = here.refusal("autoflow:\n  temporal:\n    name_space: x");
    assert.match(misspelt.message, /^autoflow\.temporal\.name_space is not known; did you mean namespace\?/);
    assert.deepEqual([misspelt.where?.line, misspelt.where?.column], [3, 5]);
    const group = here.refusal("autoflow: {temporl: {}}");
    assert.match(group.message, /^autoflow\.temporl is not known; did you mean temporal\?/);
    const gone = here.refusal("autoflow:\n  temporal:\n    certificate_file: gone\n    key_file: key");
    assert.match(gone.message, /^autoflow\.temporal\.certificate_file cannot be read/);
    assert.deepEqual([gone.where?.line, gone.where?.column], [3, 5]);
    assert.match(
      here.refusal("autoflow: {http_client: {allowed_ports: [0]}}").message,
      /^autoflow\.http_client\.allowed_ports\[0\]/,
    );
    assert.match(here.refusal("autoflow: 5").message, /^autoflow must be a group of settings, got 5/);
  });

  it("is not taken beside our own group of the same name", () => {
    using here = place();
    const error = here.refusal("temporal: {namespace: a}\nautoflow: {temporal: {namespace: b}}");
    assert.match(error.message, /^autoflow\.temporal is given, and temporal is too: use one of the two places/);
    assert.deepEqual([error.where?.line, error.where?.column], [2, 12]);
  });

  it("leaves relative paths relative to its file", () => {
    using here = place();
    mkdirSync(path.join(here.path, "sub"));
    writeFileSync(path.join(here.path, "sub/kas.yaml"), "autoflow: {temporal: {ca_certificate_file: ../ca}}");
    const { temporal } = loadConfig({ folder: here.path, environment: {}, file: "sub/kas.yaml" }).config;
    assert.equal(temporal.tls?.caCertificateFile, path.join(here.path, "ca"));
  });
});
