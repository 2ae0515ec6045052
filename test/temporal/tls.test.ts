import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client } from "@temporalio/client";
import { bundleWorkflowCode, DefaultLogger, Worker } from "@temporalio/worker";
import { silentLog, type Log } from "../../src/core/ports.ts";
import { checkTemporal } from "../../src/engines/temporal/connection/check.ts";
import { openConnections } from "../../src/engines/temporal/connection/connections.ts";
import type { ConnectionOptions } from "../../src/engines/temporal/connection/options.ts";
import { makeAuthority, type Certificate } from "../../src/engines/temporal/testing/certificates.ts";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { installRuntime } from "../../src/engines/temporal/worker/runtime.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { startTlsProxy, type TlsProxy } from "./tls-proxy.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";
const serverName = "temporal.test";
const serverAuthority = makeAuthority("server authority");
const clientAuthority = makeAuthority("client authority");
const server = serverAuthority.issue(serverName);
const surroundings = { log: silentLog, connectTimeoutMs: 5000 };
const folder = tempFolder();
after(() => folder[Symbol.dispose]());

test("a server that wants client certificates serves the right one", { skip }, async () => {
  installRuntime(silentLog);
  await using proxy = await proxied();
  const options = optionsFor(proxy, writeFiles("right", clientAuthority.issue("worker one")));
  await using connections = await openConnections(options, surroundings);
  const { serverVersion } = await connections.connection.workflowService.getSystemInfo({});
  assert.match(serverVersion ?? "", /^1\./);
  const native = await connections.openNative();
  assert.equal((await native.workflowService.getSystemInfo({})).serverVersion, serverVersion);
  assert.deepEqual(new Set(proxy.accepted), new Set(["worker one"]));
});

test("what is refused says who refuses what, and what to do", { skip }, async () => {
  await using proxy = await proxied();
  const right = writeFiles("refusal", clientAuthority.issue("worker"));
  const strangers = writeFiles("stranger", makeAuthority("client authority").issue("worker"));
  const { tls } = optionsFor(proxy, right);
  const cases: [string, ConnectionOptions, string, RegExp, RegExp][] = [
    [
      "a certificate of another authority",
      optionsFor(proxy, strangers),
      "TEMPORAL_TLS_REFUSED",
      /server/,
      /certificate_file/,
    ],
    [
      "no client certificate",
      { ...optionsFor(proxy, right), tls: { ...tls!, client: undefined } },
      "TEMPORAL_TLS_REFUSED",
      /the server refuses us: certificate required/,
      /wants a client certificate/,
    ],
    [
      "an authority that did not issue the server's certificate",
      {
        ...optionsFor(proxy, right),
        tls: { ...tls!, caCertificateFile: folder.write("other.crt", clientAuthority.certificate) },
      },
      "TEMPORAL_TLS_REFUSED",
      /certificate of the server is not accepted/,
      /ca_certificate_file did not issue/,
    ],
    [
      "no authority",
      { ...optionsFor(proxy, right), tls: { ...tls!, caCertificateFile: undefined } },
      "TEMPORAL_TLS_REFUSED",
      /certificate of the server is not accepted/,
      /Set temporal.ca_certificate_file/,
    ],
    [
      "another name",
      { ...optionsFor(proxy, right), tls: { ...tls!, serverName: "other.test" } },
      "TEMPORAL_TLS_REFUSED",
      /altnames/,
      /temporal.server_name/,
    ],
    ["no TLS", { ...optionsFor(proxy, right), tls: undefined }, "TEMPORAL_UNREACHABLE", /./, /temporal.enable_tls/],
    [
      "TLS where there is none",
      { ...optionsFor(proxy, right), hostPort: (await sharedDevServer()).address },
      "TEMPORAL_TLS_REFUSED",
      /does not speak TLS/,
      /without TLS/,
    ],
    [
      "nobody there",
      { ...optionsFor(proxy, right), hostPort: await deadAddress() },
      "TEMPORAL_UNREACHABLE",
      /nothing listens/,
      /host_port/,
    ],
    [
      "another namespace",
      { ...optionsFor(proxy, right), namespace: "nowhere" },
      "TEMPORAL_NAMESPACE_MISSING",
      /no namespace nowhere/,
      /temporal operator namespace create .*--namespace nowhere/,
    ],
  ];
  for (const [name, options, code, message, hint] of cases) {
    await assert.rejects(openConnections(options, surroundings), { code, message, hint }, name);
    const last = (await checkTemporal(options)).at(-1);
    assert.equal(last?.result, "problem", name);
    assert.match(last?.detail ?? "", message, name);
    assert.match(last?.hint ?? "", hint, name);
  }
});

test("doctor finds nothing wrong with a server for tests but how soon it forgets", { skip }, async () => {
  await using proxy = await proxied();
  const findings = await checkTemporal(optionsFor(proxy, writeFiles("doctor", clientAuthority.issue("doctor"))));
  assert.deepEqual(
    findings.map(({ name, result }) => `${name}: ${result}`),
    [
      "temporal credentials: warning",
      "temporal server: ok",
      "temporal namespace: warning",
      "temporal search attributes: ok",
      "temporal features: ok",
      "temporal clock: ok",
    ],
    JSON.stringify(findings, undefined, 2),
  );
});

test(
  "certificates rotate under a worker and a client that go on with their work",
  { skip, timeout: 120_000 },
  async () => {
    await using proxy = await proxied();
    const files = writeFiles("rotating", clientAuthority.issue("before"));
    const told: string[] = [];
    const log: Log = { ...silentLog, warn: (message) => told.push(message), info: (message) => told.push(message) };
    const options = optionsFor(proxy, files);
    await using connections = await openConnections(options, { ...surroundings, log, checkIntervalMs: 3_600_000 });
    const client = new Client({ connection: connections.connection });
    const taskQueue = `tls-${crypto.randomUUID()}`;
    let finishSlowly = (): void => {};
    const slow = new Promise<void>((resolve) => (finishSlowly = resolve));
    let attempts = 0;
    const note = async (text: string): Promise<string> => {
      attempts++;
      if (text.startsWith("slowly")) await slow;
      return `noted ${text}`;
    };
    const worker = await Worker.create({
      connection: await connections.openNative(),
      taskQueue,
      workflowBundle: await bundle(),
      activities: { note },
    });
    connections.onNative((native) => (worker.connection = native));
    const running = worker.run();
    try {
      const run = (type: string, id: string): Promise<string> =>
        client.workflow.execute<(text: string) => Promise<string>>(type, {
          taskQueue,
          workflowId: `${taskQueue}/${id}`,
          args: [id],
        });
      assert.equal(await run("noting", "first"), "noted first");
      const across = run("notingSlowly", "across");
      await eventually("the slow attempt is under way", () => attempts === 2);

      const newAuthority = makeAuthority("new client authority");
      const renewed = newAuthority.issue("after");
      folder.write("rotating/client.crt", renewed.certificate);
      assert.equal(await connections.refresh(), "kept", "half of the pair");
      folder.write("rotating/client.key", renewed.key);
      assert.equal(await connections.refresh(), "kept", "the server does not accept it yet");

      proxy.secure({ server, clientAuthority: newAuthority.certificate });
      proxy.breakConnections();
      proxy.accepted.length = 0;
      assert.equal(await connections.refresh(), "renewed");
      assert.equal(await connections.refresh(), "same");
      finishSlowly();
      assert.equal(await across, "noted slowly across");
      assert.equal(attempts, 2, "the attempt that was under way was not made again");
      assert.equal(await run("noting", "second"), "noted second");
      assert.deepEqual(new Set(proxy.accepted), new Set(["after"]));
      assert.equal(told.filter((message) => message.endsWith("credentials renewed")).length, 1);
      assert.equal(told.filter((message) => message.includes("not renewed")).length, 2);
    } finally {
      worker.shutdown();
      await running;
    }
  },
);

async function proxied(): Promise<TlsProxy> {
  const { address } = await sharedDevServer();
  return startTlsProxy(address, { server, clientAuthority: clientAuthority.certificate });
}

interface Files {
  certificateFile: string;
  keyFile: string;
}

function writeFiles(name: string, { certificate, key }: Certificate): Files {
  return {
    certificateFile: folder.write(`${name}/client.crt`, certificate),
    keyFile: folder.write(`${name}/client.key`, key),
  };
}

function optionsFor({ address }: TlsProxy, client: Files): ConnectionOptions {
  const caCertificateFile = folder.write("server-authority.crt", serverAuthority.certificate);
  return { hostPort: address, namespace: "default", tls: { client, caCertificateFile, serverName } };
}

async function deadAddress(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `127.0.0.1:${port}`;
}

function bundle(): ReturnType<typeof bundleWorkflowCode> {
  const logger = new DefaultLogger("WARN");
  return bundleWorkflowCode({ logger, workflowsPath: fileURLToPath(new URL("tls-workflows.ts", import.meta.url)) });
}
