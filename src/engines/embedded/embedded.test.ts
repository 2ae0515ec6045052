import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { silentLog, silentObserver } from "../../core/ports.ts";
import { defaultLimits } from "../../core/program.ts";
import type { Action } from "../../core/action.ts";
import { systemClock } from "../../host/clock.ts";
import { createSystemRandom } from "../../host/random.ts";
import { engineSuite, type EngineUnderTest } from "../testing/engine.suite.ts";
import { toyProgram } from "../testing/toy-program.ts";
import { type EmbeddedOptions, openEmbeddedEngine } from "./open.ts";

export function testOptions(dataDir: string | undefined, actions: readonly Action[]): EmbeddedOptions {
  return {
    dataDir,
    actions,
    programs: new Map([["toy", toyProgram()]]),
    clock: systemClock,
    random: createSystemRandom(),
    log: process.env["DEBUG"] ? ({ ...console } as never) : silentLog,
    observer: silentObserver,
    variables: { values: () => ({}) },
    secrets: { names: () => [], value: () => undefined },
    limits: defaultLimits,
  };
}

async function open(actions: Action[], encrypted: boolean): Promise<EngineUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "autoflow-"));
  const options = testOptions(folder, actions);
  if (encrypted) options.encryptionKeys = [{ id: "k1", key: randomBytes(32) }];
  const test: EngineUnderTest = {
    engine: await openEmbeddedEngine(options),
    async reopen() {
      await test.engine.drain();
      test.engine = await openEmbeddedEngine(options);
    },
    async [Symbol.asyncDispose]() {
      await test.engine.drain();
      rmSync(folder, { recursive: true });
    },
  };
  return test;
}

engineSuite("embedded, on a folder", (actions) => open(actions, false));
engineSuite("embedded, on a folder, encrypted", (actions) => open(actions, true));
