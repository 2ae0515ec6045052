/** Scripts that take more than their share end with a traceback, or are stopped visibly; a neighbour's runs go on beside them. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Endpoint, startEndpoint } from "../support/endpoint.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";
import { neighbourBeside, neighbourScript } from "./neighbour.ts";
import { hostileMain, hostileScripts } from "./scripts.ts";

const echoing = `
def ping(w, ev):
    w.emit(type = "pong", data = {"n": ev["data"]["n"] + 1})

def pong(w, ev):
    w.emit(type = "ping", data = {"n": ev["data"]["n"] + 1})

def touch(w, ev):
    w.emit(type = "touched", subject = "issues/1")

on_event(type = "ping", handler = ping)
on_event(type = "pong", handler = pong)
on_event(type = "touch", handler = touch)
on_event(type = "touched", handler = touch)
`;

const script = [hostileMain(), neighbourScript, echoing].join("\n");

let endpoint: Endpoint;
let server: DevServer;

before(async () => {
  endpoint = await startEndpoint();
  server = await DevServer.start({ script, args: ["--var", `NEIGHBOUR=${endpoint.url}/`] });
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await endpoint[Symbol.asyncDispose]();
});

describe("a handler with", () => {
  for (const [n, [name, { code, traceback }]] of Object.entries(hostileScripts).entries()) {
    test(name, async () => {
      await server.send(`hostile.${n}`, {}, `hostile-${n}`);
      const { state, error } = await server.untilEnded(`hostile-${n}`);
      assert.equal(state, "failed");
      assert.match(error!.code, code, error!.message);
      if (traceback === "none") return;
      if (traceback === "fiber")
        return assert.match(error!.traceback!, /\nFiber \d+ \(\w+\), started .*main\.star:\d+:\d+ in \w+:\n/);
      assert.match(error!.traceback!, new RegExp(`main\\.star:\\d+:\\d+: in hostile_${n}\\n`));
      if (traceback !== undefined) assert.match(error!.traceback!, traceback);
    });
  }
});

describe("the neighbour, in ms from its event to its call,", () => {
  const measured = [
    "an endless loop",
    "a list that grows",
    "a list of equal texts that grows",
    "printing what is doubled",
    "replacing everything by more",
  ];

  test("alone", async (context) => {
    context.diagnostic(JSON.stringify(await neighbourBeside(server, endpoint)));
  });

  for (const name of measured) {
    test(`beside ${name}`, async (context) => {
      const n = Object.keys(hostileScripts).indexOf(name);
      let ended = 0;
      const latency = await neighbourBeside(server, endpoint, async (stop) => {
        for (; !stop.aborted; ended++) {
          const id = `beside-${n}-${ended}`;
          await server.send(`hostile.${n}`, {}, id);
          assert.equal((await server.untilEnded(id)).state, "failed");
        }
      });
      context.diagnostic(`beside ${name}, ${ended} runs of it: ${JSON.stringify(latency)}`);
    });
  }

  test("beside all hostile handlers at once", async (context) => {
    const ids = Object.keys(hostileScripts).map((_, n) => `all-${n}`);
    const latency = await neighbourBeside(server, endpoint, async () => {
      for (const [n, id] of ids.entries()) await server.send(`hostile.${n}`, {}, id);
      for (const id of ids) assert.equal((await server.untilEnded(id)).state, "failed");
    });
    context.diagnostic(`beside all at once: ${JSON.stringify(latency)}`);
  });
});

test("two handlers that answer each other's events are stopped", async () => {
  await server.send("ping", { n: 0 });
  const last = await eventually("the chain is stopped", async () => {
    const { items } = await server.get<{ items: { attributes: { id: string } }[] }>("/api/v1/events?limit=1");
    const { reason, cause } = await server.event(items[0]!.attributes.id);
    return reason?.includes("LOOP_HOPS") === true && { reason, cause };
  });
  assert.equal(last.cause!.hops, 32);
  const shown = await server.cli("events", "list", "--limit", "1");
  assert.match(shown.stdout, /started nothing: LOOP_HOPS/);
});

test("a handler that starts itself for one object is paused, visibly, and can be resumed", async () => {
  const limit = 20;
  for (let i = 0; i <= limit; i++) {
    const event = { specversion: "1.0", id: `touch-${i}`, source: "/test", type: "touch", subject: "issues/7" };
    await server.post("/api/v1/projects/1/events", JSON.stringify(event));
  }
  const { reason } = await server.dispatched(`touch-${limit}`);
  assert.match(reason!, /LOOP_RATE/);
  assert.match((await server.cli("definitions", "list")).stdout, /touch \(touch\) PAUSED/);
  const resumed = await server.cli("definitions", "resume", "touch");
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.doesNotMatch((await server.cli("definitions", "list")).stdout, /touch \(touch\) PAUSED/);
});

test("a script that never ends while it is loaded is refused, and the version before goes on", async () => {
  server.edit(`${script}\nwhile True:\n    pass\n`);
  const definition = await eventually("it is refused", async () => {
    const { items } = await server.get<{ items: { problems: { message: string; where: { line: number } }[] }[] }>(
      "/api/v1/definitions",
    );
    return items[0]!.problems[0];
  });
  assert.match(definition.message, /steps/);
  assert.equal(definition.where.line, `${script}\n`.split("\n").length);
  await server.send("ping", { n: 0 }, "still-there");
  assert.equal((await server.untilEnded("still-there")).state, "succeeded");
});
