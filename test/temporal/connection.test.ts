import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection } from "@temporalio/client";
import { silentLog } from "../../src/core/ports.ts";
import { checkTemporal } from "../../src/engines/temporal/connection/check.ts";
import { openConnections } from "../../src/engines/temporal/connection/connections.ts";
import type { ConnectionOptions } from "../../src/engines/temporal/connection/options.ts";
import {
  missingSearchAttributes,
  registerSearchAttributes,
} from "../../src/engines/temporal/connection/search-attributes.ts";
import { makeAuthority } from "../../src/engines/temporal/testing/certificates.ts";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { installRuntime } from "../../src/engines/temporal/worker/runtime.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { startKeyGate } from "./key-gate.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";
const systemInfo = "/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo";

test("search attributes are found to be missing, are registered, and may be registered again", { skip }, async () => {
  const { address } = await sharedDevServer();
  const connection = await Connection.connect({ address });
  const namespace = "bare";
  const workflowExecutionRetentionPeriod = { seconds: 7 * 86_400 } as object;
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  const options = { hostPort: address, namespace };
  const findings = await checkTemporal(options);
  assert.deepEqual(findings.map(({ name, result, detail }) => [name, result, detail]).slice(2, 4), [
    ["temporal namespace", "ok", "bare, ended runs are kept for 7 days"],
    ["temporal search attributes", "problem", "AutoFlowState, AutoFlowLabels not registered"],
  ]);
  assert.match(
    findings[3]?.hint ?? "",
    /temporal operator search-attribute create .*--namespace bare --name AutoFlowState --type Keyword --name AutoFlowLabels --type KeywordList/,
  );
  await registerSearchAttributes(connection, options);
  await registerSearchAttributes(connection, options);
  assert.deepEqual(await missingSearchAttributes(connection, namespace), []);
  await connection.close();
});

test("an API key is sent by client and worker, and rotates under both", { skip }, async () => {
  installRuntime(silentLog);
  using folder = tempFolder();
  const authority = makeAuthority("authority");
  await using gate = await startKeyGate((await sharedDevServer()).address, authority.issue("cloud.test"), "first");
  const options: ConnectionOptions = {
    hostPort: gate.address,
    namespace: "default",
    tls: {
      client: undefined,
      caCertificateFile: folder.write("authority.crt", authority.certificate),
      serverName: "cloud.test",
    },
    apiKey: { file: folder.write("key", "first\n") },
  };
  const surroundings = { log: silentLog, checkIntervalMs: 3_600_000 };
  await using connections = await openConnections(options, surroundings);
  const native = await connections.openNative();
  gate.key = "second";
  folder.write("key", "second\n");
  await assert.rejects(connections.connection.workflowService.getSystemInfo({}), /not known/);
  assert.equal(await connections.refresh(), "renewed");
  gate.passed.length = 0;
  await connections.connection.workflowService.getSystemInfo({});
  await native.workflowService.getSystemInfo({});
  assert.deepEqual(gate.passed, [systemInfo, systemInfo]);

  gate.key = "third";
  const refusal = { code: "TEMPORAL_UNAUTHORIZED", message: /this key is not known/ };
  await assert.rejects(openConnections(options, surroundings), refusal);
  assert.equal((await checkTemporal(options)).at(-1)?.result, "problem");
  folder.write("key", "\n");
  await assert.rejects(openConnections(options, surroundings), { code: "CONFIG_INVALID", message: /is empty/ });
  assert.equal(await connections.refresh(), "kept");
});
