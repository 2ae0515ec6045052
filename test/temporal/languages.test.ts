/** What scripts and workflows compute is the same in Temporal's sandbox as it is in Node, where the languages' own tests check it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Client, Connection } from "@temporalio/client";
import { NativeConnection, Worker } from "@temporalio/worker";
import { silentLog } from "../../src/core/ports.ts";
import { toBase64 } from "../../src/core/wire.ts";
import { temporalDataConverter } from "../../src/engines/temporal/codec/data-converter.ts";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { bundleOnce } from "../../src/engines/temporal/worker/bundle.ts";
import { installRuntime } from "../../src/engines/temporal/worker/runtime.ts";
import { sdkBundle } from "../../src/engines/temporal/worker/worker.ts";
import { goldenFolder as workflowFolder } from "../../src/languages/serverless-workflow/machine/testing/golden.ts";
import { goldenFolder as scriptFolder, readGolden } from "../../src/languages/starlark/testing/golden.ts";
import type { GoldenRun } from "../../src/languages/testing/golden-run.ts";
import { suitePrograms } from "../../src/languages/starlark/testing/programs.ts";
import { type RecordedRun, saidBy, turnsOf } from "./support/computed.ts";
import type * as workflows from "./workflows/languages.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

/** Programs of one workflow: some tenths of a second. */
const atATime = 100;

describe("languages in Temporal's sandbox", { skip }, () => {
  const taskQueue = randomUUID();
  let client: Client;
  let stop: () => Promise<void>;

  before(async () => {
    installRuntime(silentLog);
    const { address } = await sharedDevServer();
    const dataConverter = temporalDataConverter({});
    const connection = await Connection.connect({ address });
    const native = await NativeConnection.connect({ address });
    client = new Client({ connection, dataConverter });
    const entry = fileURLToPath(new URL("workflows/languages.ts", import.meta.url));
    const workflowBundle = sdkBundle(await bundleOnce({ entry }));
    const worker = await Worker.create({ connection: native, taskQueue, workflowBundle, dataConverter });
    const ended = worker.run();
    stop = async () => {
      worker.shutdown();
      await ended;
      await native.close();
      await connection.close();
    };
  });

  after(() => stop());

  function computed<Name extends keyof typeof workflows>(
    name: Name,
    ...args: Parameters<(typeof workflows)[Name]>
  ): ReturnType<(typeof workflows)[Name]> {
    const options = { taskQueue, workflowId: randomUUID(), args, workflowRunTimeout: "60s" } as const;
    return client.workflow.execute(name, options) as ReturnType<(typeof workflows)[Name]>;
  }

  it("say the same for every program of Starlark's suites", async () => {
    const programs = suitePrograms();
    assert.ok(programs.length > 2000);
    for (let from = 0; from < programs.length; from += atATime) {
      const some = programs.slice(from, from + atATime);
      assert.deepEqual(await computed("programs", some), some.map(saidBy));
    }
  });

  it("compute the same turns, from the start and from states of earlier releases", async () => {
    const runs = [...scripts(), ...recordedWorkflows()];
    assert.ok(new Set(runs.map(({ image }) => image.language)).size === 2);
    for (const run of runs) assert.equal(await computed("recordedRun", run), turnsOf(run), run.name);
  });
});

function* scripts(): Iterable<RecordedRun> {
  for (const file of readdirSync(scriptFolder, { recursive: true }).map(String)) {
    if (!file.endsWith(".json")) continue;
    const { image, start, arrivals, states } = readGolden(new URL(file, scriptFolder));
    const { hash, bytes } = image;
    yield {
      name: file,
      image: { language: "starlark", hash, bytes: toBase64(bytes) },
      start,
      arrivals,
      states: states.map(toBase64),
    };
  }
}

function* recordedWorkflows(): Iterable<RecordedRun> {
  const encode = (text: string): string => toBase64(new TextEncoder().encode(text));
  for (const file of readdirSync(workflowFolder)) {
    const { image, start, arrivals, states } = JSON.parse(
      readFileSync(new URL(file, workflowFolder), "utf8"),
    ) as GoldenRun;
    yield {
      name: file,
      image: { language: "serverless-workflow", hash: image.hash, bytes: encode(image.text) },
      start,
      arrivals,
      states: states.map(encode),
    };
  }
}
