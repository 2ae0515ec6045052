/** Every commit as the last one before a death: what it left behind is copied, and an engine goes on from the copy. */
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import { test } from "node:test";
import type { Action } from "../../src/core/action.ts";
import type { Engine } from "../../src/core/engine.ts";
import type { NewEvent } from "../../src/core/event.ts";
import { silentLog, silentObserver } from "../../src/core/ports.ts";
import { defaultLimits } from "../../src/core/program.ts";
import { encodeWire } from "../../src/core/wire.ts";
import { echoAction } from "../../src/actions/echo.ts";
import { openEmbeddedEngine } from "../../src/engines/embedded/open.ts";
import { systemClock } from "../../src/host/clock.ts";
import { createSystemRandom } from "../../src/host/random.ts";
import { starlark } from "../../src/languages/starlark/program.ts";
import { eventually } from "../support/eventually.ts";
import { tempFolder, type TempFolder } from "../support/temp-folder.ts";

/** Enough of them to come between all that the script does. */
const mostCopies = 80;

const script = `
def step(w, number):
    w.http.post("http://service/steps", json = [w.run_id, number], retry = {"initial": "5ms", "max": "10ms"})

def compute():
    "Takes many slices, so that commits come in between."
    total = 0
    for i in range(60000):
        total += i % 7
    return total

def receiving(w, ev):
    step(w, 1)
    w.emit(type = "send", data = {"to": w.run_id})
    compute()
    received = []
    channel = w.signal_channel("s")
    while len(received) < 4:
        which, value = w.select({"signal": channel, "timer": w.timer("5ms")})
        if which == "signal":
            compute()
            received.append(value)
    step(w, 2)
    print("received {}".format(received))

def sending(w, ev):
    step(w, 1)
    for n in range(4):
        w.signal(ev["data"]["to"], "s", n)
        compute()
    w.sleep("10ms")
    compute()
    w.emit(type = "sent", data = None)
    compute()
    step(w, 2)
    print("sent")

def waiting(w, ev):
    late = w.wait_for_event(type = "sent", timeout = "2ms")
    compute()
    event = w.wait_for_event(type = "sent") if late == None else late
    compute()
    print("waited for {}".format(event["type"]))

on_event(type = "start", handler = receiving)
on_event(type = "start", handler = waiting)
on_event(type = "send", handler = sending)
`;

/** Fails the first attempt of every call. */
const unsteadyHttp: Action = {
  name: "http",
  retry: { maxAttempts: 10, initialMs: 5, factor: 1, maxMs: 5 },
  timeoutMs: 1000,
  async perform({ attempt }) {
    if (attempt === 1) return { error: { type: "http", code: "HTTP_STATUS", message: "not yet", retryable: true } };
    return { value: encodeWire({ status_code: 200, status: "200 OK", headers: [], body: "{}" }) };
  },
};

type OpenEngine = Engine & AsyncDisposable;

async function open(dataDir: string, committed: () => void): Promise<OpenEngine> {
  const engine = await openEmbeddedEngine({
    dataDir,
    actions: [echoAction, unsteadyHttp],
    programs: new Map([["starlark", starlark]]),
    clock: systemClock,
    random: createSystemRandom(),
    log: silentLog,
    observer: { ...silentObserver, committed },
    variables: { values: () => ({}) },
    secrets: { names: () => [], value: () => undefined },
    limits: defaultLimits,
  });
  return Object.assign(engine, { [Symbol.asyncDispose]: () => engine.drain() });
}

/** What everything printed once nothing is open any more, and whether it all succeeded. */
async function outcome(engine: Engine): Promise<string[]> {
  const runs = await eventually(
    "all runs end",
    async () => {
      const { items } = await engine.listRuns({ limit: 100 });
      const isQuiet = items.every((run) => run.endedAt !== undefined) && engine.health().eventLag === 0;
      return isQuiet && items;
    },
    async () => (await engine.listRuns({ limit: 100 })).items.filter((run) => run.endedAt === undefined),
    5000,
  );
  const lines: string[] = [];
  for (const run of runs) {
    for (const { effect } of await engine.history(run.id, { after: 0 })) {
      if (effect?.kind === "log") lines.push(`${run.trigger} ${run.state}: ${effect.message}`);
    }
  }
  return lines.toSorted();
}

/** Runs the script to its end; answers a copy of the data folder for every commit, and what was printed. */
async function record(folder: TempFolder): Promise<{ copies: string[]; printed: string[] }> {
  const copies: string[] = [];
  const dataDir = folder.join("original");
  await using engine = await open(dataDir, () => {
    copies.push(folder.join(`copy-${copies.length + 1}`));
    cpSync(dataDir, copies.at(-1)!, { recursive: true });
  });
  await engine.putDefinition({
    project: "*",
    language: "starlark",
    sources: { entry: "main.star", files: new Map([["main.star", script]]) },
  });
  copies.splice(0);
  const over = new AbortController();
  const others = (async () => {
    // Commits of others come between everything that the runs do.
    for (let i = 0; !over.signal.aborted && copies.length < mostCopies; i++)
      await engine.appendEvents([event(`other-${i}`, "other")]);
  })();
  await engine.appendEvents([event("1", "start")]);
  const printed = await outcome(engine);
  over.abort();
  await others;
  return { copies, printed };
}

function event(id: string, type: string): NewEvent {
  return { project: "1", attributes: { id, source: "test", type }, body: new Uint8Array(), overlay: "" };
}

/** What is wrong with how an engine goes on from a copy. */
async function differences(copy: string, expected: readonly string[]): Promise<string[]> {
  await using engine = await open(copy, () => {});
  try {
    assert.deepEqual(await outcome(engine), expected);
    for (const type of ["start", "send", "sent"]) {
      assert.equal((await engine.listEvents({ type, limit: 10 })).items.length, 1, `events of type ${type}`);
    }
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

test("runs go on from every commit as if nothing had happened", { timeout: 120_000 }, async () => {
  using folder = tempFolder();
  const { copies, printed } = await record(folder);
  assert.deepEqual(printed, [
    "receiving succeeded: received [0, 1, 2, 3]",
    "sending succeeded: sent",
    "waiting succeeded: waited for sent",
  ]);
  assert.ok(copies.length > 10, `${copies.length} commits`);
  const problems: string[] = [];
  for (const [at, copy] of copies.entries()) {
    for (const text of await differences(copy, printed)) {
      problems.push(`after commit ${at + 1} of ${copies.length}: ${text}`);
    }
    if (problems.length > 2) break;
  }
  assert.deepEqual(problems, []);
});
