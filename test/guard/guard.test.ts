/** The guard before the simulated GitLab, with rules on a real server and clients that others wrote. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { request as httpRequest } from "node:http";
import { Gitlab } from "@gitbeaker/rest";
import { createGitLabAction } from "../../src/actions/gitlab/gitlab.ts";
import type { Log } from "../../src/core/ports.ts";
import { systemClock } from "../../src/host/clock.ts";
import { type Guard, startGuard } from "../../src/server/guard/guard-server.ts";
import { defaultGuardedRoutes } from "../../src/server/guard/guarded-routes.ts";
import { openTestServer, type TestServer } from "../../src/server/testing.ts";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import { serving, type Serving } from "../gitlab-sim/serving.ts";

const rules = `def settings(w, change):
    wanted = change.data.parameters
    if wanted.get("visibility") == "public" and w.gitlab.get("projects/42").visibility != "public":
        return deny("projects of acme stay private")
    return allow()

def protections(w, change):
    return deny("branches stay protected: " + change.data.ids["name"])

def members(w, change):
    return change.data.parameters.get("access_level") != 50

on_validate(type = "gitlab.project.update", handler = settings)
on_validate(type = "gitlab.protected_branch.delete", handler = protections)
on_validate(type = "gitlab.member.*", handler = members)
`;

const token = "glpat-root";

interface Sent {
  status: number;
  body: string;
}

suite("autoflow guard", () => {
  let sim: Serving;
  let server: TestServer;
  let serverUrl: string;
  let guard: Guard;
  let api: InstanceType<typeof Gitlab<false>>;
  const lines: string[] = [];
  const write = (message: string, fields?: object): void => void lines.push(message + JSON.stringify(fields));
  const log: Log = { debug: write, info: write, warn: write, error: write };

  before(async () => {
    sim = await serving();
    const seed = { groups: [{ path: "acme" }], projects: [{ path: "acme/web", id: 42 }], users: [{ username: "kim" }] };
    sim.gitlab.change((world) => plant({ world, user: sim.gitlab.root }, seed));
    const gitlab = createGitLabAction({
      access: { of: () => ({ url: sim.url, token }) },
      secrets: { names: () => [], value: () => undefined },
      clock: systemClock,
      timeoutMs: 5000,
      maxResponseBytes: 1_000_000,
      userAgent: "test",
    });
    const policies = new Map([["acme", "77"]]);
    const projectPaths = new Map([["77", "acme/rules"]]);
    server = await openTestServer({ validation: { policies, projectPaths } }, [gitlab]);
    assert.deepEqual(await server.script(rules, "77"), []);
    serverUrl = await server.app.listen({ host: "127.0.0.1", port: 0 });
    guard = await startGuard(options());
    api = new Gitlab({ host: guard.url, token });
  });

  after(async () => {
    await guard.close();
    await server[Symbol.asyncDispose]();
    await sim.close();
  });

  function options() {
    return {
      listen: { host: "127.0.0.1", port: 0 },
      upstream: sim.url,
      routes: defaultGuardedRoutes,
      rules: { url: serverUrl, token: undefined, timeoutMs: 3000, onFailure: "deny" as const },
      log,
    };
  }

  function send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = "",
    to = guard,
  ): Promise<Sent> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(to.url);
      const all = { "private-token": token, ...headers };
      const asked = httpRequest({ hostname, port, method, path, headers: all }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode!, body: text }));
      });
      asked.on("upgrade", (_answer, socket) => {
        socket.destroy();
        reject(new Error("upgraded"));
      });
      asked.on("error", reject);
      asked.end(body);
    });
  }

  function project() {
    const found = sim.gitlab.world.paths.get("acme/web");
    assert.ok(found?.kind === "project");
    return found;
  }

  test("a client works through it, and what rules deny does not happen", async () => {
    const issue = await api.Issues.create("acme/web", "Lamp blinks");
    assert.equal((await api.Issues.all({ projectId: 42 })).length, 1);
    await api.Issues.edit(42, issue.iid, { stateEvent: "close" });
    await api.Projects.edit(42, { description: "Now with rules" });
    assert.equal((await api.Projects.show(42)).description, "Now with rules");
    await assert.rejects(api.Projects.edit("acme/web", { visibility: "public" }), /projects of acme stay private/);
    assert.equal(project().visibility, "private");
    await api.ProtectedBranches.protect(42, "release/1");
    await assert.rejects(api.ProtectedBranches.unprotect(42, "release/1"), /branches stay protected: release\/1/);
    assert.equal(
      (await api.ProtectedBranches.all(42)).some(({ name }) => name === "release/1"),
      true,
    );
    const kim = (await api.Users.all({ username: "kim" }))[0]!;
    await assert.rejects(api.ProjectMembers.add(42, 50, { userId: kim.id }), /denied by the rule members/);
    await api.ProjectMembers.add(42, 30, { userId: kim.id });
    assert.equal(
      (await api.ProjectMembers.all(42)).some(({ username }) => username === "kim"),
      true,
    );
  });

  test("no other way of writing a change passes it", async () => {
    const json = { "content-type": "application/json" };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const parts = { "content-type": "multipart/form-data; boundary=x" };
    const wanted = '{"visibility":"public"}';
    const part = '--x\r\ncontent-disposition: form-data; name="visibility"\r\n\r\npublic\r\n--x--\r\n';
    const tries: [number, string, string, Record<string, string>, string][] = [
      [403, "PUT", "/api/v4/projects/42", json, wanted],
      [403, "PUT", "/api/v4/projects/42/", json, wanted],
      [403, "PUT", "//api//v4/projects/42", json, wanted],
      [403, "PUT", "/api/v4/%70rojects/42", json, wanted],
      [403, "PUT", "/api/v4/projects/acme%2Fweb", json, wanted],
      [403, "PUT", "/api/v4/projects/ACME%2fWEB", json, wanted],
      [403, "PUT", "/api/v4/projects/42?visibility=public", {}, ""],
      [403, "PUT", "/api/v4/projects/42", form, "visibility=public"],
      [415, "PUT", "/api/v4/projects/42", parts, part],
      [403, "PUT", "/api/v4/projects/42", { ...json, connection: "upgrade", upgrade: "websocket" }, wanted],
      [403, "PUT", "/api/v4/projects/42", { ...json, connection: "upgrade", upgrade: "h2c" }, wanted],
      [400, "PUT", "/api/v4/x/../projects/42", json, wanted],
      [400, "PUT", "/api/v4/projects/42?visibility=private", json, wanted],
      [400, "PUT", "/api/v4/projects/%zz", json, wanted],
      [400, "PUT", "/api/v4/projects/42", json, "{"],
      [400, "POST", "/api/v4/projects/42", { ...json, "x-http-method-override": "PUT" }, wanted],
      [400, "POST", "/api/v4/projects/42", form, "_method=put&visibility=public"],
      [415, "PUT", "/api/v4/projects/42", { "content-type": "text/plain" }, wanted],
      [415, "PUT", "/api/v4/projects/42", { ...json, "content-encoding": "gzip" }, wanted],
    ];
    for (const [status, method, path, headers, body] of tries) {
      const answer = await send(method, path, headers, body);
      assert.equal(answer.status, status, `${method} ${path} ${JSON.stringify(headers)} ${body}: ${answer.body}`);
      assert.equal(project().visibility, "private", path);
    }
  });

  test("a project that nobody knows is not changed", async () => {
    const { status, body } = await send("PUT", "/api/v4/projects/999", { "content-type": "application/json" }, "{}");
    assert.equal(status, 403);
    assert.match(body, /cannot be told which rules bind the project 999/);
  });

  test("without a server that has the rules the configured default counts", async () => {
    const json = { "content-type": "application/json" };
    const unreachable = { ...options().rules, url: "http://127.0.0.1:9" };
    const strict = await startGuard({ ...options(), rules: unreachable });
    const lax = await startGuard({ ...options(), rules: { ...unreachable, onFailure: "allow" } });
    assert.equal((await send("PUT", "/api/v4/projects/42", json, '{"topics":["a"]}', strict)).status, 503);
    assert.equal((await send("GET", "/api/v4/projects/42", {}, "", strict)).status, 200);
    assert.equal((await send("PUT", "/api/v4/projects/42", json, '{"description":"lax"}', lax)).status, 200);
    assert.equal(project().description, "lax");
    await strict.close();
    await lax.close();
  });

  test("the caller's token is in no line of the log, and reaches no rule", async () => {
    await server.script(
      'on_validate(type="gitlab.project.archive", name="x", handler=lambda w, c: deny(str(c.data)))',
      "77",
    );
    const path = `/api/v4/projects/42/archive?private_token=${token}&import_password=abc`;
    const { status, body } = await send("POST", path);
    assert.equal(status, 403);
    assert.match(body, /import_password[^,]*\[hidden\]/);
    assert.doesNotMatch(body + lines.join("\n"), /glpat-root/);
    await server.script(rules, "77");
  });
});
