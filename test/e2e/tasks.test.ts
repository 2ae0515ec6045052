/** Tasks of a real server: asked, answered on the command line and over HTTP, with the process killed in between. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "../../src/core/engine.ts";
import type { TaskJson } from "../../src/server/tasks/task-json.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const script = `
form = {"type": "object", "properties": {"days": {"type": "integer", "minimum": 1}}, "required": ["days"]}

def access(w, ev):
    answer = w.ask(
        "Give %s access?" % ev.data.who,
        body = "To **production**",
        form = form,
        actions = ["grant", "deny"],
        assignees = ["ada", "ben"],
        quorum = 2,
        timeout = "1h",
    )
    print(answer.action, answer.values.days if answer.values else None, [each.by for each in answer.answers])

def late(w, ev):
    print("late:", w.ask("Anybody?", timeout = "300ms", on_timeout = "deny").action)

on_event(type = "access", handler = access)
on_event(type = "late", handler = late)
`;

async function openTasks(server: DevServer): Promise<TaskJson[]> {
  return (await server.get<Page<TaskJson>>("/api/v1/tasks?state=open")).items;
}

test("a task and the answers to it outlive kill -9, and the answer that decides reaches the run", async () => {
  await using server = await DevServer.start({ script });
  await server.send("access", { who: "lee", user: { username: "lee" } }, "a");
  const [task] = await eventually("it asks", async () => {
    const tasks = await openTasks(server);
    return tasks.length === 1 && tasks;
  });
  await server.end("SIGKILL");
  await server.startAgain();

  const listed = await server.cli("tasks", "list", "--assignee", "ada", "-o", "name");
  assert.deepEqual([listed.code, listed.stdout], [0, `${task!.id}\n`]);
  const shown = await server.cli("tasks", "show", task!.id);
  assert.match(shown.stdout, /^title: +Give lee access\?$/m);
  assert.match(shown.stdout, /^quorum: +2 people$/m);
  const refused = await server.cli("tasks", "answer", task!.id, "grant", "--by", "ada", "--values", '{"days": 0}');
  assert.deepEqual([refused.code, /TASK_ANSWER_INVALID/.test(refused.stderr)], [2, true], refused.stderr);
  const first = await server.cli("tasks", "answer", task!.id, "grant", "--by", "ada", "--values", '{"days": 3}');
  assert.match(first.stderr, /it is not decided yet/);

  await server.end("SIGKILL");
  await server.startAgain();
  const after = await server.get<TaskJson>(`/api/v1/tasks/${task!.id}`);
  assert.deepEqual(
    after.answers.map(({ by, via }) => [by, via]),
    [["ada", "cli"]],
  );
  const body = JSON.stringify({ action: "grant", by: "ben", values: { days: 2 } });
  const decided = await server.post(`/api/v1/tasks/${task!.id}/answer`, body);
  assert.equal(decided.status, 200);
  // At once: what was answered is on disk, whether or not the run has heard of it.
  await server.end("SIGKILL");
  await server.startAgain();
  assert.equal((await server.untilEnded("a")).state, "succeeded");
  await server.untilPrinted('grant 2 ["ada", "ben"]');
  await eventually("it is not open any more", async () => (await openTasks(server)).length === 0);
  const again = await server.cli("tasks", "answer", task!.id, "deny", "--by", "ada");
  assert.deepEqual([again.code, /TASK_CLOSED/.test(again.stderr)], [2, true], again.stderr);
});

test("the time of a task is over also while the process is down", async () => {
  await using server = await DevServer.start({ script });
  await server.send("late", {}, "b");
  await server.startedBy("b");
  await server.end("SIGKILL");
  await server.startAgain();
  assert.equal((await server.untilEnded("b")).state, "succeeded");
  await server.untilPrinted("late: deny");
  // Lists on Temporal know of it a little later.
  await eventually("it is over", async () => {
    const { items } = await server.get<Page<TaskJson>>("/api/v1/tasks");
    return items.map(({ state }) => state).join() === "expired";
  });
});
