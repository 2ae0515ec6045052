/** Runs that loop for as long as they like: whatever is in flight, no history grows long. AUTOFLOW_LOOP_ITERATIONS=20000 loops longer. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test, type TestContext } from "node:test";
import { Client, Connection } from "@temporalio/client";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { type Endpoint, startEndpoint } from "../support/endpoint.ts";
import { eventually, pause } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";
const iterations = Number(process.env["AUTOFLOW_LOOP_ITERATIONS"] ?? 300);
const timeout = 120_000 + iterations * 200;
/** Temporal ends a history of 50,000; to read one of 2,000 takes about a second. */
const mostEvents = 2000;

const script = `
def polling(w, ev):
    n = 0
    while n < ev["data"]["iterations"]:
        n = w.run("echo", {"n": n})["n"] + 1
        if n % 10 == 0:
            w.sleep(seconds = 0.002)
    print("polled", n)

def busy(w, ev):
    over = []
    def others(name):
        while not over:
            w.http.get(w.vars["URL"] + "/slow/" + name)
    fibers = [w.go(others, name) for name in ["a", "b"]]
    late = w.go(lambda: w.http.get(w.vars["URL"] + "/late", timeout = "2h"))
    never = w.go(lambda: w.wait_for_event(type = "never"))
    n = 0
    while n < ev["data"]["iterations"]:
        n = w.run("echo", {"n": n})["n"] + 1
    over.append(True)
    for fiber in fibers:
        fiber.get()
    w.http.get(w.vars["URL"] + "/release")
    print("polled", n, late.get().status, never.cancel())

on_event(type = "poll", handler = polling)
on_event(type = "busy", handler = busy)
`;

const workflow = (url: string): string => `
id: polling
version: "1.0"
specVersion: "0.8"
start: Poll
functions:
  - {name: ask, type: custom, operation: "rest:get:${url}/poll"}
states:
  - name: Poll
    type: operation
    actions:
      - functionRef: {refName: ask}
        actionDataFilter: {toStateData: .answer}
    stateDataFilter: {output: .n += 1}
    transition: Check
  - name: Check
    type: switch
    dataConditions:
      - {condition: .n >= .iterations, end: true}
      - {condition: .n % 10 == 0, transition: Nap}
    defaultCondition: {transition: Poll}
  - {name: Nap, type: sleep, duration: PT0.002S, transition: Poll}
`;

describe(`${iterations} times round a loop`, { skip, timeout, concurrency: true }, () => {
  const namespace = "default";
  const released = Promise.withResolvers<void>();
  let connection: Connection;
  let endpoint: Endpoint;
  let server: DevServer;

  before(async () => {
    const { address } = await sharedDevServer();
    connection = await Connection.connect({ address });
    endpoint = await startEndpoint(async ({ path }) => {
      if (path === "/release") released.resolve();
      if (path === "/late") await released.promise;
      if (path.startsWith("/slow/")) await pause(20);
      return { body: { path } };
    });
    server = await DevServer.start({
      script,
      args: ["--engine", "temporal", "--var", `URL=${endpoint.url}`],
      env: { AUTOFLOW_TEMPORAL_HOST_PORT: address },
    });
    server.folder.write("project/polling.sw.yaml", workflow(endpoint.url));
    await server.process.untilOutput(/polling\.sw\.yaml is in use/, "stderr");
  });

  after(async () => {
    await server[Symbol.asyncDispose]();
    await endpoint[Symbol.asyncDispose]();
    await connection.close();
  });

  /** Waits until the run has succeeded, and looks at all it left in Temporal. */
  async function untilLooped(context: TestContext, id: string, begun: number): Promise<void> {
    // Its end is printed: nobody asks the run while it loops.
    const [, end] = await eventually(
      `run ${id} ends`,
      () =>
        new RegExp(`^${id} \\S+ \\| (succeeded|failed|cancelled): .*$`, "m").exec(server.process.stdout) ?? undefined,
      () => server.run(id),
      timeout,
    );
    const seconds = (performance.now() - begun) / 1000;
    assert.equal(end, "succeeded");
    const [, taskQueue] = /task queue (\S+)\./.exec(server.process.stderr)!;
    const histories = await historiesOf(new Client({ connection, namespace }), `${taskQueue}/run/${id}`);
    const lengths = histories.map(({ length }) => length);
    context.diagnostic(
      `${iterations} in ${seconds.toFixed(1)} s; ${histories.length} executions, the longest of ${Math.max(...lengths)} events`,
    );
    assert.ok(histories.length > 1, "the run was carried over");
    assert.ok(Math.max(...lengths) < mostEvents, `histories of ${lengths.join(", ")} events`);
    assert.ok(!histories.flat().includes("workflowTaskFailedEventAttributes"));
  }

  for (const type of ["poll", "busy"]) {
    test(`a script ${type === "poll" ? "polls" : "has always something in flight"}`, { timeout }, async (context) => {
      const begun = performance.now();
      const eventId = randomUUID();
      await server.send(type, { iterations }, eventId);
      await untilLooped(context, (await server.startedBy(eventId)).id, begun);
      const printed = type === "poll" ? `polled ${iterations}` : `polled ${iterations} 200 OK True`;
      assert.ok(server.printed.includes(printed), server.printed.join("\n"));
    });
  }

  test("a workflow polls", { timeout }, async (context) => {
    const begun = performance.now();
    const body = JSON.stringify({ input: { n: 0, iterations } });
    const answer = await server.post("/api/v1/workflows/polling/runs", body);
    assert.ok(answer.ok, await answer.clone().text());
    const { runId } = (await answer.json()) as { runId: string };
    await untilLooped(context, runId, begun);
    assert.equal(endpoint.received.filter(({ path }) => path === "/poll").length, iterations);
    assert.deepEqual(JSON.parse((await server.run(runId)).data!), {
      n: iterations,
      iterations,
      answer: { path: "/poll" },
    });
  });
});

/** The kinds of events of each execution of a chain, from the last execution back to the first. */
async function historiesOf(client: Client, workflowId: string): Promise<string[][]> {
  const histories: string[][] = [];
  for (let runId: string | undefined; ;) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push((events ?? []).map((event) => event.attributes ?? ""));
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
    if (runId === undefined) return histories;
  }
}
