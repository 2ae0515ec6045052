import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ApplicationFailure, Context } from "@temporalio/activity";
import { Client, WorkflowFailedError, WorkflowUpdateFailedError } from "@temporalio/client";
import type { DataConverter } from "@temporalio/common";
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from "@temporalio/worker";
import { silentLog } from "../../src/core/ports.ts";
import { temporalCodec, temporalDataConverter } from "../../src/engines/temporal/codec/data-converter.ts";
import { TemporalKeys } from "../../src/engines/temporal/codec/keys.ts";
import { ProjectScopes } from "../../src/engines/temporal/codec/project-scopes.ts";
import { startDevServer, temporalCli, type DevServer } from "../../src/engines/temporal/testing/dev-server.ts";
import { installRuntime } from "../../src/engines/temporal/worker/runtime.ts";
import { systemClock } from "../../src/host/clock.ts";
import { startCodecServer } from "../../src/server/codec-server/codec-server.ts";
import { startIdentityProvider, testEmail } from "../../src/server/codec-server/testing.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";
import { canaries, change, go, places, type Canaries, type CanaryActivities } from "./support/canary-workflow.ts";
import { readableInDatabase } from "./support/temporal-database.ts";

const cli = await temporalCli();
const skip = cli === undefined && "there is no temporal CLI";
const keys = new TemporalKeys([{ id: "main", key: randomBytes(32) }]);
const encrypting = temporalDataConverter({ keys });
const workflowsPath = fileURLToPath(new URL("./support/canary-workflow.ts", import.meta.url));

const activities: CanaryActivities = {
  give: async (text) => text,
  fail: async (given) => {
    Context.current().heartbeat(given.heartbeat);
    throw ApplicationFailure.create({
      message: given.activityFailure,
      type: "Failed",
      details: [given.failureDetails],
      cause: new Error(given.failureCause),
    });
  },
};

describe("payloads of a real server", { skip }, () => {
  let folder: TempFolder;
  let server: DevServer;
  let connection: NativeConnection;
  let workflowBundle: Awaited<ReturnType<typeof bundleWorkflowCode>>;

  before(async () => {
    installRuntime(silentLog);
    folder = tempFolder();
    [server, workflowBundle] = await Promise.all([
      startDevServer({ databaseFile: folder.join("temporal.db") }),
      bundleWorkflowCode({ workflowsPath, ...encrypting, logger: new DefaultLogger("ERROR") }),
    ]);
    connection = await NativeConnection.connect({ address: server.address });
  });
  after(async () => {
    await connection.close();
    await server.stop();
    folder[Symbol.dispose]();
  });

  /** Runs the workflow to its end; every place holds a text of its own, and gives it back to whoever has the key. */
  async function run(dataConverter: DataConverter): Promise<{ workflowId: string; given: Canaries }> {
    const taskQueue = randomUUID();
    const workflowId = `canaries/${taskQueue}`;
    const given = Object.fromEntries(places.map((place) => [place, `canary-${place}-${randomUUID()}`])) as Canaries;
    given.large = `${given.large} ${"padding ".repeat(500)}`;
    const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities, dataConverter });
    const client = new Client({ connection, dataConverter });
    await worker.runUntil(async () => {
      const handle = await client.workflow.start(canaries, {
        workflowId,
        taskQueue,
        args: [given],
        memo: { memo: given.memo },
        staticSummary: given.summary,
      });
      assert.equal(await handle.executeUpdate(change, { args: [given.update, given] }), given.updateResult);
      await handle.signal(go, given.signal);
      await assert.rejects(handle.executeUpdate(change, { args: [given.update, given] }), (error: unknown) => {
        assert.ok(error instanceof WorkflowUpdateFailedError);
        assert.equal(error.cause?.message, given.updateFailure);
        return true;
      });
      await assert.rejects(handle.result(), (error: unknown) => {
        assert.ok(error instanceof WorkflowFailedError);
        assert.equal(error.cause?.message, given.outcome);
        return true;
      });
      const first = client.workflow.getHandle(workflowId, handle.firstExecutionRunId);
      assert.deepEqual((await first.describe()).memo, { memo: given.memo, upserted: given.upsertedMemo });
    });
    given.large = given.large.split(" ")[0]!;
    return { workflowId, given };
  }

  it("are unreadable in its database with a key, wherever they are, and readable without", async () => {
    const [secret, control] = await Promise.all([run(encrypting), run({ ...encrypting, payloadCodecs: [] })]);
    const database = folder.join("temporal.db");
    assert.deepEqual(readableInDatabase(database, Object.values(secret.given)), []);
    const readable = readableInDatabase(database, Object.values(control.given));
    assert.deepEqual(readable.toSorted(), Object.values(control.given).toSorted(), "the control run is readable");
    assert.equal(readableInDatabase(database, [secret.workflowId]).length, 1, "the encrypted run is in this database");
  });

  it("are encrypted with the project's key, by a worker that was told of it by nothing but the payloads", async () => {
    const taskQueue = randomUUID();
    const workflowId = `canaries/${taskQueue}`;
    const known = new ProjectScopes();
    known.note(workflowId, "a1b2");
    const dataConverter = temporalDataConverter({ keys, scopes: new ProjectScopes() });
    const client = new Client({ connection, dataConverter: temporalDataConverter({ keys, scopes: known }) });
    const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities, dataConverter });
    const given = Object.fromEntries(places.map((place) => [place, place])) as Canaries;
    await worker.runUntil(async () => {
      const handle = await client.workflow.start(canaries, { workflowId, taskQueue, args: [given] });
      await handle.signal(go, "go");
      await handle.result().catch(() => undefined);
      const text = JSON.stringify((await client.workflow.getHandle(workflowId).fetchHistory()).events);
      const ids = (text.match(/"encryption-key-id":"[^"]+"/g) ?? []).map((match) =>
        Buffer.from(match.split(":")[1]!.slice(1, -1), "base64").toString(),
      );
      assert.ok(ids.length >= 2);
      assert.deepEqual([...new Set(ids)], ["main/a1b2"]);
    });
  });

  it("are decrypted for the temporal CLI by the codec server, for whom it knows", async () => {
    const { workflowId, given } = await run(encrypting);
    await using identity = await startIdentityProvider();
    const codecServer = await startCodecServer({
      listen: { host: "127.0.0.1", port: 0 },
      path: "/autoflow/codec-server",
      codec: temporalCodec({ keys }),
      namespace: server.namespace,
      authentication: { oidcUrl: identity.url, authorizedUserEmails: [testEmail] },
      log: silentLog,
      clock: systemClock,
    });
    try {
      const show = ["workflow", "show", "-w", workflowId, "--address", server.address, "-o", "json"];
      const withCodec = [...show, "--codec-endpoint", codecServer.url];
      const history = async (args: string[]) => payloadTexts((await promisify(execFile)(cli!, args)).stdout);
      assert.ok(!(await history(show)).includes(given.continued));
      const token = await identity.issue();
      assert.ok((await history([...withCodec, "--codec-auth", `Bearer ${token}`])).includes(given.continued));
      const eve = await identity.issue({ email: "eve@example.com" });
      for (const args of [withCodec, [...withCodec, "--codec-auth", `Bearer ${eve}`]]) {
        const shown = await history([...args, "--command-timeout", "2s"]).catch((error: unknown) =>
          Object.values(error as { stdout: string; stderr: string }).join("\n"),
        );
        assert.ok(!shown.includes(given.continued), shown);
      }
      const typed = `canary-typed-${randomUUID()}`;
      const other = ["-w", randomUUID(), "--address", server.address];
      const codecArgs = ["--codec-endpoint", codecServer.url, "--codec-auth", `Bearer ${token}`];
      const input = ["--type", "child", "-t", "nobody", "-i", JSON.stringify(typed)];
      await promisify(execFile)(cli!, ["workflow", "start", ...other, ...input, ...codecArgs]);
      assert.ok((await history(["workflow", "show", ...other, "-o", "json", ...codecArgs])).includes(typed));
      assert.deepEqual(readableInDatabase(folder.join("temporal.db"), [typed]), []);
    } finally {
      await codecServer.close();
    }
  });
});

/** What the payloads of a history in JSON hold, in which their data is in base64. */
function payloadTexts(history: string): string {
  const data = history.match(/(?<="data": ")[^"]*/g) ?? [];
  return data.map((text) => Buffer.from(text, "base64").toString()).join("\n");
}
