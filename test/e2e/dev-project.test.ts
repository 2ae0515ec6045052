/** `autoflow dev --project`: the folder is one project of a GitLab on a socket. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import { serving, type Serving } from "../gitlab-sim/serving.ts";
import { eventually } from "../support/eventually.ts";
import { DevServer } from "../support/server.ts";

const script = `
def look(w, ev):
    print("of", w.gitlab.get("projects/:id").path_with_namespace)

on_schedule(every = "1s", handler = look)
`;

suite("autoflow dev of one project", () => {
  let sim: Serving;

  before(async () => {
    sim = await serving();
    const seed = { groups: [{ path: "acme" }], projects: [{ path: "acme/web", id: 42 }] };
    sim.gitlab.change((world) => plant({ world, user: sim.gitlab.root }, seed));
  });
  after(() => sim.close());

  const config = () => ({ gitlab: { url: sim.url, token: "glpat-root" } });

  test("what a schedule starts is of the project", async () => {
    await using server = await DevServer.start({ script, args: ["--project", "42"], config: config() });
    await server.untilPrinted("of acme/web");
  });

  test("without one, :id is told to mean none", async () => {
    await using server = await DevServer.start({ script, config: config() });
    const failed = await eventually("a run fails", async () =>
      (await server.runs()).find(({ state }) => state === "failed"),
    );
    const { error } = await server.run(failed.id);
    assert.match(error!.message, /the run is of no project, so ":id" means none/);
  });
});
