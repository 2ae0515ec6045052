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

const files = globSync(["examples/**/*.test.ts", "test/e2e/*.test.ts", "test/cli/{run,workflow-runs,server}.test.ts"], {
  cwd: root,
}).toSorted();

/** Files and tests that are about the data folder's database. */
const embeddedOnly: Record<string, string> = {
  "test/e2e/full-disk.test.ts": "the disk under the database is full",
};
const embeddedOnlyTests = [
  // Any number of servers may share an instance on Temporal.
  "a second server on the same data folder is refused",
  // It looks at the database too.
  "doctor sees the server",
];

describe("scripts and workflows run on Temporal as they are", { skip, concurrency: 3 }, () => {
  let address: string;
  before(async () => ({ address } = await sharedDevServer()));

  for (const file of files) {
    test(file, { skip: embeddedOnly[file] ?? false }, async () => {
      const namespace = `scripts-${randomUUID()}`;
      await makeNamespace(address, namespace);
      const skipped = embeddedOnlyTests.map((name) => `--test-skip-pattern=/^${name}$/`);
      const args = ["--test", "--test-reporter=spec", "--test-timeout=120000", ...skipped, file];
      const env = { [temporalVariables.hostPort]: address, [temporalVariables.namespace]: namespace };
      await using tests = startProcess(process.execPath, args, { cwd: root, env });
      const { code } = await tests.exited;
      assert.equal(code, 0, tests.stdout + tests.stderr);
      assert.doesNotMatch(tests.stdout, /^ℹ pass 0$/m);
      assert.ok((await countRuns(address, namespace)) > 0, "its runs were on Temporal");
    });
  }
});
