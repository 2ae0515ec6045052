/**
 * Every example, and every test that starts AutoFlow and has it run scripts and workflows, once more: as it is, on Temporal. A new
 * file among them comes along by itself.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { globSync } from "node:fs";
import { before, describe, test } from "node:test";
import { sharedDevServer, temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { root } from "../support/autoflow.ts";
import { startProcess } from "../support/child-process.ts";
import { temporalVariables } from "../support/on-temporal.ts";
import { countRuns, makeNamespace } from "./support/namespace.ts";

const skip = (await temporalCli()) === undefined && "there is no temporal CLI";

/** Set, it leaves out only what is about the data folder's database; else also what takes minutes. */
const everything = process.env["AUTOFLOW_EVERY_SCRIPT"] !== undefined;

const usual = ["examples/**/*.test.ts", "test/e2e/*.test.ts"];
/** Their commands have the engine in their own process. */
const further = ["test/cli/{run,workflow-runs,server}.test.ts"];
const files = globSync(everything ? [...usual, ...further] : usual, { cwd: root }).toSorted();

const leftOutFiles: Record<string, string> = {
  "examples/script-tests.test.ts": "the engine of its runs is the test kit's",
  "test/e2e/full-disk.test.ts": "it fills the disk under the database",
  ...(!everything && { "test/e2e/driver.test.ts": "AUTOFLOW_EVERY_SCRIPT: it takes minutes" }),
};
const leftOutTests = [
  // Any number of servers may share an instance on Temporal.
  "a second server on the same data folder is refused",
  // It looks at the database too.
  "doctor sees the server",
  // Eight times: after each, Temporal notices in some ten seconds that the worker has gone.
  ...(everything ? [] : ["kill -9 between any two calls makes no issue and no task twice"]),
];

describe("scripts and workflows run on Temporal as they are", { skip, concurrency: 4 }, () => {
  let address: string;
  before(async () => ({ address } = await sharedDevServer()));

  for (const file of files) {
    test(file, { skip: leftOutFiles[file] ?? false }, async () => {
      const namespace = `scripts-${randomUUID()}`;
      await makeNamespace(address, namespace);
      const skipped = leftOutTests.map((name) => `--test-skip-pattern=/^${name}$/`);
      const args = ["--test", "--test-reporter=spec", "--test-timeout=240000", ...skipped, file];
      const env = { [temporalVariables.hostPort]: address, [temporalVariables.namespace]: namespace };
      await using tests = startProcess(process.execPath, args, { cwd: root, env });
      const { code } = await tests.exited;
      assert.equal(code, 0, tests.stdout + tests.stderr);
      assert.doesNotMatch(tests.stdout, /^ℹ pass 0$/m);
      assert.ok((await countRuns(address, namespace)) > 0, "its runs were on Temporal");
    });
  }
});
