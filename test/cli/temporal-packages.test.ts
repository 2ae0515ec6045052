import assert from "node:assert/strict";
import { test } from "node:test";
import { Workplace } from "./command-line.ts";

/** Has every import of Temporal's packages fail, as where they are not installed. */
const withoutThem = `import { registerHooks } from "node:module";
registerHooks({
  resolve(name, context, next) {
    if (!/^@(?:temporalio|grpc)\\//.test(name)) return next(name, context);
    throw Object.assign(new Error("Cannot find package '" + name + "'"), { code: "ERR_MODULE_NOT_FOUND" });
  },
});
`;

function without(place: Workplace): Record<string, string> {
  return { NODE_OPTIONS: `--import=${place.write("without.mjs", withoutThem)}` };
}

test("where Temporal's packages are not installed, the embedded engine does not miss them", async () => {
  await using place = new Workplace();
  place.write("hello.star", 'print("hello")\n');
  const { status, stdout, stderr } = await place.runWith(without(place), "run", "hello.star");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /hello/);
});

for (const args of [["serve", "--engine", "temporal"], ["worker"], ["temporal", "builds"], ["temporal", "register"]]) {
  test(`where Temporal's packages are not installed, autoflow ${args.join(" ")} says how to install them`, async () => {
    await using place = new Workplace();
    const { status, stderr } = await place.runWith(without(place), ...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /^TEMPORAL_NOT_INSTALLED: the package @(?:temporalio|grpc)\/[\w-]+ cannot be loaded\n/m);
    assert.match(stderr, /npm install @grpc\/grpc-js@[\d.]+ @temporalio\/activity@[\d.]+ .*@temporalio\/worker@[\d.]+/);
  });
}

test("where Temporal's packages are not installed, doctor says so", async () => {
  await using place = new Workplace();
  place.write("autoflow.yaml", "engine: temporal\n");
  const { status, stdout, stderr } = await place.runWith(without(place), "doctor");
  assert.equal(status, 1);
  assert.match(stdout, /^temporal packages +problem +the package @temporalio/m);
  assert.match(stderr, /^temporal packages: Install Temporal's packages: npm install /m);
});
