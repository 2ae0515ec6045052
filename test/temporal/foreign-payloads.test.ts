import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { Client, Connection } from "@temporalio/client";
import type { Action } from "../../src/core/action.ts";
import { uuidv7 } from "../../src/core/ids.ts";
import { defaultLimits } from "../../src/core/program.ts";
import { temporalDataConverter } from "../../src/engines/temporal/codec/data-converter.ts";
import { workflowIds, workflowTypes } from "../../src/engines/temporal/protocol/names.ts";
import type { RunInput } from "../../src/engines/temporal/protocol/run.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine, type TemporalUnderTest } from "../../src/engines/temporal/testing/test-engine.ts";
import { define, echo, ended, start, until } from "../../src/engines/testing/engine.suite.ts";
import { eventually } from "../support/eventually.ts";

/** What somebody makes who may write to the namespace and has no key, or was left from the time before there was one. */

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

const newKeys = () => [{ id: "k", key: randomBytes(32) }];

/** Notes for which runs it was called. */
function recorder(): { action: Action; runs: string[] } {
  const runs: string[] = [];
  const perform: Action["perform"] = ({ runId, input }) => {
    runs.push(runId);
    return { value: input };
  };
  return { action: { ...echo, perform }, runs };
}

/** Somebody who may write to the namespace and has no key. */
class Stranger implements AsyncDisposable {
  readonly #client: Client;
  readonly #taskQueue: string;

  private constructor(client: Client, taskQueue: string) {
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  static async of({ options }: TemporalUnderTest): Promise<Stranger> {
    const { hostPort, namespace, taskQueue } = options.temporal;
    const connection = await Connection.connect({ address: hostPort });
    return new Stranger(new Client({ connection, namespace, dataConverter: temporalDataConverter({}) }), taskQueue);
  }

  /** Has a script, whose text they know, run once more. */
  async startRun(hash: string): Promise<string> {
    const runId = uuidv7(Date.now(), randomBytes(10));
    const run = {
      runId,
      project: "1",
      trigger: "h",
      position: 0,
      time: Date.now(),
      vars: {},
      secrets: [],
      limits: defaultLimits,
    };
    const input: RunInput = { start: run, definition: "toy.json", definitionKey: "x", hops: 0 };
    await this.#client.workflow.start(workflowTypes.run, {
      workflowId: workflowIds.run(this.#taskQueue, runId),
      taskQueue: this.#taskQueue,
      args: [input, { kind: "autoflow/image", hash, language: "toy" }],
    });
    return runId;
  }

  /** Gives a run what another one was given, as it is. */
  async repeatSignals(from: string, to: string): Promise<void> {
    const { events } = await this.#handleOf(from).fetchHistory();
    const { workflowId } = this.#handleOf(to);
    const { namespace } = this.#client.options;
    for (const { workflowExecutionSignaledEventAttributes: signal } of events ?? []) {
      if (!signal) continue;
      const { signalName, input } = signal;
      const execution = { workflowId };
      const request = { namespace, workflowExecution: execution, signalName: signalName ?? "", input: input ?? null };
      await this.#client.workflowService.signalWorkflowExecution(request);
    }
  }

  /** How often a workflow task of a run has been tried since its last one that went well. */
  async attempts(runId: string): Promise<number> {
    const { namespace } = this.#client.options;
    const execution = { workflowId: this.#handleOf(runId).workflowId };
    const about = await this.#client.workflowService.describeWorkflowExecution({ namespace, execution });
    return about.pendingWorkflowTask?.attempt ?? 0;
  }

  #handleOf(runId: string): ReturnType<Client["workflow"]["getHandle"]> {
    return this.#client.workflow.getHandle(workflowIds.run(this.#taskQueue, runId));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.connection.close();
  }
}

describe("payloads that a run is not to take, where there is a key", { skip }, () => {
  it("are those that were encrypted for another run", async () => {
    await using test = await openTestEngine([echo], { temporal: { encryptionKeys: newKeys() } });
    await define(test.engine, ["receive", "approve"]);
    const [one, other] = [await start(test.engine, "1"), await start(test.engine, "2")];
    await test.engine.signalRun(one, "approve", "true");
    await ended(test.engine, one);
    await using stranger = await Stranger.of(test);
    await stranger.repeatSignals(one, other);
    await eventually("it is refused again and again", async () => (await stranger.attempts(other)) > 1);
  });

  it("are those that are not encrypted, unless that is allowed", async () => {
    const { action, runs } = recorder();
    await using test = await openTestEngine([action], { temporal: { encryptionKeys: newKeys() } });
    await define(test.engine, ["call", "echo", "1"]);
    const [definition] = await test.engine.listDefinitions();
    await using stranger = await Stranger.of(test);
    const theirs = await stranger.startRun(definition!.imageHash!);
    await eventually("it is refused again and again", async () => (await stranger.attempts(theirs)) > 1);
    const ours = await start(test.engine);
    await ended(test.engine, ours);
    assert.deepEqual(runs, [ours]);

    test.options.temporal.allowPlaintext = true;
    await test.reopen();
    await eventually("it is executed", () => runs.includes(theirs));
  });

  it("are left behind, while it is allowed, when a key is given later; else a start fails", async () => {
    await using test = await openTestEngine([echo]);
    await define(test.engine, ["receive", "s"], ["call", "echo", "1"]);
    const run = await start(test.engine);
    await until(test.engine, run, ({ state }) => state === "waiting");
    const { temporal } = test.options;
    temporal.encryptionKeys = newKeys();
    await assert.rejects(test.reopen(), { code: "CODEC_PAYLOAD_PLAINTEXT" });
    temporal.allowPlaintext = true;
    await test.reopen();
    await test.engine.signalRun(run, "s", "1");
    assert.equal((await ended(test.engine, run)).state, "succeeded");
  });
});
