/** Serverless Workflow: an event that a run takes by correlation starts no other run. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Engine } from "../../core/engine.ts";
import type { NewEvent } from "../../core/event.ts";
import { serverlessWorkflow } from "../../languages/serverless-workflow/program.ts";
import { correlationSuite } from "../testing/correlation.suite.ts";
import { ended, event, until } from "../testing/engine.suite.ts";
import { openTestEngine } from "./testing.ts";

correlationSuite("embedded", openTestEngine);

const head = "{id: w, version: '1.0', specVersion: '0.8', name: w";

const applicants = `${head}, start: S, events: [
  {name: Submitted, source: '', type: submitted, correlation: [{contextAttributeName: applicantId}]},
  {name: Sat, source: '', type: sat, correlation: [{contextAttributeName: applicantId}]},
  {name: Rec, source: '', type: rec, correlation: [{contextAttributeName: applicantId}]}],
  states: [{name: S, type: event, exclusive: false, onEvents: [{eventRefs: [Submitted, Sat, Rec], actions: []}], end: true}]}`;

const rooms = `${head}, start: S, keepActive: true, events: [
  {name: Reading, source: '', type: reading, correlation: [{contextAttributeName: roomId}]}],
  states: [{name: S, type: event, onEvents: [{eventRefs: [Reading], actions: [],
    eventDataFilter: {toStateData: '.readings'}}], transition: T},
  {name: T, type: switch, dataConditions: [{condition: '.readings.last', end: {terminate: true}}], defaultCondition: {end: true}}]}`;

async function withWorkflow(text: string, work: (engine: Engine) => Promise<void>): Promise<void> {
  await using opened = await openTestEngine([], { programs: new Map([["serverless-workflow", serverlessWorkflow]]) });
  const sources = { entry: "w.sw.yaml", files: new Map([["w.sw.yaml", text.replaceAll("source: '', ", "")]]) };
  const put = await opened.engine.putDefinition({ project: "1", language: "serverless-workflow", sources });
  assert.ok(put.imageHash, JSON.stringify(put.problems));
  await work(opened.engine);
}

function correlated(type: string, attribute: string, value: string, data: unknown = {}): NewEvent {
  const plain = event(`${type} ${value} ${JSON.stringify(data)}`, type, data);
  return { ...plain, attributes: { ...plain.attributes, extensions: { [attribute]: value } } };
}

const orders = [
  ["submitted A", "submitted B", "sat A", "rec B", "rec A"],
  ["rec A", "sat B", "sat A", "submitted A", "submitted B"],
];
for (const order of orders) {
  for (const way of ["in one batch", "one at a time", "each when the runs wait"]) {
    test(`an event state that needs all its events: ${order[0]} first, ${way}`, () =>
      withWorkflow(applicants, async (engine) => {
        const events = order
          .map((text) => text.split(" "))
          .map(([type, who]) => correlated(type!, "applicantid", who!));
        const runs: string[] = [];
        for (const part of way === "in one batch" ? [events] : events.map((each) => [each])) {
          for (const result of await engine.appendEvents(part)) runs.push(...result.runs);
          if (way !== "each when the runs wait") continue;
          for (const run of runs) await until(engine, run, ({ state }) => state === "waiting" || state === "succeeded");
        }
        assert.equal(runs.length, 2);
        assert.equal((await ended(engine, runs[0]!)).state, "succeeded");
        assert.equal((await until(engine, runs[1]!, ({ state }) => state === "waiting")).state, "waiting");
      }));
  }
}

for (const way of ["in one batch", "one at a time"]) {
  test(`a run that is kept active takes every event of its room, ${way}`, () =>
    withWorkflow(rooms, async (engine) => {
      const reading = (room: string, data: unknown) => correlated("reading", "roomid", room, data);
      const events = [
        reading("a", { n: 1 }),
        reading("b", { n: 2 }),
        reading("a", { m: 3 }),
        reading("a", { last: true }),
      ];
      const runs: string[] = [];
      for (const part of way === "in one batch" ? [events] : events.map((each) => [each]))
        for (const result of await engine.appendEvents(part)) runs.push(...result.runs);
      assert.equal(runs.length, 2);
      assert.deepEqual(JSON.parse((await ended(engine, runs[0]!)).value!), { readings: { n: 1, m: 3, last: true } });
      const [again] = await engine.appendEvents([reading("a", { n: 4 })]);
      assert.equal(again!.runs.length, 1);
    }));
}
