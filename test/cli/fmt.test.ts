import assert from "node:assert/strict";
import { chmodSync, globSync, readdirSync, readFileSync, statSync, symlinkSync, lstatSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Workplace } from "./command-line.ts";

const root = path.resolve(import.meta.dirname, "../..");

test("files and folders are rewritten in place; what is in the style is not touched", async () => {
  await using place = new Workplace();
  const odd = place.write("a.star", "x=1\n");
  const good = place.write("sub/b.star", "x = 1\n");
  place.write("node_modules/c.star", "x=1\n");
  place.write("sub/d.txt", "x=1\n");
  chmodSync(odd, 0o750);
  const before = statSync(good).mtimeMs;
  const { status, stdout, stderr } = await place.run("fmt");
  assert.deepEqual([status, stdout, stderr], [0, "a.star\n", ""]);
  assert.equal(readFileSync(odd, "utf8"), "x = 1\n");
  assert.equal(statSync(odd).mode & 0o777, 0o750);
  assert.equal(statSync(good).mtimeMs, before);
  assert.equal(readFileSync(path.join(place.folder, "node_modules/c.star"), "utf8"), "x=1\n");
  assert.deepEqual(readdirSync(place.folder).toSorted(), ["a.star", "node_modules", "sub"]);
});

test("a link stays a link", async () => {
  await using place = new Workplace();
  const target = place.write("real/a.star", "x=1\n");
  const link = path.join(place.folder, "link.star");
  symlinkSync(target, link);
  assert.equal((await place.run("fmt", "link.star")).status, 0);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readFileSync(target, "utf8"), "x = 1\n");
});

test("--check lists and changes nothing", async () => {
  await using place = new Workplace();
  const odd = place.write("a.star", "x=1\n");
  place.write("b.star", "x = 1\n");
  assert.deepEqual(await place.run("fmt", "--check"), { status: 1, stdout: "a.star\n", stderr: "" });
  assert.equal(readFileSync(odd, "utf8"), "x=1\n");
  assert.deepEqual(await place.run("fmt", "--check", "b.star"), { status: 0, stdout: "", stderr: "" });
});

test("--diff shows what would change", async () => {
  await using place = new Workplace();
  place.write("a.star", "a = 1\nb = 2\nc = 3\nd = 4\nx=[1,\n2]\ne = 5\nf = 6\ng = 7\nh = 8");
  const { status, stdout } = await place.run("fmt", "--diff");
  assert.equal(status, 1);
  assert.equal(
    stdout,
    "--- a.star\n+++ a.star\n@@ -2,9 +2,11 @@\n b = 2\n c = 3\n d = 4\n-x=[1,\n-2]\n+x = [\n+    1,\n+    2,\n+]\n e = 5\n f = 6\n g = 7\n-h = 8\n\\ No newline at end of file\n+h = 8\n",
  );
});

test("standard input to standard output", async () => {
  await using place = new Workplace();
  assert.deepEqual(await place.runWithInput("x=1", "fmt", "-"), { status: 0, stdout: "x = 1\n", stderr: "" });
  assert.deepEqual(await place.runWithInput("x = (", "fmt", "-", "--stdin-filename", "my.star"), {
    status: 2,
    stdout: "",
    stderr: "my.star:1:6: error: got end of file, want primary expression\n",
  });
  assert.equal((await place.runWithInput("x=1", "fmt", "-", "--check")).status, 1);
});

test("a file that is no Starlark stays as it is, and the others are done", async () => {
  await using place = new Workplace();
  const broken = place.write("a.star", "x = )\n");
  const odd = place.write("b.star", "x=1\n");
  const { status, stdout, stderr } = await place.run("fmt");
  assert.deepEqual([status, stdout], [2, "b.star\n"]);
  assert.equal(stderr, "a.star:1:5: error: unexpected ')'\n");
  assert.equal(readFileSync(broken, "utf8"), "x = )\n");
  assert.equal(readFileSync(odd, "utf8"), "x = 1\n");
});

test("--json tells what became of each file", async () => {
  await using place = new Workplace();
  place.write("a.star", "x=1\n");
  place.write("b.star", "x = 1\n");
  place.write("c.star", "x = (\n");
  const { status, stdout } = await place.run("fmt", "--check", "--json");
  assert.equal(status, 2);
  assert.deepEqual(JSON.parse(stdout), {
    items: [
      { file: "a.star", status: "unformatted", problems: [] },
      { file: "b.star", status: "unchanged", problems: [] },
      {
        file: "c.star",
        status: "invalid",
        problems: [{ line: 2, column: 1, message: "got end of file, want primary expression" }],
      },
    ],
  });
});

test("type annotations are refused, or left out", async () => {
  await using place = new Workplace();
  const source = "def f(x: int) -> str:\n    pass\n";
  assert.equal((await place.runWithInput(source, "fmt", "-")).stderr, "stdin.star:1:9: error: got ':', want ')'\n");
  assert.equal((await place.runWithInput(source, "fmt", "-", "--strip-types")).stdout, "def f(x):\n    pass\n");
});

test("the scripts of this repository are in the style", async () => {
  const files = globSync("{bench,docs,examples,src,test}/**/*.star", { cwd: root }).filter(
    (file) => !file.includes("testdata"),
  );
  assert.ok(files.length > 10);
  await using place = new Workplace();
  const { status, stdout } = await place.run("fmt", "--check", ...files.map((file) => path.join(root, file)));
  assert.deepEqual([status, stdout], [0, ""]);
});
