import assert from "node:assert/strict";
import { test } from "node:test";
import { workflowIds } from "../../src/engines/temporal/protocol/names.ts";
import type { NewVersion } from "../../src/engines/temporal/protocol/registry.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { toySource } from "../../src/engines/testing/toy-program.ts";
import { eventually } from "../support/eventually.ts";
import { openInstance } from "./registry/harness.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

const text = toySource({ name: "h", filter: { types: ["a"], fields: [] }, body: [["log", "x".repeat(2000)]] });
const image = { hash: "abc", language: "toy", bytes: new TextEncoder().encode(text) };
const version: NewVersion = { project: "1", path: "toy.json", language: "toy", imageHash: "abc", schedules: [] };

test("a definition that one process activates is soon known to another", { skip }, async () => {
  await using instance = await openInstance();
  const { process, registry } = await instance.know();
  const { registry: other } = await instance.know();
  await process.images.put(image);
  await registry.change({ kind: "activate", version });
  assert.deepEqual(
    registry.triggers.candidates("1", "a").map(({ trigger }) => trigger.name),
    ["h"],
  );
  await eventually("the other knows", () => other.triggers.candidates("1", "a").length === 1);
  assert.equal(other.find("1", "toy.json")?.imageHash, "abc");
  assert.equal(other.digest("a", 1), registry.digest("a", 1));
  assert.match(other.uuidOf("a"), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("an image travels by reference: its bytes are kept once, and workflows have them", { skip }, async () => {
  await using instance = await openInstance();
  const { client, taskQueue, images, namespace } = instance.join();
  await images.put(image);
  const workflowId = `${taskQueue}/read`;
  const args = [{ kind: "autoflow/image", hash: image.hash, language: "toy", bytes: image.bytes }, 1];
  assert.equal(await client.workflow.execute("read", { workflowId, taskQueue, args }), text);
  const request = { namespace, execution: { workflowId } };
  const { history } = await client.workflowService.getWorkflowExecutionHistory(request);
  const started = history!.events![0]!.workflowExecutionStartedEventAttributes!;
  assert.notEqual(started.continuedExecutionRunId, "");
  for (const payload of started.input!.payloads!) assert.ok(payload.data!.length < 200, String(payload.data!.length));
  const holder = await client.workflow.getHandle(workflowIds.image(taskQueue, image.hash)).describe();
  assert.deepEqual([holder.status.name, holder.historyLength], ["RUNNING", 1]);
});
