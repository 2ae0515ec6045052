/** Functions of a project: runs that start others by name, wait for them, and end with them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const files = {
  ".gitlab/autoflow/functions/double.star": `
input_schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}

def main(w, inputs):
    """Doubles a number."""
    w.sleep(seconds = 0.01)
    if inputs.n < 0:
        fail("too small: %d" % inputs.n)
    return 2 * inputs.n
`,
  ".gitlab/autoflow/functions/forever.star": `
def main(w, inputs):
    w.signal_channel("never").receive()
`,
  "flows/greet.sw.yaml": `
id: greet
version: "1.0"
specVersion: "0.8"
start: Hello
states:
  - name: Hello
    type: inject
    data: {greeting: hello}
    end: true
`,
};

const script = `
def sums(w, ev):
    first = w.spawn("double", {"n": 1})
    second = w.run("double", {"n": 20})
    print("sum", first.get() + second)
    print("workflow", w.run("greet").greeting)

def failing(w, ev):
    print("failed", w.attempt(w.run, "double", {"n": -1}).error.message)
    print("unfit", w.attempt(w.run, "double", {"n": "one"}).error.code)
    print("missing", w.attempt(w.run, "dubble", {"n": 1}).error.code)

def leaving(w, ev):
    w.spawn("forever", label = "ends with its parent")
    kept = w.spawn("forever", detached = True).get()
    print("kept", kept)

on_event(type = "sums", handler = sums)
on_event(type = "failing", handler = failing)
on_event(type = "leaving", handler = leaving)
`;

test("a run waits for functions and workflows of its project", async () => {
  await using server = await DevServer.start({ script, files });
  await server.send("sums", {}, "1");
  const run = await server.untilEnded("1");
  assert.equal(run.state, "succeeded", JSON.stringify(run.error));
  await server.untilPrinted("sum 42", "workflow hello");
  await server.send("failing", {}, "2");
  assert.equal((await server.untilEnded("2")).state, "succeeded");
  await server.untilPrinted("missing NOT_FOUND");
  const printed = server.printed.filter((line) => /^(failed|unfit|missing) /.test(line));
  assert.match(printed[0]!, /too small: -1/);
  assert.deepEqual(printed.slice(1), ["unfit WORKFLOW_INPUT_INVALID", "missing NOT_FOUND"]);
});

test("what was spawned ends with the run, unless it is detached", async () => {
  await using server = await DevServer.start({ script, files });
  await server.send("leaving", {}, "1");
  await server.untilEnded("1");
  const runs = await eventually("the child is cancelled", async () => {
    const all = (await server.runs()).filter(({ definition }) => definition.endsWith("forever.star"));
    return all.length === 2 && all.some(({ state }) => state === "cancelled") && all;
  });
  const kept = runs.find(({ state }) => state !== "cancelled")!;
  await server.untilPrinted(`kept ${kept.id}`);
  assert.equal((await server.run(kept.id)).state, "waiting");
});

test("a function is started by its name, as a workflow is", async () => {
  await using server = await DevServer.start({ script, files });
  const listed = await server.cli("workflows", "list");
  assert.match(listed.stdout, /double/);
  const answer = await server.cli("workflows", "run", "double", "--input", '{"n": 4}');
  assert.match(answer.stdout, /8/);
  assert.equal(answer.code, 0);
});
