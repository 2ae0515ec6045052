/** `autoflow run` with a GitLab on a socket: the token of the configuration, and a process that dies while GitLab answers. */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import { Workplace } from "../cli/command-line.ts";
import { serving, type Serving } from "../gitlab-sim/serving.ts";

const script = `load("@autoflow//gitlab.star", "issues")

issue = issues.create(":id", "Once", labels = ["bug"])
issues.create_note(":id", issue, "Hello")
notes = gitlab.list("projects/:id/issues/%d/notes" % issue.iid)
print(issue.iid, [note.body for note in notes if not note.system])
`;

suite("autoflow run and GitLab", () => {
  let sim: Serving;

  before(async () => {
    sim = await serving();
    const seed = { groups: [{ path: "acme" }], projects: [{ path: "acme/web", id: 42 }] };
    sim.gitlab.change((world) => plant({ world, user: sim.gitlab.root }, seed));
  });
  after(() => sim.close());

  function workplace(token: string): Workplace {
    const place = new Workplace();
    place.write("autoflow.yaml", `gitlab: { url: "${sim.url}", token: ${token} }\n`);
    place.write("a.star", script);
    return place;
  }

  test("a process that dies while GitLab answers makes nothing twice", async () => {
    await using place = workplace("glpat-root");
    const created = Promise.withResolvers<void>();
    const { faults } = sim.gitlab;
    const around = faults.around.bind(faults);
    faults.around = (request, answer) => {
      const response = around(request, answer);
      if (request.method !== "POST") return response;
      created.resolve();
      return { ...response, delayMs: 60_000 };
    };
    const first = place.start("run", "a.star", "-p", "42");
    await created.promise;
    first.process.kill("SIGKILL");
    await first.ended;
    faults.around = around;
    const { status, stdout, stderr } = await place.run("run", "a.star", "-p", "42");
    assert.equal(status, 0, stderr);
    assert.equal(stdout, '1 ["Hello"]\n');
    const project = sim.gitlab.world.paths.get("acme/web");
    assert.ok(project?.kind === "project");
    assert.equal(project.issues.size, 1);
  });

  test("a token that is refused is told, and never shown", async () => {
    await using place = workplace("glpat-wrong-0123456789");
    const { status, stdout, stderr } = await place.run("run", "a.star", "-p", "42");
    assert.equal(status, 1);
    assert.match(
      stderr,
      /POST projects\/42\/issues answered 401 Unauthorized\. The token is wrong, has expired or was revoked/,
    );
    assert.doesNotMatch(stdout + stderr, /glpat/);
  });

  test("doctor tells what the token is good for", async () => {
    await using place = workplace("glpat-root");
    const { stdout } = await place.run("doctor");
    assert.match(stdout, /^gitlab token of \* +ok +"root" of .*: .*\bapi\b/m);
  });
});
