/** Engines in temporary folders, for tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Action } from "../../core/action.ts";
import { silentLog, silentObserver } from "../../core/ports.ts";
import { defaultLimits } from "../../core/program.ts";
import { systemClock } from "../../host/clock.ts";
import { createSystemRandom } from "../../host/random.ts";
import type { EngineUnderTest } from "../testing/engine.suite.ts";
import { toyProgram } from "../testing/toy-program.ts";
import { type EmbeddedOptions, openEmbeddedEngine } from "./open.ts";

export interface EmbeddedUnderTest extends EngineUnderTest {
  folder: string;
  /** Changes count from the next reopen on. */
  options: EmbeddedOptions;
}

export async function openTestEngine(
  actions: readonly Action[],
  changes: Partial<EmbeddedOptions> = {},
): Promise<EmbeddedUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "autoflow-"));
  const options: EmbeddedOptions = {
    dataDir: folder,
    actions,
    programs: new Map([["toy", toyProgram()]]),
    clock: systemClock,
    random: createSystemRandom(),
    log: silentLog,
    observer: silentObserver,
    variables: { values: () => ({}) },
    secrets: { names: () => [], value: () => undefined },
    limits: defaultLimits,
    ...changes,
  };
  const test: EmbeddedUnderTest = {
    folder,
    options,
    engine: await openEmbeddedEngine(options),
    async reopen() {
      await test.engine.drain();
      test.engine = await openEmbeddedEngine(test.options);
    },
    async [Symbol.asyncDispose]() {
      await test.engine.drain();
      rmSync(folder, { recursive: true });
    },
  };
  return test;
}
