import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Workplace } from "./command-line.ts";

const file = path.resolve(import.meta.dirname, "../../docs/reference/autoflow.pyi");

test("stubs go to standard output, or to a file", async () => {
  await using place = new Workplace();
  const { status, stdout, stderr } = await place.run("stubs");
  assert.equal(status, 0, stderr);
  assert.equal(stdout, readFileSync(file, "utf8"));
  const written = await place.run("stubs", "--out", "autoflow.pyi");
  assert.deepEqual(written, { status: 0, stdout: "", stderr: "wrote autoflow.pyi\n" });
  assert.equal(readFileSync(path.join(place.folder, "autoflow.pyi"), "utf8"), stdout);
});

test("stubs that cannot be written: exit code 3, and why", async () => {
  await using place = new Workplace();
  const { status, stderr } = await place.run("stubs", "--out", "none/autoflow.pyi");
  assert.equal(status, 3);
  assert.match(stderr, /^NOT_FOUND: cannot write none\/autoflow\.pyi: /);
});
