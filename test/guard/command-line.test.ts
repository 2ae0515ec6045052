/** `autoflow serve` with the rules of the example, `autoflow guard` before a GitLab, and the script for Terraform. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import { Workplace } from "../cli/command-line.ts";
import { serving } from "../gitlab-sim/serving.ts";
import { freePort } from "../support/free-port.ts";

const example = path.resolve(import.meta.dirname, "../../examples/project-compliance");
const apiToken = "a-token-of-the-api-1";

test("rules of a group, asked by the guard and by Terraform", async () => {
  const sim = await serving();
  const seed = {
    groups: [{ path: "team" }],
    projects: [
      { path: "team/web", id: 42 },
      { path: "team/rules", id: 77 },
    ],
  };
  sim.gitlab.change((world) => plant({ world, user: sim.gitlab.root }, seed));
  await using place = new Workplace();
  const config = {
    listen: { port: await freePort() },
    api_token: { env: "TOKEN_OF_API" },
    gitlab: { url: sim.url, token: { env: "TOKEN_OF_GITLAB" } },
    projects: { "77": { path: "team/rules", gitlab: {}, script: { folder: example } } },
    groups: { team: { rules: "team/rules" } },
  };
  place.write("autoflow.yaml", JSON.stringify(config));
  process.env["TOKEN_OF_API"] = apiToken;
  process.env["TOKEN_OF_GITLAB"] = "glpat-root";
  const server = place.start("serve");
  const guard = place.start("guard", "--port", "0");
  delete process.env["TOKEN_OF_API"];
  delete process.env["TOKEN_OF_GITLAB"];
  await server.says("AutoFlow serves");
  const url = /at (http:\/\/\S+)/.exec(await guard.says(/AutoFlow guards .* at \S+/))![1]!;

  const put = (visibility: string): Promise<Response> =>
    fetch(`${url}/api/v4/projects/42`, {
      method: "PUT",
      headers: { "private-token": "glpat-root", "content-type": "application/json" },
      body: JSON.stringify({ visibility }),
    });
  const denied = await put("public");
  assert.equal(denied.status, 403);
  assert.match(await denied.text(), /projects of this group are not public/);
  const allowed = await put("internal");
  assert.equal(allowed.status, 200);
  assert.equal(((await allowed.json()) as { visibility: string }).visibility, "internal");

  const AUTOFLOW_SERVER = `http://127.0.0.1:${config.listen.port}`;
  const ask = (visibility: string, AUTOFLOW_TOKEN: string) =>
    new Promise<{ ok: boolean; stdout: string; stderr: string }>((resolve) => {
      const data = JSON.stringify({ parameters: { visibility } });
      const env = { ...process.env, AUTOFLOW_SERVER, AUTOFLOW_TOKEN };
      const child = execFile(path.join(example, "terraform/validate.sh"), { env }, (error, stdout, stderr) =>
        resolve({ ok: error === null, stdout, stderr }),
      );
      child.stdin!.end(JSON.stringify({ project: "team/web", type: "gitlab.project.update", data }));
    });
  assert.deepEqual(JSON.parse((await ask("private", apiToken)).stdout), { decision: "allow", rules: "stays_private" });
  const refused = await ask("public", apiToken);
  assert.deepEqual([refused.ok, refused.stdout], [false, ""]);
  assert.match(refused.stderr, /^denied: projects of this group are not public/);
  assert.match((await ask("private", "wrong")).stderr, /could not be asked/);
  await sim.close();
});
