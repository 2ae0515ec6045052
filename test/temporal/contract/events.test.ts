/** What every engine promises of events and the runs that they start, on a real Temporal server. */
import { concurrencySuite } from "../../../src/engines/testing/concurrency.suite.ts";
import { correlationSuite } from "../../../src/engines/testing/correlation.suite.ts";
import { engineSuite } from "../../../src/engines/testing/engine.suite.ts";
import { temporalCli } from "../../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine } from "../../../src/engines/temporal/testing/test-engine.ts";

if ((await temporalCli()) !== undefined) {
  engineSuite("temporal", (actions) => openTestEngine(actions));
  correlationSuite("temporal", (actions) => openTestEngine(actions));
  concurrencySuite("temporal", (actions) => openTestEngine(actions));
}
