import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { stringify } from "yaml";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { Workplace } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";

/** What a server tells of an instance on Temporal is what the guide says that one is to watch. */

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";
const guide = readFileSync(path.resolve(import.meta.dirname, "../../docs/guides/temporal.md"), "utf8");
/** Counted only when something goes wrong. */
const ofTrouble = /_fail|_failed|_failure/;

const script = `def hello(w, ev):
    print("hello")
    w.http.get("http://127.0.0.1:1/")

on_event(type = "example", handler = hello)
`;

test("a server on Temporal tells the metrics of the guide", { skip }, async () => {
  const { address } = await sharedDevServer();
  await using place = new Workplace();
  place.write("flows/.gitlab/autoflow/main.star", script);
  const configuration = {
    engine: "temporal",
    listen: { port: 0 },
    temporal: { host_port: address, task_queue: `metrics-${randomUUID()}` },
    projects: { "1": { script: { folder: "flows" } } },
  };
  place.write("autoflow.yaml", stringify(configuration));
  const server = place.start("serve");
  const url = /http:[\w/.:]+/.exec(await server.says("AutoFlow serves http:"))![0];
  const sent = await place.run("events", "send", "-p", "1", "-t", "example", "--data", "{}");
  assert.equal(sent.status, 0, sent.stderr);
  let text = "";
  await eventually("the run has ended and is counted", async () => {
    text = await (await fetch(`${url}/metrics`)).text();
    return /^autoflow_run_duration_seconds_count\{state="failed"\} 1$/m.test(text);
  });
  const { stdout: runs } = await place.run("runs", "list", "-o", "jsonl");
  assert.match(runs, /HTTP_ADDRESS_DENIED/);
  assert.match(text, /^autoflow_events_total\{type="example",duplicate="false"\} 1$/m);
  assert.match(text, /^autoflow_runs_started_total\{definition="\.gitlab\/autoflow\/main\.star",by="event"\} 1$/m);
  assert.match(text, /^autoflow_attempt_seconds_count\{action="http",ok="false"\} \d/m);
  assert.match(text, /^autoflow_store_writable 1$/m);
  const named = [...guide.matchAll(/`((?:temporal|autoflow)_[a-z_]+)/g)].map((match) => match[1]!);
  assert.ok(named.length > 5);
  const missing = named.filter((name) => !ofTrouble.test(name) && !text.includes(`\n${name}`));
  assert.deepEqual(missing, []);
});
