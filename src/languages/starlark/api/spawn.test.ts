/** Child runs as scripts start them, and the files of a project that are functions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { compileResult, compileScript, startOf, turn } from "../testing/virtual-run.ts";
import { Run } from "../testing/handler-run.ts";

const path = ".gitlab/autoflow/functions/notify.star";

test("run starts a function of the project, waits for it, and answers what it ends with", () => {
  const run = new Run('answer = w.run("notify", {"text": "hi"}, label="tell")\nprint(answer.sent, answer["to"])');
  assert.deepEqual(run.effects, [
    { kind: "spawn", definition: { name: "notify" }, input: '{"text":"hi"}', awaited: true, onParentEnd: "cancel" },
  ]);
  run.answer(1, { sent: true, to: "all" });
  assert.deepEqual(run.printed, ["True all"]);
});

test("what it fails with can be attempted", () => {
  const run = new Run('print(w.attempt(w.run, "notify").error.code)');
  run.fail(1, { type: "child", code: "NOT_FOUND", message: "there is none", retryable: false });
  assert.deepEqual(run.printed, ["NOT_FOUND"]);
});

test("spawn answers a future, or the id of a run of its own", () => {
  const run = new Run(
    'f = w.spawn("build@1.2", {"n": 1})\nid = w.spawn("notify", detached=True).get()\nprint(id, f.get())',
  );
  assert.deepEqual(run.effects, [
    {
      kind: "spawn",
      definition: { name: "build", version: "1.2" },
      input: '{"n":1}',
      awaited: true,
      onParentEnd: "cancel",
    },
    { kind: "spawn", definition: { name: "notify" }, input: "{}", awaited: false, onParentEnd: "continue" },
  ]);
  run.answer(2, "run-2");
  run.answer(1, 7);
  assert.deepEqual(run.printed, ["run-2 7"]);
});

test("a name that is none and options that do not fit are refused", () => {
  assert.match(new Run('w.run("builtin://ecko")').error, /there is no step "builtin:\/\/ecko"/);
  assert.match(new Run('w.spawn("a@")').error, /"a@" is no name of a function or workflow/);
  assert.match(new Run('w.run("notify", retry=3)').error, /timeout and retry are for built-in steps/);
  assert.match(new Run('w.run("notify", [1])').error, /want dict/);
});

test("a file of the functions' folder is started by its name, with an input", () => {
  const text =
    'input_schema = {"type": "object", "required": ["n"]}\n\ndef main(w, inputs):\n    w.sleep(1)\n    return inputs.n + 1\n';
  const image = compileScript({ [path]: text });
  const { workflow, triggers } = image.describe();
  assert.deepEqual(triggers, []);
  assert.deepEqual([workflow?.name, workflow?.version], ["notify", "1"]);
  const { inputSchema } = workflow!;
  assert.deepEqual(JSON.parse(inputSchema!.documents[inputSchema!.path]!), { type: "object", required: ["n"] });
  const start = startOf(image, { input: '{"n": 41}' });
  delete start.event;
  const machine = image.open(start);
  turn(machine, undefined);
  const restored = image.open(start, machine.snapshot());
  const last = turn(restored, { kind: "answer", effect: 1, seq: 1, time: start.time + 1000, value: "null" as never });
  assert.deepEqual(last.outcome, { kind: "succeeded", value: "42" });
});

test("a function may handle events too", () => {
  const text =
    'def main(w, inputs):\n    return inputs\ndef h(w, ev):\n    return main(w, ev)\non_event(type="a", handler=h)\n';
  const { triggers, workflow } = compileScript({ [path]: text }).describe();
  assert.deepEqual([triggers.map(({ name }) => name), workflow?.name], [["h"], "notify"]);
});

test("a file without a fitting main is refused", () => {
  for (const text of ["x = 1\n", "def main(w):\n    pass\n", "main = 7\n"]) {
    const [problem] = compileResult({ [path]: text }).diagnostics;
    assert.match(problem?.message ?? "", /it has to define main\(w, inputs\)/);
  }
  const [problem] = compileResult({ [path]: "input_schema = print\ndef main(w, inputs):\n    pass\n" }).diagnostics;
  assert.match(problem?.message ?? "", /input_schema is no JSON Schema/);
});
