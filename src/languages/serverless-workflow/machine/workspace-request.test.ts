/** A workflow with everything that published ones use: small, large, denied, failed and refused, with the exact calls. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Answer, http, loadFiles, type SeenCall, VirtualRun, type World } from "./testing/virtual-run.ts";

const folder = new URL("testdata/workspace-request/", import.meta.url);

function loadRequest() {
  const names = [
    "workspace-request.sw.yaml",
    "application.properties",
    "specs/forge-openapi.yaml",
    "specs/portal-openapi.yaml",
  ];
  return loadFiles(Object.fromEntries(names.map((name) => [name, readFileSync(new URL(name, folder), "utf8")])));
}

const image = loadRequest();

interface Outside {
  labels?: string[][];
  statuses?: string[];
  answers?: Record<string, Answer[]>;
}

/** GitLab-like and portal-like services. */
function outside({ labels = [], statuses = ["completed"], answers = {} }: Outside): NonNullable<World["calls"]> {
  return (call) => {
    const { method, path } = request(call);
    const given = answers[`${method} ${path}`]?.shift();
    if (given !== undefined) return given;
    if (path === "/api/v4/projects") return http([{ id: 77, path: "workspace-approvals" }]);
    if (path === "/api/v4/projects/77/issues") return http({ iid: 5, web_url: "https://forge/5" }, 201);
    if (method === "GET" && path === "/api/v4/projects/77/issues/5")
      return http({ iid: 5, labels: labels.shift() ?? [] });
    if (method === "PUT") return http({ state: "closed" });
    if (path === "/api/notifications") return http([{ id: "n1" }]);
    if (path === "/api/scaffolder/v2/tasks") return http({ id: "t1" }, 201);
    return http({ id: "t1", status: statuses.length > 1 ? statuses.shift() : statuses[0] });
  };
}

function request({ input }: SeenCall): { method: string; path: string; query: string } {
  const url = new URL(
    String(input["url"]).replaceAll(/<(\w+)>/g, (_, name: string) => `https://${name.toLowerCase()}`),
  );
  return { method: String(input["method"]), path: url.pathname, query: url.search };
}

function requested(run: VirtualRun): string[] {
  return run.calls.map((call) => {
    const { method, path, query } = request(call);
    return `${method} ${path}${query}`;
  });
}

function startOf(size: string, more: object = {}) {
  return {
    input: JSON.stringify({
      workspace: "team-a",
      requester: "team-a",
      size,
      git_host: "forge.example.com",
      recipients: ["user:default/ann"],
      reason: null,
      ...more,
    }),
    vars: { PORTAL_URL: "http://portal", FORGE_URL: "http://forge", TASK_REF: "template:default/ws" },
    secrets: ["PORTAL_TOKEN", "FORGE_TOKEN"],
  };
}

for (const world of [{}, { reopens: true }, { reopens: true, slice: 1 }]) {
  const how = JSON.stringify(world);

  test(`a small request is made at once ${how}`, () => {
    const run = new VirtualRun(image, startOf("small"), { ...world, calls: outside({}) }).run();
    assert.deepEqual(requested(run), [
      "POST /api/scaffolder/v2/tasks",
      "GET /api/scaffolder/v2/tasks/t1",
      "POST /api/notifications",
    ]);
    const [launch, look] = run.calls;
    assert.deepEqual(JSON.parse(String(launch!.input["body"])), {
      templateRef: "template:default/ws",
      values: { git_host: "forge.example.com", component_id: "team-a", owner: "team-a", size: "small" },
    });
    assert.ok(JSON.stringify(launch!.input).includes("Bearer <PORTAL_TOKEN>"), JSON.stringify(launch!.input));
    assert.ok(look!.at - launch!.at >= 15_000);
    assert.deepEqual((run.value as Record<string, unknown>)["result"], {
      message: "made",
      outputs: [{ key: "workspace", value: "http://portal/c/", format: "link" }],
    });
    assert.deepEqual((run.value as Record<string, unknown>)["response"], [{ id: "n1" }]);
    assert.deepEqual(run.logs, ["info: task t1"]);
  });

  test(`a large request waits for the approval ${how}`, () => {
    const world2 = {
      ...world,
      calls: outside({ labels: [[], ["other"], ["approved"]], statuses: ["processing", "completed"] }),
    };
    const run = new VirtualRun(image, startOf("large"), world2).run();
    assert.deepEqual(requested(run), [
      "GET /api/v4/projects?search=workspace-approvals&simple=true",
      "POST /api/v4/projects/77/issues",
      "POST /api/notifications",
      "GET /api/v4/projects/77/issues/5",
      "GET /api/v4/projects/77/issues/5",
      "GET /api/v4/projects/77/issues/5",
      "POST /api/scaffolder/v2/tasks",
      "GET /api/scaffolder/v2/tasks/t1",
      "GET /api/scaffolder/v2/tasks/t1",
      "POST /api/notifications",
      "PUT /api/v4/projects/77/issues/5?state_event=close",
    ]);
    const polls = run.calls.filter((call) => request(call).path.endsWith("/issues/5")).map(({ at }) => at);
    for (let i = 1; i < 3; i++) assert.ok(polls[i]! - polls[i - 1]! >= 60_000);
    assert.deepEqual(JSON.parse(String(run.calls[1]!.input["body"])), { title: "Request for large workspace team-a" });
    assert.ok(JSON.stringify(run.calls[1]!.input).includes('["PRIVATE-TOKEN","<FORGE_TOKEN>"]'));
    assert.equal(run.calls.at(-1)!.input["body"], undefined);
    assert.equal(run.outcome?.kind, "succeeded");
    assert.ok(!JSON.stringify(run.data).includes("\uFDD0"));
  });

  test(`a denied request ends in error ${how}`, () => {
    const run = new VirtualRun(image, startOf("large"), { ...world, calls: outside({ labels: [["denied"]] }) }).run();
    assert.equal(run.failure.code, "WORKFLOW_ERROR_END");
    assert.equal(run.failure.message, "Making of workspace team-a denied");
    assert.deepEqual(run.failure.details, { node: "CloseDenied", state: "CloseDenied" });
    assert.deepEqual(requested(run).slice(-2), [
      "POST /api/notifications",
      "PUT /api/v4/projects/77/issues/5?state_event=close",
    ]);
    assert.deepEqual((run.data as Record<string, unknown>)["result"], {
      completedWith: "error",
      message: "denied: team-a",
    });
    const calls = run.calls.length;
    run.command("retry").run();
    assert.equal(run.failure.message, "Making of workspace team-a denied");
    assert.equal(run.calls.length, calls);
    run.command("skip").run();
    assert.equal(run.outcome?.kind, "succeeded");
  });

  test(`a task that failed is told ${how}`, () => {
    const run = new VirtualRun(image, startOf("medium"), { ...world, calls: outside({ statuses: ["failed"] }) }).run();
    assert.deepEqual((run.value as Record<string, unknown>)["result"], {
      completedWith: "error",
      message: "The task failed.",
    });
  });

  test(`a call that fails can be repeated alone ${how}`, () => {
    const answers = { "POST /api/v4/projects/77/issues": [http({ message: "no" }, 503)] };
    const calls = outside({ labels: [["approved"]], answers });
    const run = new VirtualRun(image, startOf("large"), { ...world, calls }).run();
    assert.equal(run.failure.code, "HTTP_STATUS");
    assert.deepEqual((run.failure.details as Record<string, unknown>)["state"], "AddIssue");
    assert.equal(run.calls.length, 2);
    run.command("retry").run();
    assert.equal(run.outcome?.kind, "succeeded");
    assert.equal(requested(run).filter((line) => line.endsWith("simple=true")).length, 1);
    assert.equal(requested(run).filter((line) => line === "POST /api/v4/projects/77/issues").length, 2);
    assert.equal(run.calls[2]!.repeats, undefined);
  });
}

test("no project that fits is a clear error, not a call for project null", () => {
  const calls = outside({ answers: { "GET /api/v4/projects": [http([])] } });
  const run = new VirtualRun(image, startOf("large"), { calls }).run();
  assert.equal(run.calls.length, 1);
  assert.match(run.failure.message, /id/);
});

test("a state that waits is small", () => {
  const run = new VirtualRun(image, startOf("large"), { calls: outside({}) }).run(100_000);
  assert.ok(!run.hasEnded);
  assert.ok(run.snapshot().length < 1500, `${run.snapshot().length} bytes`);
});
