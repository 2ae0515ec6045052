import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { AppendResult } from "../../src/core/engine.ts";
import { workflowIds } from "../../src/engines/temporal/protocol/names.ts";
import type { RunMessage } from "../../src/engines/temporal/protocol/run.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { eventually } from "../support/eventually.ts";
import { anyOf, event, type Logs, openLogs, poison, project } from "./log/harness.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

const positions = (messages: readonly RunMessage[]): number[] =>
  messages.flatMap((message) => (message.kind === "event" ? [message.position] : []));

/** A run of which only the log needs to know. */
async function newRun(logs: Logs): Promise<string> {
  const runId = randomUUID();
  await logs.startRun(runId);
  return runId;
}

test("an event is in its log once, however often and wherever it is sent", { skip }, async () => {
  await using logs = await openLogs();
  logs.trigger("go");
  const other = logs.join();
  const sent = Array.from({ length: 20 }, (_, n) => event(`e${n % 5}`));
  const results = (await Promise.all([logs.events.append(sent), other.append(sent)])).flat();
  assert.equal(results.filter(({ duplicate }) => !duplicate).length, 5);
  for (const [at, { seq, runs }] of results.entries()) {
    const first = results.find((each) => !each.duplicate && each.seq === seq)!;
    assert.deepEqual(runs, first.runs, String(at));
    assert.equal(runs.length, 1);
  }
  await logs.renew();
  await eventually("it continues", async () => (await executions(logs)) > 1);
  const [again] = await other.append([event("e0")]);
  assert.deepEqual([again!.duplicate, again!.runs], [true, results[0]!.runs]);
  assert.equal(await logs.events.end(project), 5);
  assert.equal(await logs.events.end("another"), 0);
});

test("a run takes an event that came before it waits, and one that comes after", { skip }, async () => {
  await using logs = await openLogs();
  const runId = await newRun(logs);
  await logs.events.append([event("1", "more"), event("2", "more")]);
  await logs.report({ runId, opens: [{ effect: 1, filter: anyOf("more"), since: 0 }] });
  await eventually("the first is there", async () => positions(await logs.messages(runId)).length === 1);
  await logs.report({ runId, n: 2, heard: 1, opens: [{ effect: 2, filter: anyOf("other"), since: "now" }] });
  await eventually("it waits", async () => (await logs.view())?.subscriptions === 1);
  await logs.events.append([event("3", "other"), event("4", "other")]);
  assert.deepEqual(positions(await logs.messages(runId)), [1, 3]);
  const taken = await logs.events.find("3");
  assert.deepEqual([taken!.receivedBy, taken!.reason], [[runId], undefined]);
});

test("a run looks back into earlier executions of the log", { skip }, async () => {
  await using logs = await openLogs();
  const large = { text: "x".repeat(120_000) };
  await logs.events.append([event("1", "early", {}, { n: 1 }), event("2", "early", {}, { n: 2 })]);
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < 3; n++) await logs.events.append([event(`large ${round} ${n}`, "large", {}, large)]);
    await logs.renew();
    await eventually("it continues", async () => (await executions(logs)) === round + 2);
  }
  const runs = await Promise.all([newRun(logs), newRun(logs), newRun(logs)]);
  const second = { types: ["early"], fields: [{ path: ["n"], anyOf: [2] }] };
  const filters = [anyOf("early"), second, anyOf("never", "early")];
  const since = [0, 0, 2];
  await Promise.all(
    runs.map((runId, at) => logs.report({ runId, opens: [{ effect: 7, filter: filters[at]!, since: since[at]! }] })),
  );
  await logs.events.append([event("last", "early")]);
  await eventually("all have one", async () => {
    const got = await Promise.all(runs.map((runId) => logs.messages(runId)));
    return got.every((messages) => messages.length === 1);
  });
  const got = await Promise.all(runs.map(async (runId) => positions(await logs.messages(runId))[0]));
  assert.deepEqual(got, [1, 2, 9]);
});

test(
  "runs get all events in order, while the log continues, workers change and answers get lost",
  { skip },
  async () => {
    await using logs = await openLogs();
    const runs = await Promise.all(Array.from({ length: 3 }, () => newRun(logs)));
    const count = 40;
    const disturb = async (): Promise<void> => {
      for (let round = 1; round <= 3; round++) {
        await logs.renew();
        await eventually("it continues", async () => (await executions(logs)) > round);
        if (round === 2) await logs.replaceWorker();
      }
    };
    const other = logs.join();
    const hammer = async (): Promise<AppendResult[]> => {
      const results: AppendResult[] = [];
      for (let n = 4; n < count; n += 4) {
        const of = (m: number) => event(`e${m}`, "tick");
        const [one, two] = await Promise.all([
          logs.events.append([of(n), of(n + 1)]),
          other.append([of(n + 2), of(n + 3)]),
        ]);
        results.push(...one, ...two);
      }
      return results;
    };
    /** As a run does that waits for one event after the other. */
    const follow = async (runId: string): Promise<void> => {
      let since = 0;
      for (let effect = 1; effect <= count; effect++) {
        await logs.report({ runId, n: effect, heard: since, opens: [{ effect, filter: anyOf("tick"), since }] });
        await eventually(`event ${effect}`, async () => (await logs.messages(runId)).length >= effect);
        since = positions(await logs.messages(runId)).at(-1)!;
      }
    };
    const first = await logs.events.append([0, 1, 2, 3].map((n) => event(`e${n}`, "tick")));
    const [rest] = await Promise.all([hammer(), ...runs.map(follow), disturb()]);
    const taken = [...first, ...rest].map(({ seq }) => seq).toSorted((a, b) => a - b);
    const all = Array.from({ length: count }, (_, n) => n + 1);
    assert.deepEqual(taken, all);
    for (const runId of runs) assert.deepEqual(positions(await logs.messages(runId)), all);
  },
);

test("an event waits to hear whether a new run takes it, but not for ever", { skip }, async () => {
  await using logs = await openLogs();
  logs.trigger("go", { unlessReceived: { by: ["room"] } });
  const inRoom = (id: string) => event(id, "go", { extensions: { room: "A" } });
  const [first] = await logs.events.append([inRoom("1")]);
  const runId = first!.runs[0]!;
  const second = logs.events.append([inRoom("2")]);
  const filter = { ...anyOf("go"), attributes: [{ name: "room", anyOf: ["A"] }] };
  await logs.report({ runId, position: 1, heard: 1, opens: [{ effect: 1, filter, since: 1 }] });
  assert.deepEqual((await second)[0]!.runs, []);
  assert.deepEqual(positions(await logs.messages(runId)), [2]);
  const [third] = await logs.events.append([inRoom("3")]);
  assert.equal(third!.runs.length, 1);
  // Nobody reports for the run of the third.
  const [fourth] = await logs.events.append([inRoom("4")]);
  assert.equal(fourth!.runs.length, 1);
});

test("a trigger that starts too often is paused, and the registry is told", { skip }, async () => {
  await using logs = await openLogs();
  logs.trigger("go");
  const sent = Array.from({ length: 23 }, (_, n) => event(`e${n}`, "go", { subject: "issues/1" }));
  const results = await logs.events.append(sent);
  assert.equal(results.filter(({ runs }) => runs.length === 1).length, 20);
  assert.deepEqual(
    logs.pauses.map(({ log, path, trigger, object }) => [log, path, trigger, object]),
    [[project, "f", "on go", "test issues/1"]],
  );
  assert.equal((await logs.events.find("e20"))!.decisions![0]!.outcome, "rate");
  assert.match((await logs.events.find("e21"))!.reason!, /^paused for test issues\/1: LOOP_RATE/);
});

test("a run that cannot be started stops nothing, and is told with the event", { skip }, async () => {
  await using logs = await openLogs();
  logs.trigger("go");
  logs.trigger(poison);
  const results = await logs.events.append([event("1", poison), event("2")]);
  assert.deepEqual(
    results.map(({ runs }) => runs.length),
    [0, 1],
  );
  const failed = (await logs.events.find("1"))!;
  assert.deepEqual([failed.decisions![0]!.outcome, failed.reason], ["failed", "IMAGE_MISSING: the image is gone"]);
});

test("a run that has ended is forgotten", { skip }, async () => {
  await using logs = await openLogs();
  const runId = await newRun(logs);
  const opens = [1, 2].map((effect) => ({ effect, filter: anyOf("more"), since: "now" as const }));
  await logs.report({ runId, opens: [...opens, { effect: 3, filter: anyOf("other"), since: "now" }] });
  await eventually("it waits", async () => (await logs.view())?.subscriptions === 3);
  await logs.endRun(runId);
  const handle = logs.context.client.workflow.getHandle(workflowIds.run(logs.context.taskQueue, runId));
  await handle.result();
  await logs.events.append([event("1", "more")]);
  await eventually("its waits are gone", async () => (await logs.view())?.subscriptions === 0);
});

test("bodies come back byte for byte, and what is too large is refused with its size", { skip }, async () => {
  await using logs = await openLogs();
  const bodies = [new Uint8Array([0xff, 0, 0xfe]), new TextEncoder().encode('\uFEFF{ "a":1 }\n'), new Uint8Array()];
  await logs.events.append(bodies.map((body, at) => ({ ...event(`b${at}`), body })));
  for (const [at, body] of bodies.entries()) assert.deepEqual((await logs.events.find(`b${at}`))!.body, body);
  const large = event("large", "go", {}, "x".repeat(1_100_000));
  await assert.rejects(logs.events.append([event("with it"), large]), (error: Error & { data?: object }) => {
    assert.match(error.message, /"large" of type go takes 1100\d\d\d bytes/);
    return "code" in error && error.code === "EVENT_TOO_LARGE";
  });
  assert.equal(await logs.events.find("with it"), undefined);
});

test("lists of events merge projects, newest first, and page through executions", { skip }, async () => {
  await using logs = await openLogs();
  for (let n = 0; n < 6; n++) {
    await logs.events.append([{ ...event(`e${n}`), project: `p${n % 2}` }]);
  }
  await logs.events.append(Array.from({ length: 5 }, (_, n) => event(`b${n}`, "batch")));
  await logs.renew();
  await eventually("it continues", async () => (await executions(logs)) > 1);
  await logs.events.append([event("newest")]);
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await logs.events.list({ limit: 5, ...(cursor !== undefined && { cursor }) });
    ids.push(...page.items.map(({ attributes }) => attributes.id));
    cursor = page.next;
  } while (cursor !== undefined);
  assert.deepEqual(ids, ["newest", "b4", "b3", "b2", "b1", "b0", "e5", "e4", "e3", "e2", "e1", "e0"]);
  const own = await logs.join().list({ project: "p1", limit: 2 });
  assert.deepEqual(
    own.items.map(({ attributes }) => attributes.id),
    ["e5", "e3"],
  );
  assert.deepEqual(
    (await logs.events.list({ type: "batch", limit: 3 })).items.map(({ seq }) => seq),
    [5, 4, 3],
  );
  await assert.rejects(logs.events.list({ cursor: own.next! }), { code: "REQUEST_INVALID" });
  assert.equal((await logs.events.find("3"))!.attributes.id, "b2");
  assert.equal(await logs.events.find("99"), undefined);
});

async function executions({ context }: Logs): Promise<number> {
  const workflowId = workflowIds.log(context.taskQueue, context.registry.digest("log", project));
  const { memo = {} } = await context.client.workflow.getHandle(workflowId).describe();
  return (memo["log"] as { earlier: unknown[] }).earlier.length + 1;
}
