/** An orderly end: nothing new begins, attempts under way get a little time, every state is written. */
import type { Core } from "./core.ts";
import { writeOut } from "./gathering.ts";

export async function drainCore(core: Core): Promise<void> {
  const deadline = performance.now() + core.options.drainGraceMs;
  core.scheduler.close();
  core.performer.stop();
  await core.committer.idle();
  while (core.performer.underWay > 0 && performance.now() < deadline) await pause(20);
  await core.committer.idle();
  core.performer.close();
  for (const run of core.active.values()) writeOut(core, run);
  await core.committer.idle();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
