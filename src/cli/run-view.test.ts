import assert from "node:assert/strict";
import { test } from "node:test";
import type { FiberInspection } from "../core/program.ts";
import type { RunDetails } from "../core/run.ts";
import { runDetailsView } from "./run-view.ts";

const at = { file: "main.star", line: 3, column: 5, node: "h" };

function fiber(changes: Partial<FiberInspection>): FiberInspection {
  return { id: 0, frames: [], waitingFor: [], waitingForFibers: [], waitingForSignals: [], ...changes };
}

function standsAt(...fibers: FiberInspection[]): unknown {
  const run = { inspection: { fibers, mailbox: {} } } as unknown as RunDetails;
  return runDetailsView.columns.find(({ title }) => title === "stands at")!.value(run);
}

test("a run of one fiber shows its frames", () => {
  const frames = [{ function: "h", at, locals: { x: "1", y: "2" } }];
  assert.equal(standsAt(fiber({ frames, waitingFor: [1] })), "h (main.star:3:5)\n  x = 1\n  y = 2");
});

test("a run of several fibers shows each, with what it waits for", () => {
  const started = { by: 0, function: "work", at };
  const frames = [{ function: "work", at: { ...at, line: 9 }, locals: { x: "1" } }];
  const many = Array.from({ length: 12 }, (_, i) => i);
  assert.equal(
    standsAt(
      fiber({ waitingForFibers: [1, 2, 3] }),
      fiber({ id: 1, frames, waitingFor: [4], waitingForSignals: ["go"], started }),
      fiber({ id: 2, waitingFor: many, started }),
    ),
    `fiber 0, has returned, waits for fiber 1, fiber 2, fiber 3
fiber 1 (work), started by fiber 0 at main.star:3:5, waits for #4, signal go
  work (main.star:9:5)
    x = 1
fiber 2 (work), started by fiber 0 at main.star:3:5, waits for #0, #1, #2, #3, #4, #5, #6, #7, #8, #9 and 2 more`,
  );
});
