/** Fibers of a run, against a real service: how many calls are under way, what is cancelled, what people see. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startEndpoint } from "../support/endpoint.ts";
import { eventually, pause } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const script = `
def call(w, i):
    return w.http.get(w.vars["URL"] + "/" + str(i)).json()["path"]

def many(w, ev):
    paths = w.parallel([(call, w, i) for i in range(50)], max = ev["data"]["max"])
    if paths != ["/" + str(i) for i in range(50)]:
        fail("answered in another order: {}".format(paths))

def raced(w, ev):
    def hang(name):
        return w.http.get(w.vars["URL"] + "/hang/" + name)
    name, _ = w.race({"hang": w.go(hang, "a"), "signal": w.signal_channel("go"), "time": w.timer("1h")})
    print("won by", name)

on_event(type = "many", handler = many)
on_event(type = "raced", handler = raced)
`;

test("50 calls with max=5: never more than 5 are under way, and without it all are", async () => {
  let underWay = 0;
  let most = 0;
  let isHeld = false;
  const five = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await using endpoint = await startEndpoint(async ({ path }) => {
    most = Math.max(most, ++underWay);
    if (underWay === 5) five.resolve();
    await (isHeld ? gate.promise : five.promise);
    await pause(5);
    underWay--;
    return { body: { path } };
  });
  await using server = await DevServer.start({ script, args: ["--var", `URL=${endpoint.url}`] });
  await server.send("many", { max: 5 }, "five");
  const { state, error } = await server.untilEnded("five");
  assert.equal(state, "succeeded", JSON.stringify(error));
  assert.equal(endpoint.received.length, 50);
  assert.equal(most, 5);

  isHeld = true;
  await server.send("many", { max: null }, "all");
  await eventually("all are under way", () => underWay === 50);
  gate.resolve();
  assert.equal((await server.untilEnded("all")).state, "succeeded");
});

test("the fibers of a run are shown, and what loses a race is cancelled", async () => {
  await using endpoint = await startEndpoint(() => new Promise(() => {}));
  await using server = await DevServer.start({ script, args: ["--var", `URL=${endpoint.url}`] });
  await server.send("raced", {}, "race");
  await eventually("the call is under way", () => endpoint.received.length === 1);
  const { id } = await server.startedBy("race");
  const shown = await server.cli("runs", "show", id);
  assert.match(shown.stdout, /^waiting for: sleep until .*, or http, attempt 1, or signal go$/m);
  assert.match(shown.stdout, /fiber 0, waits for #1, fiber 1, signal go\n +raced \(/);
  assert.match(shown.stdout, /fiber 1 \(hang\), started by fiber 0 at .*main\.star:\d+:\d+, waits for #2\n +hang \(/);
  assert.equal((await server.cli("runs", "signal", id, "go")).code, 0);
  assert.equal((await server.untilEnded("race")).state, "succeeded");
  const history = await server.history(id);
  const cancelled = history.flatMap(({ effect }) => (effect?.kind === "cancel" ? [effect.target] : []));
  assert.deepEqual(
    cancelled.toSorted((a, b) => a - b),
    [1, 2],
  );
  assert.ok(history.some(({ effect }) => effect?.kind === "log" && effect.message === "won by signal"));
});
