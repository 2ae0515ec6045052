import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ToyTask } from "../../engines/testing/toy-program.ts";
import { openTestServer, until, type TestServer } from "../testing.ts";
import type { TaskJson } from "../tasks/task-json.ts";

/** Starts a run that asks, and answers the task. */
async function ask(server: TestServer, task: ToyTask): Promise<TaskJson> {
  await server.define({ name: "h", filter: { types: ["go"], fields: [] }, body: [["ask", task]] });
  const attributes = { id: crypto.randomUUID(), source: "test", type: "go" };
  const event = { project: "1", attributes, body: new Uint8Array(), overlay: "" };
  const [result] = await server.engine.appendEvents([event]);
  return until(async () => (await list(server, `run=${result!.runs[0]!}`))[0]);
}

async function list(server: TestServer, query: string): Promise<TaskJson[]> {
  const answer = await server.call({ url: `/api/v1/tasks?${query}` });
  return answer.json<{ items: TaskJson[] }>().items;
}

function answer(server: TestServer, { id }: { id: string }, payload: object) {
  return server.call({ method: "POST", url: `/api/v1/tasks/${id}/answer`, payload });
}

const form = JSON.stringify({ type: "object", properties: { why: { type: "string" } }, required: ["why"] });

describe("tasks", () => {
  it("are listed by project, state, assignee and run, and shown with their form as JSON", async () => {
    await using server = await openTestServer();
    const first = await ask(server, { assignees: ["ada"], form });
    const second = await ask(server, { linked: { project: "1", kind: "issue", iid: 3 }, labels: { approve: "go" } });
    const ids = async (query: string) => (await list(server, query)).map(({ id }) => id);
    assert.deepEqual(await ids("state=open&project=group%2Fapp"), [second.id, first.id]);
    assert.deepEqual(await ids("assignee=ada"), [first.id]);
    assert.deepEqual(await ids("state=answered"), []);
    assert.deepEqual(await ids("limit=1"), [second.id]);
    const shown = (await server.call({ url: `/api/v1/tasks/${first.id}` })).json<TaskJson>();
    assert.deepEqual(shown, first);
    assert.deepEqual(shown.request.form, JSON.parse(form));
    assert.equal((await server.call({ url: "/api/v1/tasks?state=done" })).statusCode, 400);
    assert.equal((await server.call({ url: "/api/v1/tasks/none" })).json<{ code: string }>().code, "TASK_NOT_FOUND");
  });

  it("are answered, once their values fit the form", async () => {
    await using server = await openTestServer();
    const task = await ask(server, { form });
    const wrong = await answer(server, task, { action: "approve", values: { why: 1 } });
    assert.equal(wrong.statusCode, 422);
    const { code, detail } = wrong.json<{ code: string; detail: string }>();
    assert.deepEqual([code, /why/.test(detail)], ["TASK_ANSWER_INVALID", true]);
    const right = await answer(server, task, { action: "approve", values: { why: "ok" }, by: "@ada", comment: "c" });
    const { state, answers } = right.json<TaskJson>();
    assert.equal(state, "answered");
    const [{ at, ...given }] = answers as [TaskJson["answers"][number]];
    assert.deepEqual(given, { action: "approve", values: { why: "ok" }, by: "ada", comment: "c", via: "api" });
    assert.ok(Math.abs(at - Date.now()) < 60_000);
    assert.equal((await answer(server, task, { action: "deny" })).statusCode, 409);
    assert.equal((await answer(server, { id: "none" }, { action: "deny" })).statusCode, 404);
    assert.equal((await answer(server, task, {})).statusCode, 400);
  });

  it("of groups are answered by their members, and by nobody without a name", async () => {
    await using server = await openTestServer();
    const task = await ask(server, { groups: ["other", "group"] });
    for (const by of ["lee", undefined]) {
      const refused = await answer(server, task, { action: "approve", by });
      assert.deepEqual([refused.statusCode, refused.json<{ code: string }>().code], [403, "TASK_NOT_ALLOWED"]);
    }
    assert.equal((await answer(server, task, { action: "approve", by: "kim", via: "cli" })).statusCode, 200);
  });

  it("whose form is no schema take no values", async () => {
    await using server = await openTestServer();
    const task = await ask(server, { form: '{"type": 7}' });
    const refused = await answer(server, task, { action: "approve", values: {} });
    assert.match(refused.json<{ detail: string }>().detail, /the form is no JSON Schema/);
  });
});
