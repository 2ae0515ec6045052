/** What every engine promises of runs that are started by name, of child runs, and of lists, on a real Temporal server. */
import { childrenSuite } from "../../../src/engines/testing/children.suite.ts";
import { searchSuite } from "../../../src/engines/testing/search.suite.ts";
import { workflowsSuite } from "../../../src/engines/testing/workflows.suite.ts";
import { temporalCli } from "../../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine } from "../../../src/engines/temporal/testing/test-engine.ts";

if ((await temporalCli()) !== undefined) {
  workflowsSuite("temporal", ({ actions = [], ...host }) => openTestEngine(actions, host));
  childrenSuite("temporal", ({ actions = [], ...host }) => openTestEngine(actions, host));
  searchSuite("temporal", ({ actions = [], ...host }) => openTestEngine(actions, host));
}
