/** `autoflow init`, and what it leaves behind. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { listTemplates, templateFiles } from "../../src/cli/init/templates.ts";
import { Workplace } from "./command-line.ts";

test("autoflow init writes a project that passes its tests, and tells how to go on", async () => {
  await using place = new Workplace();
  place.write("README.md", "# Mine\n");
  const made = await place.run("init");
  assert.equal(made.status, 0, made.stderr);
  const files = [".gitlab/autoflow/README.md", ".gitlab/autoflow/main.star", ".gitlab/autoflow/main_test.star"];
  assert.deepEqual(made.stdout.trimEnd().split("\n"), files);
  assert.match(made.stderr, /npx autoflow test .*\n.*npx autoflow dev /);
  assert.equal(readFileSync(path.join(place.folder, "README.md"), "utf8"), "# Mine\n");
  const tested = await place.run("test");
  assert.equal(tested.status, 0, tested.stdout + tested.stderr);
});

test("nothing is written when one of the files is there", async () => {
  await using place = new Workplace();
  place.write("bot/.gitlab/autoflow/main_test.star", "# mine\n");
  const refused = await place.run("init", "bot");
  assert.equal(refused.status, 2);
  assert.match(
    refused.stderr,
    /nothing is written, since this is there already: bot\/\.gitlab\/autoflow\/main_test\.star/,
  );
  assert.deepEqual(readdirSync(path.join(place.folder, "bot/.gitlab/autoflow")), ["main_test.star"]);
});

test("every template that is listed is a project whose tests pass and whose README names what is there", async () => {
  await using place = new Workplace();
  const { stdout } = await place.run("init", "--list");
  const names = stdout
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(" ")[0]!);
  assert.deepEqual(
    names,
    listTemplates().map(({ name }) => name),
  );
  assert.ok(names.length > 10);
  for (const name of names) {
    for (const [file, text] of templateFiles(name)) place.write(path.join(name, file), text);
    const home = path.join(place.folder, name, ".gitlab/autoflow");
    const readme = readFileSync(path.join(home, "README.md"), "utf8");
    assert.doesNotMatch(readme, /examples\/|\.\.\/docs|copy `\.gitlab` into a project,/);
    for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) statSync(path.join(home, target!));
  }
  const tested = await place.run("test");
  assert.equal(tested.status, 0, tested.stdout + tested.stderr);
});

test("a template that is not there, and a folder that cannot be one, are told", async () => {
  await using place = new Workplace();
  const unknown = await place.run("init", "--template", "no-such");
  assert.match(unknown.stderr, /there is no template "no-such"[^]*autoflow init --list/);
  place.write("file", "");
  const inFile = await place.run("init", "file");
  assert.equal(inFile.status, 2);
  assert.match(inFile.stderr, /cannot write file\/\.gitlab/);
});
