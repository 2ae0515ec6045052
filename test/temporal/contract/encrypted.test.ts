/** What every engine promises, on a real Temporal server that stores everything encrypted, with a key for each project. */
import { randomBytes } from "node:crypto";
import { engineSuite } from "../../../src/engines/testing/engine.suite.ts";
import { temporalCli } from "../../../src/engines/temporal/testing/dev-server.ts";
import { openTestEngine } from "../../../src/engines/temporal/testing/test-engine.ts";

if ((await temporalCli()) !== undefined) {
  engineSuite("temporal, encrypted", (actions) =>
    openTestEngine(actions, {
      temporal: { encryptionKeys: [{ id: "k1", key: randomBytes(32) }], keyPerProject: true },
    }),
  );
}
