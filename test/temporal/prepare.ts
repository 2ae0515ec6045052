/** What the tests of this folder need and what takes minutes the first time: done before them, outside of their time limits. */
import { forgetMissingCli } from "../../src/engines/temporal/testing/dev-server-tool.ts";
import { temporalCli } from "../../src/engines/temporal/testing/dev-server.ts";

forgetMissingCli();
await temporalCli();
