import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it } from "node:test";
import { AutoFlowError } from "../core/errors.ts";
import { loadConfig, type LoadedConfig, type LoadOptions } from "./load.ts";
import { printConfig } from "./redact.ts";

interface Folder extends Disposable {
  path: string;
  write(name: string, content: string | Uint8Array): string;
}

function tempFolder(files: Record<string, string | Uint8Array> = {}): Folder {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-config-"));
  const write = (name: string, content: string | Uint8Array): string => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };
  for (const [name, content] of Object.entries(files)) write(name, content);
  return { path: folder, write, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Loads a folder that holds this as autoflow.yaml. */
function load(yaml: string, options: Partial<LoadOptions> = {}): LoadedConfig {
  using folder = tempFolder({ "autoflow.yaml": yaml });
  return loadConfig({ folder: folder.path, environment: {}, ...options });
}

function refusal(yaml: string, options: Partial<LoadOptions> = {}): AutoFlowError {
  try {
    load(yaml, options);
  } catch (error) {
    assert.ok(error instanceof AutoFlowError, String(error));
    assert.equal(error.code, "CONFIG_INVALID");
    return error;
  }
  return assert.fail("it was accepted");
}

describe("loading the configuration", () => {
  it("needs no file: the defaults serve this machine only", () => {
    using folder = tempFolder();
    const { config, file } = loadConfig({ folder: folder.path, environment: {} });
    assert.equal(file, undefined);
    assert.deepEqual(config.listen, { host: "127.0.0.1", port: 8080 });
    assert.equal(config.dataDir, path.join(folder.path, ".autoflow"));
    assert.equal(config.apiToken, undefined);
    assert.equal(config.httpClient.allowLoopback, false);
    assert.deepEqual(config.httpClient.allowedPorts, [80, 443]);
    assert.equal(config.retention.failedMs, 90 * 86_400_000);
    assert.equal(config.limits.memoryBytes, 16 * 1024 * 1024);
    assert.deepEqual(config.encryptionKeys, []);
  });

  it("takes the command line over the environment over the file over the defaults", () => {
    const yaml = "listen: {host: 127.0.0.2, port: 1}\nlog: {level: error}\nretention: {failed: 1d}";
    const environment = { AUTOFLOW_LISTEN_PORT: "2", AUTOFLOW_LOG_LEVEL: "warn" };
    const { config } = load(yaml, { environment, flags: { listen: { port: 3 }, log: { level: undefined } } });
    assert.deepEqual(config.listen, { host: "127.0.0.2", port: 3 });
    assert.equal(config.log.level, "warn");
    assert.equal(config.retention.failedMs, 86_400_000);
  });

  it("reads the file that is named, from the environment or the command line, and says when it is not there", () => {
    using folder = tempFolder({ "sub/other.yaml": "listen: {port: 7}" });
    for (const named of [{ file: "sub/other.yaml" }, { environment: { AUTOFLOW_CONFIG: "sub/other.yaml" } }]) {
      assert.equal(loadConfig({ folder: folder.path, environment: {}, ...named }).config.listen.port, 7);
    }
    assert.throws(
      () => loadConfig({ folder: folder.path, environment: {}, file: "gone.yaml" }),
      /there is no such file/,
    );
  });

  it("takes a relative path in the file relative to the file, any other to the working folder", () => {
    using folder = tempFolder({ "etc/a.yaml": 'data: d\nprojects: {"1": {script: {folder: s}}}' });
    const at = { folder: folder.path, file: "etc/a.yaml" };
    const { config } = loadConfig({ ...at, environment: {} });
    assert.equal(config.dataDir, path.join(folder.path, "etc/d"));
    assert.deepEqual(config.projects.get("1")?.script, { kind: "folder", folder: path.join(folder.path, "etc/s") });
    assert.equal(
      loadConfig({ ...at, environment: { AUTOFLOW_DATA: "e" } }).config.dataDir,
      path.join(folder.path, "e"),
    );
    assert.equal(
      loadConfig({ ...at, environment: {}, flags: { data: "f" } }).config.dataDir,
      path.join(folder.path, "f"),
    );
  });

  it("reads lists and numbers of the environment", () => {
    const environment = {
      AUTOFLOW_HTTP_CLIENT_ALLOWED_IPS: "10.0.0.0/8, fd00::/8",
      AUTOFLOW_HTTP_CLIENT_ALLOWED_PORTS: "80,8443",
      AUTOFLOW_HTTP_CLIENT_TIMEOUT: "1m30s",
      AUTOFLOW_LIMITS_STEPS_PER_TURN: "1000",
    };
    const { config } = load("", { environment });
    assert.deepEqual(config.httpClient.allowedIps, ["10.0.0.0/8", "fd00::/8"]);
    assert.deepEqual(config.httpClient.allowedPorts, [80, 8443]);
    assert.equal(config.httpClient.timeoutMs, 90_000);
    assert.equal(config.limits.stepsPerTurn, 1000);
  });

  it("warns of a variable that is no setting, and not of Kubernetes' own", () => {
    const environment = {
      AUTOFLOW_LISTEN_PROT: "1",
      AUTOFLOW_PORT: "tcp://10.0.0.1:80",
      AUTOFLOW_SERVICE_HOST: "10.0.0.1",
    };
    const { warnings } = load("", { environment: { ...environment, AUTOFLOW_TOKEN: "x" } });
    assert.deepEqual(warnings, [
      "the environment variable AUTOFLOW_LISTEN_PROT is no setting; did you mean AUTOFLOW_LISTEN_PORT?",
    ]);
  });

  it("keeps what is kept for ever for ever", () => {
    assert.equal(load("retention: {events: forever}").config.retention.eventsMs, Number.POSITIVE_INFINITY);
  });
});

describe("what is refused", () => {
  const cases: [string, string, RegExp, [number, number]][] = [
    ["an unknown setting", "log:\n  levle: info", /log\.levle is not known; did you mean level\?/, [2, 3]],
    ["an unknown group", "htpp_client: {}", /htpp_client is not known; did you mean http_client\?/, [1, 1]],
    [
      "a wrong choice",
      "log: {level: warning}",
      /log\.level must be one of debug, info, warn, error, got "warning"/,
      [1, 7],
    ],
    ["a wrong type", "listen: {port: http}", /listen\.port must be a whole number, got "http"/, [1, 10]],
    ["a number out of range", "listen: {port: 70000}", /listen\.port must be at most 65535, got 70000/, [1, 10]],
    [
      "a wrong duration",
      "http_client:\n  timeout: soon",
      /http_client\.timeout must be a duration such as .*, got "soon"/,
      [2, 3],
    ],
    [
      "a wrong range",
      "http_client:\n  allowed_ips:\n    - 10.0.0.0/33",
      /allowed_ips\[0\] must be an IP address or CIDR/,
      [3, 7],
    ],
    ["a number for text", 'projects: {"1": {vars: {A: 1}}}', /projects\.1\.vars\.A must be text, got 1/, [1, 25]],
    [
      "no script origin",
      'projects: {"1": {script: {}}}',
      /projects\.1\.script needs exactly one of folder, gitlab/,
      [1, 18],
    ],
    [
      "two places of a secret",
      "api_token: {env: A, file: b}",
      /api_token needs exactly one of env, file, value/,
      [1, 1],
    ],
    ["an address with credentials", "gitlab: {url: 'https://u:p@x'}", /gitlab\.url must be an address/, [1, 10]],
    ["a missing key", "encryption:\n  keys:\n    - {file: k}", /encryption\.keys\[0\]\.id is missing/, [3, 7]],
    ["text that is no YAML", "a: [1", /not valid YAML/, [1, 6]],
    ["a key given twice", "data: a\ndata: b", /not valid YAML: Map keys must be unique/, [2, 1]],
    ["a file that is a list", "- a", /must be a group of settings, got a list/, [1, 1]],
  ];
  for (const [what, yaml, message, [line, column]] of cases) {
    it(`${what}, with its place`, () => {
      const error = refusal(yaml);
      assert.match(error.message, message);
      assert.match(error.where?.file ?? "", /autoflow\.yaml$/);
      assert.deepEqual([error.where?.line, error.where?.column], [line, column]);
    });
  }

  it("all at once, in the order of the file, with the environment's at the end", () => {
    const error = refusal("retention: {failed: x}\nlog: {level: y}", { environment: { AUTOFLOW_LISTEN_PORT: "z" } });
    const lines = error.message.split("\n");
    assert.match(lines[0]!, /3 problems/);
    assert.match(lines[1]!, /autoflow\.yaml:1:13: retention\.failed/);
    assert.match(lines[2]!, /autoflow\.yaml:2:7: log\.level/);
    assert.match(lines[3]!, /listen\.port .*from the environment variable AUTOFLOW_LISTEN_PORT/);
    assert.equal(lines.length, 4);
  });

  it("an option of the command line, saying so", () => {
    assert.match(refusal("", { flags: { listen: { port: -1 } } }).message, /listen\.port .*from the command line/);
  });

  it("never with the value of a secret", () => {
    const error = refusal('projects: {"1": {secrets: {A: 987654321, B: {value: 987654321}, C: {value: [987654321]}}}}');
    assert.doesNotMatch(JSON.stringify([error.message, error.hint, error.data]), /987654321/);
  });
});

describe("secrets of the configuration", () => {
  it("are read from text, variables and files, without the line break at a file's end", () => {
    using folder = tempFolder({ token: "from-a-file-0123456789\n" });
    const at = { folder: folder.path };
    const environment = { MY_TOKEN: "from-a-variable-0123456789" };
    assert.equal(load("api_token: written-out-0123456789").config.apiToken, "written-out-0123456789");
    assert.equal(load("api_token: {env: MY_TOKEN}", { environment }).config.apiToken, environment.MY_TOKEN);
    folder.write("autoflow.yaml", "api_token: {file: token}");
    assert.equal(loadConfig({ ...at, environment: {} }).config.apiToken, "from-a-file-0123456789");
    const variables = { AUTOFLOW_API_TOKEN_FILE: "token" };
    assert.equal(loadConfig({ ...at, environment: variables }).config.apiToken, "from-a-file-0123456789");
  });

  it("have other names than variables", () => {
    const yaml = 'projects: {"1": {vars: {A: x}, secrets: {A: y}}}';
    assert.match(refusal(yaml).message, /projects\.1\.secrets\.A has the name of a variable/);
  });

  it("that cannot be read are refused, saying why", () => {
    assert.match(refusal("api_token: {env: NOT_SET}").message, /api_token cannot be read: .* NOT_SET is not set/);
    assert.match(refusal("api_token: {file: gone}").message, /there is no file .*gone/);
    const project = 'projects: {"1": {secrets: {A: {env: NOT_SET}}}}';
    assert.match(refusal(project).message, /projects\.1\.secrets\.A cannot be read/);
  });

  it("of a source may be a list, so that one can be changed", () => {
    const yaml = "sources: {gitlab: {token: [old, {env: NEW}]}, signed: {signing_token: whsec_YQ==}}";
    const { sources } = load(yaml, { environment: { NEW: "new" } }).config;
    assert.deepEqual(sources.get("gitlab")?.tokens, ["old", "new"]);
    assert.deepEqual(sources.get("signed")?.signingTokens, ["whsec_YQ=="]);
  });

  it("are not printed, where they are kept is", () => {
    const { raw } = load(
      'api_token: 0123456789-secret\nsources: {a: {token: [t-secret, {env: E}]}}\nprojects: {"1": {secrets: {A: {value: v-secret}, B: {file: f}}}}',
      {
        environment: { E: "x", AUTOFLOW_GITLAB_TOKEN: "g-secret" },
        flags: { projects: { "1": { secrets: { B: { env: "E" } } } } },
      },
    );
    const printed = printConfig(raw);
    assert.doesNotMatch(printed, /secret(?!s:)/);
    assert.match(printed, /env: E/);
    assert.match(printed, /\*\*\*/);
  });
});

describe("a server that other machines can reach", () => {
  const reachable = "listen: {host: 0.0.0.0}\n";

  it("needs an API token of some length", () => {
    const error = refusal(reachable);
    assert.match(
      error.message,
      /listen\.host is 0\.0\.0\.0, which other machines can reach, and there is no api_token/,
    );
    assert.match(error.hint, /AUTOFLOW_API_TOKEN/);
    assert.match(refusal(`${reachable}api_token: short`).message, /api_token has 5 characters, and needs at least 16/);
    assert.equal(load(`${reachable}api_token: 0123456789abcdef`).config.listen.host, "0.0.0.0");
  });

  it("needs a secret for every source of webhooks", () => {
    const yaml = `${reachable}api_token: 0123456789abcdef\nsources: {open: {}, closed: {token: t}}`;
    assert.match(refusal(yaml).message, /sources\.open has neither token nor signing_token/);
    const unreadable = `${reachable}api_token: 0123456789abcdef\nsources: {a: {token: {file: gone}}}`;
    assert.match(refusal(unreadable).message, /sources\.a\.token cannot be read: there is no file/);
    assert.doesNotMatch(refusal(unreadable).message, /has neither token/);
    assert.equal(load("sources: {open: {}}").config.sources.get("open")?.tokens.length, 0);
  });
});

describe("encryption keys", () => {
  const key = Uint8Array.from({ length: 32 }, (_, index) => index);

  it("are 32 bytes of a file, or of a variable in base64 or hexadecimal", () => {
    using folder = tempFolder({ k: key });
    folder.write("autoflow.yaml", "encryption: {keys: [{id: a, file: k}, {id: b, env: K64}, {id: c, env: K16}]}");
    const environment = { K64: Buffer.from(key).toString("base64"), K16: Buffer.from(key).toString("hex") };
    const { config } = loadConfig({ folder: folder.path, environment });
    assert.deepEqual(
      config.encryptionKeys.map(({ id }) => id),
      ["a", "b", "c"],
    );
    for (const each of config.encryptionKeys) assert.deepEqual(each.key, key);
  });

  it("of another length are refused with the length and the usual reason", () => {
    using folder = tempFolder({ k: "secret.bin", "autoflow.yaml": "encryption: {keys: [{id: a, file: k}]}" });
    assert.throws(
      () => loadConfig({ folder: folder.path, environment: {} }),
      (error: AutoFlowError) => {
        assert.match(error.message, /encryption\.keys\[0\] needs exactly 32 bytes, and the file .*k has 10/);
        assert.match(error.hint, /--from-literal/);
        return true;
      },
    );
  });

  it("that were written as text are refused with how to get their bytes", () => {
    for (const [encoding, told] of [
      ["hex", /looks like hexadecimal: `xxd -r -p/],
      ["base64", /looks like base64: `base64 -d/],
    ] as const) {
      using folder = tempFolder({
        k: `${Buffer.from(key).toString(encoding)}\n`,
        "autoflow.yaml": "encryption: {keys: [{id: a, file: k}]}",
      });
      assert.throws(
        () => loadConfig({ folder: folder.path, environment: {} }),
        (error: AutoFlowError) => told.test(error.hint),
      );
    }
  });

  it("have one place and an id of their own", () => {
    assert.match(refusal("encryption: {keys: [{id: a}]}").message, /exactly one of file, env/);
    const environment = { K: Buffer.from(key).toString("hex") };
    const twice = refusal("encryption: {keys: [{id: a, env: K}, {id: a, env: K}]}", { environment });
    assert.match(twice.message, /encryption\.keys\[1\]\.id "a" is used twice/);
  });
});

describe("calls of GitLab", () => {
  it("use the project's instance and token, else the common ones, and no token of another instance", () => {
    const { config } = loadConfig({
      folder: tmpdir(),
      environment: {},
      flags: {
        gitlab: { url: "https://gitlab.example.com/", token: "common" },
        projects: {
          "1": { gitlab: {} },
          "2": { gitlab: { token: { value: "own" } } },
          "3": { gitlab: { url: "https://other.example//", token: "own" } },
          "4": { gitlab: { url: "https://other.example" } },
          "5": {},
        },
      },
    });
    const gitlab = (name: string) => config.projects.get(name)!.gitlab;
    assert.deepEqual(gitlab("1"), { url: "https://gitlab.example.com", token: { value: "common" } });
    assert.deepEqual(gitlab("2"), { url: "https://gitlab.example.com", token: { value: "own" } });
    assert.deepEqual(gitlab("3"), { url: "https://other.example", token: { value: "own" } });
    assert.deepEqual(gitlab("4"), { url: "https://other.example", token: undefined });
    assert.equal(gitlab("5"), undefined);
  });

  it("tell a token that cannot be read", () => {
    const flags = { projects: { "1": { gitlab: { token: { env: "NOT_SET" } } } } };
    assert.throws(() => loadConfig({ folder: tmpdir(), environment: {}, flags }), /NOT_SET is not set/);
  });
});

describe("scripts' origins", () => {
  it("find other projects in folders, named as the file stands, and in the common GitLab instance", () => {
    using folder = tempFolder({
      "etc/a.yaml":
        'gitlab: {url: "https://gitlab.example.com/", token: t}\nprojects: {"*": {project_sources: {group/lib: ../lib}}}',
    });
    const { config } = loadConfig({
      file: "etc/a.yaml",
      folder: folder.path,
      environment: {},
      flags: { projects: { "*": { project_sources: { "group/sub/other": "other" } } } },
    });
    assert.deepEqual(config.projects.get("*")?.projectSources, {
      "group/lib": path.join(folder.path, "lib"),
      "group/sub/other": path.join(folder.path, "other"),
    });
    assert.deepEqual(config.gitlab, {
      url: "https://gitlab.example.com",
      token: "t",
      tokenPlace: { value: "t" },
      sharedProjects: [],
    });
    const shared = (pattern: string) => `gitlab: {shared_projects: ["${pattern}"]}`;
    for (const pattern of ["group/lib", "group/sub/*"]) {
      assert.deepEqual(load(shared(pattern)).config.gitlab.sharedProjects, [pattern]);
    }
    for (const pattern of ["*", "gr*/lib", "/lib", "group/**", ""])
      assert.match(refusal(shared(pattern)).message, /shared_projects/);
    assert.match(refusal('projects: {"1": {project_sources: {lib: x}}}').message, /project_sources/);
  });

  it("say once that the token of the common GitLab instance cannot be read", () => {
    const { message } = refusal('gitlab: {token: {file: gone}}\nprojects: {"1": {script: {gitlab: {}}}}');
    assert.equal(message.split("gitlab.token cannot be read").length, 2);
  });

  it("for all projects name the one whose repository it is", () => {
    assert.match(
      refusal('projects: {"*": {script: {gitlab: {}}}}').message,
      /projects\["\*"\]\.script\.gitlab needs a project/,
    );
  });

  it("take address and token of the common instance, and its token for no other instance", () => {
    const yaml = `
gitlab: {url: https://git.example.com/, token: common}
projects:
  "1": {script: {gitlab: {ref: main}}}
  "2": {script: {gitlab: {url: https://other.example.com}}}
  "3": {script: {gitlab: {url: https://other.example.com, token: own, project: group/flows}}}
`;
    const { projects } = load(yaml).config;
    const none = { project: undefined, ref: undefined, token: undefined, sharesToken: true };
    const origin = (key: string) => projects.get(key)?.script;
    assert.deepEqual(origin("1"), {
      ...none,
      kind: "gitlab",
      url: "https://git.example.com",
      ref: "main",
      token: "common",
    });
    assert.deepEqual(origin("2"), { ...none, kind: "gitlab", url: "https://other.example.com" });
    assert.deepEqual(origin("3"), {
      kind: "gitlab",
      url: "https://other.example.com",
      project: "group/flows",
      sharesToken: false,
      ref: undefined,
      token: "own",
    });
  });
});
