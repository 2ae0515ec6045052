import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { firstInput } from "../../src/engines/temporal/client/first-input.ts";
import { tidyImages } from "../../src/engines/temporal/client/upkeep.ts";
import { workflowIds } from "../../src/engines/temporal/protocol/names.ts";
import { startScheduled } from "../../src/engines/temporal/client/schedules.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine } from "../../src/engines/temporal/testing/test-engine.ts";
import { type ToyHandler, toySource, toyWorkflow } from "../../src/engines/testing/toy-program.ts";
import { eventually, pause } from "../support/eventually.ts";
import { type Instance, openInstance, type Process } from "./registry/harness.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

const handler: ToyHandler = { name: "h", filter: { types: ["a"], fields: [] }, body: [["log", "x".repeat(2000)]] };
const text = toySource(handler);
const image = { hash: "abc", language: "toy", bytes: new TextEncoder().encode(text) };
const day = 24 * 3_600_000;

type Put = Awaited<ReturnType<Process["definitions"]["put"]>>;

function put({ definitions }: Process, source = text, path = "toy.json", commit = "c1"): Promise<Put> {
  const sources = { entry: path, files: new Map([[path, source]]) };
  return definitions.put({ project: "1", language: "toy", sources, commit, author: "ann" });
}

function scheduled(every: number, repeat?: number): string {
  const schedule = { every, ...(repeat !== undefined && { repeat }) };
  return toyWorkflow({
    name: "w",
    body: [],
    triggers: [{ name: "tick", filter: { types: [], fields: [] }, schedule }],
  });
}

describe("registry on Temporal", { skip }, () => {
  it("a definition that one process puts is soon known to another", async () => {
    await using instance = await openInstance();
    const [one, other] = [await instance.join(), await instance.join()];
    const { imageHash, problems } = await put(one);
    assert.deepEqual(problems, []);
    const names = ({ registry }: Process): string[] =>
      registry.triggers.candidates("1", "a").map(({ trigger }) => trigger.name);
    assert.deepEqual(names(one), ["h"]);
    await eventually("the other knows", () => names(other).length === 1);
    assert.equal(other.registry.find("1", "toy.json")?.imageHash, imageHash);
    assert.equal(other.registry.digest("a", 1), one.registry.digest("a", 1));
    assert.notEqual(other.registry.digest("a", 1), one.registry.digest("a", "1"));
    assert.match(other.registry.uuidOf("a"), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const third = await instance.join();
    assert.deepEqual(third.definitions.list("1"), one.definitions.list("1"));
    assert.deepEqual(third.definitions.list("2"), []);
  });

  it("the same sources again change nothing; what does not compile leaves the last good version in use", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    const { imageHash } = await put(process);
    const { version } = process.registry.state;
    await put(process);
    assert.equal(process.registry.state.version, version);
    const [before] = process.definitions.list();
    const refused = await put(process, "{");
    assert.deepEqual([refused.imageHash, refused.problems[0]?.code], [undefined, "SCRIPT_SYNTAX"]);
    const [after] = process.definitions.list();
    assert.deepEqual([after?.imageHash, after?.problems[0]?.code], [imageHash, "SCRIPT_SYNTAX"]);
    await put(process);
    assert.deepEqual(process.definitions.list(), [before]);
    await put(process, text, "toy.json", "c2");
    assert.equal(process.definitions.list()[0]?.commit, "c2");
  });

  it("two processes cannot make one workflow of two definitions", async () => {
    await using instance = await openInstance();
    const [one, other] = [await instance.join(), await instance.join()];
    const workflow = toyWorkflow({ name: "w", body: [] });
    const results = await Promise.all([put(one, workflow, "a.json"), put(other, workflow, "b.json")]);
    const codes = results.flatMap(({ problems }) => problems.map(({ code }) => code));
    assert.deepEqual(codes, ["WORKFLOW_TWICE"]);
    await other.registry.refresh();
    assert.equal(other.definitions.activeWorkflows("w").length, 1);
    const [active] = other.definitions.activeWorkflows();
    await other.definitions.remove("1", active!.path);
    assert.deepEqual(other.definitions.activeWorkflows(), []);
    await assert.rejects(other.definitions.workflowSource(active!), { code: "NOT_FOUND" });
    const left = active!.path === "a.json" ? "b.json" : "a.json";
    assert.deepEqual((await put(other, workflow, left)).problems, []);
  });

  it("a removed definition starts nothing, and one that never was is not found", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    await put(process);
    await process.definitions.remove("1", "toy.json");
    assert.deepEqual(process.definitions.list(), []);
    assert.deepEqual(process.registry.triggers.candidates("1", "a"), []);
    await assert.rejects(process.definitions.remove("1", "other.json"), {
      code: "NOT_FOUND",
      message: "there is no definition other.json in project 1",
    });
  });

  it("flags are the same for all", async () => {
    await using instance = await openInstance();
    const [one, other] = [await instance.join(), await instance.join()];
    await one.definitions.setFlag("autoflow_enabled", "1", false);
    assert.equal(one.registry.heldByFlag("1", "a"), "autoflow_enabled");
    await eventually("the other knows", () => other.registry.heldByFlag("1", "a") === "autoflow_enabled");
    assert.equal(other.registry.heldByFlag("2", "a"), undefined);
    await one.definitions.setFlag("autoflow_enabled", "1", undefined);
    assert.equal(
      one.definitions.listFlags().some(({ project }) => project === "1"),
      false,
    );
    await assert.rejects(one.definitions.setFlag("no_such", undefined, true), { code: "NOT_FOUND" });
  });

  it("a paused trigger is shown until somebody resumes it, which its log is told", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    const { registry, definitions } = process;
    await put(process);
    const name = { project: "1", path: "toy.json", trigger: "h" };
    await registry.change({ kind: "pause", pause: { ...name, log: "2", object: "issues/1", reason: "r", since: 0 } });
    assert.equal(definitions.list()[0]?.triggers[0]?.pausedUntilResumed, true);
    const workflowId = workflowIds.log(instance.taskQueue, registry.digest("log", "2"));
    const log = await instance.client.workflow.start("log", { workflowId, taskQueue: instance.taskQueue });
    await definitions.resumeTrigger("1", "toy.json", "h");
    assert.deepEqual(await log.result(), { definition: registry.digest("definition", "1", "toy.json"), trigger: "h" });
    assert.equal(definitions.list()[0]?.triggers[0]?.pausedUntilResumed, false);
    await assert.rejects(definitions.resumeTrigger("1", "toy.json", "x"), {
      code: "NOT_FOUND",
      hint: "Its triggers: h.",
    });
  });

  it("loses no change where it continues in a new execution", async () => {
    await using instance = await openInstance();
    const [one, other] = [await instance.join(), await instance.join()];
    const handle = instance.client.workflow.getHandle(workflowIds.registry(instance.taskQueue));
    const first = await handle.describe();
    const change = async ({ registry }: Process, from: string): Promise<void> => {
      for (let n = 0; n < 60; n++)
        await registry.change({ kind: "addBuild", build: { buildId: `${from}${n}`, since: n } });
    };
    await Promise.all([change(one, "a"), change(other, "b")]);
    const now = await handle.describe();
    assert.notEqual(now.runId, first.runId);
    assert.ok(now.historyLength < 300, String(now.historyLength));
    await one.registry.refresh();
    assert.deepEqual([one.registry.state.builds.length, one.registry.state.version], [120, 120]);
    assert.equal(one.registry.state.salt, (await instance.join()).registry.state.salt);
  });

  it("goes on with what is known when somebody has ended it", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    await put(process);
    const { salt } = process.registry.state;
    const end = (): Promise<unknown> =>
      instance.client.workflow.getHandle(workflowIds.registry(instance.taskQueue)).terminate("test");
    await end();
    await process.definitions.setFlag("autoflow_enabled", "1", false);
    const other = await instance.join();
    assert.deepEqual([other.registry.state.salt, other.definitions.list().length], [salt, 1]);
    await end();
    const third = await instance.join();
    assert.deepEqual([third.registry.state.salt, third.definitions.list().length], [salt, 1]);
  });
});

describe("images on Temporal", { skip }, () => {
  const holderOf = ({ client }: Instance, { images }: Process, hash: string) =>
    client.workflow.getHandle(images.holderOf(hash));

  it("travel by reference: their bytes are kept once, and workflows have them", async () => {
    await using instance = await openInstance();
    const { client, taskQueue } = instance;
    const process = await instance.join();
    const { images, context } = process;
    await images.put(image);
    const workflowId = `${taskQueue}/read`;
    const args = [{ kind: "autoflow/image", hash: image.hash, language: "toy", bytes: image.bytes }, 1];
    assert.equal(await client.workflow.execute("read", { workflowId, taskQueue, args }), text);
    const request = { namespace: context.namespace, execution: { workflowId } };
    const { history } = await client.workflowService.getWorkflowExecutionHistory(request);
    const started = history!.events![0]!.workflowExecutionStartedEventAttributes!;
    assert.notEqual(started.continuedExecutionRunId, "");
    for (const payload of started.input!.payloads!) assert.ok(payload.data!.length < 200, String(payload.data!.length));
    const holder = await holderOf(instance, process, image.hash).describe();
    assert.deepEqual([holder.status.name, holder.historyLength], ["RUNNING", 1]);
  });

  it("are read with no worker, and kept again when their holder was ended while they are asked for", async () => {
    await using instance = await openInstance();
    const { images } = await instance.join();
    await images.put(image);
    const other = await instance.join();
    await instance.stopWorker();
    await holderOf(instance, other, image.hash).terminate("test");
    assert.deepEqual((await other.images.get(image.hash)).bytes, image.bytes);
    assert.equal((await holderOf(instance, other, image.hash).describe()).status.name, "RUNNING");
    await assert.rejects(other.images.load("no-such"), { code: "IMAGE_MISSING" });
    await assert.rejects(other.images.ensure("no-such"), { code: "IMAGE_MISSING" });
    await instance.startWorker();
  });

  it("that are too large are a problem of their definition", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    const noise = Buffer.from(process.context.random.bytes(2_000_000)).toString("base64");
    const { imageHash, problems } = await put(process, toySource({ ...handler, body: [["log", noise]] }));
    assert.deepEqual([imageHash, problems[0]?.code], [undefined, "IMAGE_TOO_LARGE"]);
    assert.equal(process.definitions.list()[0]?.problems[0]?.code, "IMAGE_TOO_LARGE");
  });

  it("end when no definition has had them for a day and no run is open that has them", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    const { context, images, registry } = process;
    const { imageHash: active } = await put(process);
    await images.put(image);
    await images.put({ ...image, hash: "of-run" });
    const runId = registry.uuidOf("run");
    const { starts } = context;
    const run = { runId, by: "name", project: "1", definition: "d", definitionProject: "1", trigger: "h" } as const;
    await starts.startRun({ ...run, image: { hash: "of-run", language: "toy" }, position: 0, hops: 0 });
    const query = `TaskQueue = "${instance.taskQueue}"`;
    await eventually("lists have all", async () => (await instance.client.workflow.count(query)).count === 5);
    assert.deepEqual(await tidyImages(context), { ended: [], reopened: [] });
    const later = { ...context, clock: { ...context.clock, now: () => Date.now() + 2 * day } };
    assert.deepEqual(await tidyImages(later), { ended: [images.holderOf("abc")], reopened: [] });
    assert.equal((await holderOf(instance, process, "abc").describe()).status.name, "TERMINATED");
    assert.equal((await holderOf(instance, process, active!).describe()).status.name, "RUNNING");
    // A worker that reads it for the first time would open its holder again.
    const begun = instance.client.workflow.getHandle(workflowIds.run(instance.taskQueue, runId));
    await eventually("the run has begun", async () => (await begun.describe()).historyLength > 3);
    await holderOf(instance, process, "of-run").terminate("as if a list had lagged");
    const holder = images.holderOf("of-run");
    await eventually("lists know", async () => (await tidyImages(context)).reopened.includes(holder));
    assert.equal((await holderOf(instance, process, "of-run").describe()).status.name, "RUNNING");
  });

  it("are under ids that nobody can make who only knows what they are", async () => {
    await using instance = await openInstance();
    const { images, registry } = await instance.join();
    assert.equal(
      images.holderOf("abc"),
      workflowIds.image(instance.taskQueue, registry.digest("label", "image", "abc")),
    );
    await using another = await openInstance();
    const key = ({ taskQueue }: Instance, id: string) => id.slice(taskQueue.length);
    const there = (await another.join()).images.holderOf("abc");
    assert.notEqual(key(another, there), key(instance, images.holderOf("abc")));
  });

  it("are not taken for one another, whatever stands in the place of their holder", async () => {
    await using instance = await openInstance();
    const { client, taskQueue } = instance;
    const { images } = await instance.join();
    const other = { ...image, hash: "def", bytes: new TextEncoder().encode(toySource({ ...handler, name: "other" })) };
    for (const each of [image, other]) await images.put(each);
    const inputOf = async (hash: string) =>
      (await firstInput({ client, namespace: "default" }, images.holderOf(hash))) as [object, Uint8Array];
    const [[about, bytes], [othersAbout, othersBytes]] = [await inputOf("abc"), await inputOf("def")];
    const workflowId = images.holderOf("abc");
    for (const args of [
      [about, othersBytes],
      [othersAbout, othersBytes],
      [{ hash: "abc", language: "toy" }, bytes],
      ["abc", bytes],
    ]) {
      await client.workflow.start("image", {
        workflowId,
        taskQueue,
        args,
        workflowIdConflictPolicy: "TERMINATE_EXISTING",
      });
      await assert.rejects((await instance.join()).images.get("abc"), { code: "STATE_DAMAGED" });
    }
    await client.workflow.getHandle(workflowId).terminate("test");
    await (await instance.join()).images.put(image);
    assert.deepEqual((await (await instance.join()).images.get("abc")).bytes, image.bytes);
  });
});

describe("schedules on Temporal", { skip }, () => {
  const runs = async ({ client, taskQueue }: Instance): Promise<number> =>
    (await client.workflow.count(`TaskQueue = "${taskQueue}" AND WorkflowType = "run"`)).count;
  const entities = async ({ client, taskQueue }: Instance, status: string): Promise<number> =>
    (
      await client.workflow.count(
        `TaskQueue = "${taskQueue}" AND WorkflowType = "schedule" AND ExecutionStatus = "${status}"`,
      )
    ).count;

  it("start runs at an interval, each once, until they are replaced", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    await put(process, scheduled(1000));
    const { began } = process.registry.find("1", "toy.json")!.schedules[0]!;
    const next = process.definitions.list()[0]!.triggers[0]!.nextAt!;
    assert.equal((next - began) % 1000, 0);
    await eventually("two have begun", async () => (await runs(instance)) >= 2);
    const name = { project: "1", path: "toy.json", trigger: "tick" };
    const again = startScheduled(process.context, { ...name, due: { at: began + 1000, began }, fire: true });
    assert.equal((await again).next?.began, began);
    await put(process, scheduled(day));
    await eventually("it waits for a day", async () => {
      const { next: due } = await startScheduled(process.context, { ...name, fire: false });
      return due !== undefined && due.at - due.began === day;
    });
    const count = await runs(instance);
    const ids = new Set<string>();
    for await (const { workflowId } of instance.client.workflow.list({ query: `TaskQueue = "${instance.taskQueue}"` }))
      if (workflowId.includes("/run/")) ids.add(workflowId);
    assert.ok(ids.size >= count);
    for (let at = began + 1000; ids.size > 0 && at < Date.now() + 1000; at += 1000)
      ids.delete(workflowIds.run(instance.taskQueue, process.registry.uuidOf("schedule", "1", "toy.json", "tick", at)));
    assert.deepEqual([...ids], [], "every run is of a due time");
  });

  it("end after as many repetitions as they have, and with their definition", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    await put(process, scheduled(1000, 1));
    await eventually("it has ended", async () => (await entities(instance, "Completed")) === 1);
    await eventually("lists have it", async () => (await runs(instance)) > 0);
    const count = await runs(instance);
    assert.ok(count <= 2, `${count} have begun`);
    assert.equal(process.definitions.list()[0]?.triggers[0]?.nextAt, undefined);
    await put(process, scheduled(day));
    await eventually("it waits again", async () => (await entities(instance, "Running")) === 1);
    await process.definitions.remove("1", "toy.json");
    await eventually("it has ended", async () => (await entities(instance, "Running")) === 0);
    assert.ok((await runs(instance)) <= 2);
  });

  it("start what was due while nothing ran once", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    await put(process, scheduled(2000));
    const { began } = process.registry.find("1", "toy.json")!.schedules[0]!;
    await eventually("it waits", async () => (await entities(instance, "Running")) === 1);
    await instance.stopWorker();
    const downFrom = Date.now();
    await pause(7000);
    const downTo = Date.now();
    await instance.startWorker();
    const begun = async (): Promise<number[]> => {
      const times: number[] = [];
      const query = `TaskQueue = "${instance.taskQueue}" AND WorkflowType = "run"`;
      for await (const { startTime } of instance.client.workflow.list({ query })) times.push(startTime.getTime());
      return times;
    };
    await eventually("one has begun in time again", async () => (await begun()).some((at) => at > downTo + 2000));
    const dues = Array.from({ length: 50 }, (_, n) => began + n * 2000);
    const late = (await begun()).filter((at) => at > downTo).length;
    const missed = dues.filter((at) => at > downFrom && at < downTo).length;
    const inTime = dues.filter((at) => at > downTo && at <= Date.now()).length;
    assert.ok(missed >= 3 && late <= 1 + inTime, `${missed} were missed, ${late} began`);
  });

  it("are held back by the flag for all there is", async () => {
    await using instance = await openInstance();
    const process = await instance.join();
    await process.definitions.setFlag("autoflow_enabled", "1", false);
    await put(process, scheduled(1000));
    const name = { project: "1", path: "toy.json", trigger: "tick" };
    const { next } = await startScheduled(process.context, { ...name, fire: false });
    const after = await startScheduled(process.context, { ...name, due: next!, fire: true });
    assert.ok(after.next!.at > next!.at);
    const runId = process.registry.uuidOf("schedule", "1", "toy.json", "tick", next!.at);
    const run = instance.client.workflow.getHandle(workflowIds.run(instance.taskQueue, runId));
    await assert.rejects(run.describe(), { name: "WorkflowNotFoundError" });
    await process.definitions.setFlag("autoflow_enabled", "1", undefined);
    await startScheduled(process.context, { ...name, due: next!, fire: true });
    assert.equal((await run.describe()).type, "run");
  });

  it("start runs of the whole engine, which tells when the next one is due", async () => {
    await using test = await openTestEngine([]);
    const { engine } = test;
    const sources = { entry: "toy.json", files: new Map([["toy.json", scheduled(1000)]]) };
    await engine.putDefinition({ project: "1", language: "toy", sources });
    const run = await eventually("a run has ended", async () => {
      const { items } = await engine.listRuns({ project: "1" });
      return items.find(({ state }) => state === "succeeded");
    });
    assert.deepEqual([run.trigger, run.eventId, run.definition], ["tick", undefined, "toy.json"]);
    const [definition] = await engine.listDefinitions("1");
    assert.ok(definition!.triggers[0]!.nextAt! > run.createdAt);
  });
});
