import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { gitlabEventTypes } from "../../src/events/gitlab/event-types.ts";
import { gitlabVerbs, httpVerbs, loadVerbs, runVerbs } from "../../src/languages/starlark/api/table.ts";
import { renderStubs } from "../../src/languages/starlark/editor/stubs.ts";

const file = path.resolve(import.meta.dirname, "../../docs/reference/autoflow.pyi");
const stubs = readFileSync(file, "utf8");

test("docs/reference/autoflow.pyi says what the tables say (npm run docs writes it)", () => {
  assert.equal(stubs, renderStubs(gitlabEventTypes()));
});

test("every verb is in it", () => {
  for (const { name } of [...loadVerbs, ...runVerbs, ...httpVerbs, ...gitlabVerbs])
    assert.match(stubs, new RegExp(`def ${name}\\(`));
});

test("it is Python", (t) => {
  const program = "import ast, sys; ast.parse(open(sys.argv[1]).read())";
  const { status, stderr, error } = spawnSync("python3", ["-c", program, file], { encoding: "utf8" });
  if (error !== undefined) return skip(t, `python3 is not here (${error.message})`);
  assert.equal(stderr, "");
  assert.equal(status, 0);
});

const script = `from autoflow import *

def handler(w: W, ev: IssueEvent) -> None:
    title = ev.data.object_attributes.title
    w.sleep(minutes=5)
    w.slep(1)
    answer = w.http.get("https://a.example", timeout="5s")
    print(answer.status_code + 1, answer.status + 1, title)

on_event(type="com.gitlab.events.issue_updated", handler=handler)
on_event(type="com.gitlab.events.pipeline_failed", handler=handler)
`;

test("mypy --strict accepts it, and finds with it what is wrong in a script", (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-stubs-"));
  try {
    writeFileSync(path.join(folder, "autoflow.pyi"), stubs);
    writeFileSync(path.join(folder, "main.py"), script);
    const options = [
      "-m",
      "mypy",
      "--strict",
      "--no-error-summary",
      "--cache-dir",
      path.join(folder, "cache"),
      "main.py",
      "autoflow.pyi",
    ];
    const { stdout, stderr, error } = spawnSync("python3", options, { cwd: folder, encoding: "utf8" });
    if (error !== undefined || stderr.includes("No module named mypy")) return skip(t, "mypy is not here");
    const found = stdout.split("\n").filter((line) => line.includes(": error: "));
    assert.deepEqual(
      found.map((line) => line.replace(/: error: .*\[(.*)\]$/, " $1")),
      ["main.py:6 attr-defined", "main.py:8 operator", "main.py:11 arg-type"],
      stdout,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Says so where nobody can miss it. */
function skip(t: TestContext, why: string): void {
  t.diagnostic(`SKIPPED: ${why}`);
  t.skip(why);
}
