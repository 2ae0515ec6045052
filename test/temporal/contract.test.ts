import { randomBytes } from "node:crypto";
import { childrenSuite } from "../../src/engines/testing/children.suite.ts";
import { correlationSuite } from "../../src/engines/testing/correlation.suite.ts";
import { engineSuite } from "../../src/engines/testing/engine.suite.ts";
import { searchSuite } from "../../src/engines/testing/search.suite.ts";
import { workflowsSuite } from "../../src/engines/testing/workflows.suite.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine } from "../../src/engines/temporal/testing/test-engine.ts";

/** What every engine promises, on a real Temporal server; also with all that it stores encrypted. */

if ((await temporalCli()) !== undefined) {
  engineSuite("temporal", (actions) => openTestEngine(actions));
  engineSuite("temporal, encrypted", (actions) =>
    openTestEngine(actions, {
      temporal: { encryptionKeys: [{ id: "k1", key: randomBytes(32) }], keyPerProject: true },
    }),
  );
  workflowsSuite("temporal", ({ actions = [], ...host }) => openTestEngine(actions, host));
  childrenSuite("temporal", ({ actions = [], ...host }) => openTestEngine(actions, host));
  correlationSuite("temporal", (actions) => openTestEngine(actions));
  searchSuite("temporal", ({ actions = [], ...host }) => openTestEngine(actions, host));
}
