import assert from "node:assert/strict";
import { it } from "node:test";
import type { EngineHealth } from "../core/engine.ts";
import { createMetrics } from "./metrics.ts";

const health: EngineHealth = {
  writable: true,
  loopAgeMs: 3000,
  runsByState: {
    queued: 0,
    running: 0,
    waiting: 7,
    suspended: 0,
    cancelling: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
  },
  eventLag: 2,
  openTasks: 2,
  oldestReadyMs: 5000,
  databaseBytes: 4096,
  walBytes: 0,
};

async function told(isElsewhere: boolean): Promise<string> {
  const metrics = createMetrics({ ofProcess: false, isElsewhere });
  metrics.observer.runEnded("main.star", "succeeded", 2000);
  metrics.observer.turnComputed(100, 1);
  await metrics.text({ health: () => health });
  return metrics.text({ health: () => health });
}

it("tells what the engine counts and what it says of its health", async () => {
  const text = await told(false);
  assert.match(text, /^autoflow_run_duration_seconds_count\{state="succeeded"\} 1$/m);
  assert.match(text, /^autoflow_turn_steps_total 100$/m);
  assert.match(text, /^autoflow_runs\{state="waiting"\} 7$/m);
  assert.match(text, /^autoflow_open_tasks 2$/m);
  assert.match(text, /^autoflow_oldest_ready_seconds 5$/m);
  assert.match(text, /^autoflow_database_bytes 4096$/m);
});

it("says nothing of turns and the store where those are elsewhere", async () => {
  const text = await told(true);
  assert.match(text, /^autoflow_run_duration_seconds_count\{state="succeeded"\} 1$/m);
  assert.match(text, /^autoflow_runs\{state="waiting"\} 7$/m);
  assert.doesNotMatch(text, /autoflow_(?:turn|commit|recovery|event_lag|oldest|database|wal)/);
});
