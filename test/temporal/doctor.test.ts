import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { Connection } from "@temporalio/client";
import { stringify } from "yaml";
import type { Finding } from "../../src/core/finding.ts";
import { checkTemporal } from "../../src/engines/temporal/connection/check.ts";
import { makeAuthority } from "../../src/engines/temporal/testing/certificates.ts";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { checkWorkers } from "../../src/engines/temporal/worker/check.ts";
import { startIdentityProvider, testEmail } from "../../src/server/codec-server/testing.ts";
import { Workplace } from "../cli/command-line.ts";
import { startKeyGate } from "./key-gate.ts";
import { startTlsProxy } from "./tls-proxy.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";
const dayMs = 86_400_000;
const serverAuthority = makeAuthority("servers");
const clientAuthority = makeAuthority("clients");

/** What doctor said, and its exit status. */
interface Examined {
  status: number | null;
  findings: Finding[];
  of: (name: string) => Finding | undefined;
}

describe("doctor, where Temporal drives the runs", { skip }, () => {
  const namespace = "default";
  const taskQueue = `doctor-${randomUUID()}`;
  let address: string;
  let place: Workplace;

  before(async () => {
    address = (await sharedDevServer()).address;
    place = new Workplace();
    place.write("authority.crt", serverAuthority.certificate);
    place.write("key.bin", "k".repeat(32));
  });

  after(() => place[Symbol.asyncDispose]());

  /** With these settings of `temporal`. */
  async function examine(settings: Record<string, unknown>, ...args: string[]): Promise<Examined> {
    const temporal = { host_port: address, namespace, task_queue: taskQueue, ...settings };
    place.write("conf/a.yaml", stringify({ engine: "temporal", temporal }));
    const { status, stdout, stderr } = await place.run("doctor", "--config", "conf/a.yaml", "-o", "json", ...args);
    assert.notEqual(stdout, "", stderr);
    const { items: findings } = JSON.parse(stdout) as { items: Finding[] };
    return { status, findings, of: (name) => findings.find((finding) => finding.name === name) };
  }

  /** A client certificate beside the configuration. */
  function clientFiles(name: string, { certificate, key }: { certificate: string; key: string }) {
    place.write(`conf/${name}.crt`, certificate);
    place.write(`conf/${name}.key`, key);
    return { certificate_file: `${name}.crt`, key_file: `${name}.key`, ca_certificate_file: "../authority.crt" };
  }

  test("says of a server that is not there where it looked, and nothing that follows from it", async () => {
    const { status, of, findings } = await examine({ host_port: "127.0.0.1:1" });
    assert.equal(status, 1);
    assert.deepEqual(
      [of("temporal server")?.result, of("temporal server")?.detail],
      ["problem", "127.0.0.1:1: nothing listens there"],
    );
    const told = findings.map(({ name }) => name).filter((name) => name.startsWith("temporal"));
    assert.deepEqual(told, ["temporal credentials", "temporal server", "temporal encryption"]);
  });

  test("warns of a server on another machine that is spoken to without TLS", async () => {
    // Nobody answers there, and nobody is asked: the name is one that never is.
    const other = await examine({ host_port: "temporal.invalid:7233" });
    assert.equal(other.of("temporal credentials")?.result, "warning");
    assert.match(other.of("temporal credentials")?.detail ?? "", /^none, without TLS: /);
    assert.match(other.of("temporal credentials")?.hint ?? "", /temporal\.enable_tls/);
    assert.equal((await examine({})).of("temporal credentials")?.result, "ok");
  });

  test("says how to make a namespace that is not there", async () => {
    const { status, of } = await examine({ namespace: "nowhere" });
    assert.equal(status, 1);
    assert.equal(of("temporal namespace")?.result, "problem");
    assert.match(of("temporal namespace")?.hint ?? "", /temporal operator namespace create .*--namespace nowhere/);
  });

  test("tells a client certificate that is refused from one that is good, expires soon or has expired", async () => {
    const security = { server: serverAuthority.issue("temporal.test"), clientAuthority: clientAuthority.certificate };
    await using proxy = await startTlsProxy(address, security);
    const at = { host_port: proxy.address, server_name: "temporal.test" };
    const validTo = Date.now() + 30 * dayMs;
    const good = await examine({ ...at, ...clientFiles("good", clientAuthority.issue("good", { validTo })) });
    assert.equal(good.of("temporal credentials")?.result, "ok");
    assert.equal(good.of("temporal server")?.result, "ok");

    const soon = await examine({ ...at, ...clientFiles("soon", clientAuthority.issue("soon")) });
    assert.equal(soon.of("temporal credentials")?.result, "warning");
    assert.match(soon.of("temporal credentials")?.hint ?? "", /no restart is needed/);

    const wrong = await examine({ ...at, ...clientFiles("wrong", serverAuthority.issue("wrong", { validTo })) });
    assert.equal(wrong.status, 1);
    assert.match(wrong.of("temporal server")?.detail ?? "", /the server (?:refuses us|ended the connection)/);

    const expired = { validFrom: Date.now() - 2 * dayMs, validTo: Date.now() - dayMs };
    const late = await examine({ ...at, ...clientFiles("late", clientAuthority.issue("late", expired)) });
    assert.equal(late.status, 1);
    assert.match(late.of("temporal credentials")?.detail ?? "", /late\.crt expired on /);
  });

  test("tells an API key that is refused from one that is taken", async () => {
    await using gate = await startKeyGate(address, serverAuthority.issue("cloud.test"), "right");
    const at = { host_port: gate.address, server_name: "cloud.test", ca_certificate_file: "../authority.crt" };
    const right = await examine({ ...at, api_key: { value: "right" } });
    assert.deepEqual(right.of("temporal credentials")?.detail, "API key");
    assert.equal(right.of("temporal namespace")?.result === "problem", false);
    const wrong = await examine({ ...at, api_key: { value: "wrong" } });
    assert.equal(wrong.status, 1);
    assert.match(wrong.findings.map(({ detail }) => detail).join("\n"), /refuses us the namespace default/);
    assert.ok(!JSON.stringify(wrong.findings).includes('"wrong"'), "the key is not told");
  });

  test("says how long a key file is that is not 32 bytes, and why that may be", async () => {
    place.write("conf/short.bin", "key.bin");
    const { status, of } = await examine({ workflow_data_encryption: { secret_key_file: "short.bin" } });
    assert.equal(status, 1);
    assert.match(of("configuration")?.detail ?? "", /secret_key_file needs exactly 32 bytes, .*short\.bin has 7/);
    assert.match(of("configuration")?.hint ?? "", /--from-literal/);
    const good = await examine({ workflow_data_encryption: { secret_key_file: "../key.bin", key_per_project: true } });
    assert.equal(good.of("temporal encryption")?.detail, "AES-256-GCM, 1 key, one derived for each project");
    assert.equal(good.of("temporal encryption")?.result, "ok");
    const lenient = await examine({
      workflow_data_encryption: { secret_key_file: "../key.bin", allow_plaintext: true },
    });
    assert.equal(lenient.of("temporal encryption")?.result, "warning");
    assert.match(lenient.of("temporal encryption")?.detail ?? "", /what is not encrypted is taken too/);
    assert.match(lenient.of("temporal encryption")?.hint ?? "", /allow_plaintext away/);
  });

  test("tells clocks that differ", async (t) => {
    const now = Date.now.bind(Date);
    for (const [ahead, detail] of [
      [60_000, /^the server's is 60 seconds behind$/],
      [-60_000, /^the server's is (?:59|60) seconds ahead$/],
    ] as const) {
      const clock = t.mock.method(Date, "now", () => now() + ahead);
      const findings = await checkTemporal({ hostPort: address, namespace });
      clock.mock.restore();
      const found = findings.find(({ name }) => name === "temporal clock");
      assert.equal(found?.result, "warning");
      assert.match(found.detail, detail);
    }
  });

  test("says whether a worker of the current version asks for work", async () => {
    const none = await examine({});
    assert.equal(none.of("temporal workers")?.result, "warning");
    assert.match(none.of("temporal workers")?.detail ?? "", /^none has ever asked for work in the task queue doctor-/);

    place.write("worker.yaml", stringify({ temporal: { host_port: address, task_queue: taskQueue } }));
    const worker = place.start("worker", "--config", "worker.yaml");
    await worker.says("AutoFlow works on");
    const one = await examine({});
    assert.match(one.of("temporal workers")?.detail ?? "", /^1 asks for work, of the current version [0-9a-f]{32}$/);
    assert.equal(one.status, 0, JSON.stringify(one.findings));

    worker.process.kill("SIGTERM");
    await worker.ended;
    const connection = await Connection.connect({ address });
    try {
      const later = await checkWorkers(connection, { namespace, taskQueue }, Date.now() + 120_000);
      assert.equal(later[0]?.result, "problem");
      assert.match(
        later[0].detail,
        /^none of the current version [0-9a-f]{32} asks for work; the last one did 1\d\d seconds ago$/,
      );
      assert.match(later[0].hint ?? "", /autoflow worker/);
    } finally {
      await connection.close();
    }
  });

  test("says whose tokens the codec server takes, and what it cannot work with", async () => {
    await using provider = await startIdentityProvider();
    const encryption = (codec: Record<string, unknown>) => ({
      workflow_data_encryption: { secret_key_file: "../key.bin", codec_server: codec },
    });
    const tokens = { temporal_oidc_url: provider.url, authorized_user_emails: [testEmail] };
    const good = await examine(encryption(tokens));
    assert.equal(good.of("codec server")?.result, "ok");
    assert.equal(good.of("codec server")?.detail, `127.0.0.1:8142, for 1 person with tokens of ${provider.issuer}`);

    const free = createServer().listen(0, "127.0.0.1");
    await once(free, "listening");
    const { port } = free.address() as AddressInfo;
    free.close();
    const gone = await examine(encryption({ ...tokens, temporal_oidc_url: `http://127.0.0.1:${port}` }));
    assert.equal(gone.status, 1);
    assert.match(gone.of("codec server")?.detail ?? "", /openid-configuration cannot be read/);

    const open = await examine(encryption({ listen: { address: ":8142" } }));
    assert.match(open.of("configuration")?.detail ?? "", /other machines can reach, and nobody is asked who they are/);
  });

  test("finds what --engine asks for, without a configuration", async () => {
    const environment = { AUTOFLOW_TEMPORAL_HOST_PORT: address };
    const { stdout } = await place.runWith(environment, "doctor", "--engine", "temporal", "-o", "json");
    assert.ok(stdout.includes(`${address}, version 1.`), stdout);
  });
});
