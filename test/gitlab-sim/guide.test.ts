/** What docs/guides/gitlab-simulator.md shows is so. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { plant } from "../../src/testkit/gitlab/seed/plant.ts";
import { readSeedFile } from "../../src/testkit/gitlab/seed/seed-file.ts";
import { createControl } from "../../src/testkit/gitlab/server/control.ts";
import { movableClock } from "../../src/testkit/gitlab/server/movable-clock.ts";
import { createSimulatedGitLab } from "../../src/testkit/gitlab/simulated-gitlab.ts";

const guide = readFileSync(path.resolve(import.meta.dirname, "../../docs/guides/gitlab-simulator.md"), "utf8");

function examples(language: string): string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, text]) => text!);
}

test("the seed of the guide is one", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-guide-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const [seed] = examples("yaml");
  const file = path.join(folder, "seed.yaml");
  writeFileSync(file, seed!);
  const { world, root } = createSimulatedGitLab({ clock: { now: () => Date.now() } });
  plant({ world, user: root }, readSeedFile(file));
  assert.equal(world.projects.get(42)!.issues.get(1)!.title, "Lamp keeps blinking");
});

test("the answer and the fault of the guide are as it says", () => {
  const [missing, fault] = examples("json");
  const clock = movableClock({ now: () => Date.now() });
  const gitlab = createSimulatedGitLab({ clock });
  const control = createControl({ gitlab, clock, deliveries: [] });
  const ask = (method: string, where: string, body?: unknown) =>
    gitlab.handle({ method, path: `/api/v4/${where}`, headers: { "private-token": "glpat-root" }, body });
  ask("POST", "projects", { name: "Beacon" });
  assert.deepEqual(ask("GET", "projects/1/wikis").body, JSON.parse(missing!));
  assert.equal(control("POST", "/-/simulation/faults", fault)!.status, 200);
  const answers = [1, 2, 3, 4].map(() => ask("POST", "projects/1/issues", { title: "x" }));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [201, 503, 503, 201],
  );
  assert.equal(answers[1]!.headers["Retry-After"], "5");
});
