/** What every engine promises of tasks, on a real Temporal server. */
import { tasksSuite } from "../../../src/engines/testing/tasks.suite.ts";
import { temporalCli } from "../../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine } from "../../../src/engines/temporal/testing/test-engine.ts";

if ((await temporalCli()) !== undefined) {
  tasksSuite("temporal", (actions) => openTestEngine(actions));
}
