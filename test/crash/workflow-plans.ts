/** What must come of the stories that workflows are told: their runs, and the calls of those. */
import type { RunState } from "../../src/core/run.ts";

export type WorkflowKind = "order" | "fan" | "family" | "booking" | "repair";

/** What a workflow was told and has acknowledged. */
export interface WorkflowStory {
  /** Its identity, which its runs have in their data. */
  story: string;
  /** The workflow that was started. */
  kind: WorkflowKind;
  /** The run that the server said it has started; absent where an event did. */
  run?: string;
  /** What the events for its waits said, in the order in which the run waits. */
  receives: string[];
  /** Elements of its collection. */
  elements: number;
}

/** A call of a story. */
export interface PlannedCall {
  /** Whose it is. */
  workflow: string;
  /** The calls that were answered before, which the run knows of. */
  sees: readonly string[];
  /** It is never answered well, and made so many times at least, with one key. */
  refusedTries?: number;
}

export interface Plan {
  /** How each of the story's runs ends, by its workflow. */
  runs: Readonly<Record<string, RunState>>;
  /** Workflows of runs that the story's first run has started. */
  children: readonly string[];
  calls: Readonly<Record<string, PlannedCall>>;
}

/** What must come of a start by the clock. */
export const tickPlan: Plan = {
  runs: { tick: "succeeded" },
  children: [],
  calls: inTurn("tick", "ticked", "tocked"),
};

export function planOf({ kind, elements }: WorkflowStory): Plan {
  switch (kind) {
    case "order":
      return {
        runs: { order: "succeeded", delivery: "succeeded" },
        children: [],
        calls: { ...inTurn("order", "placed", "asked", "shipped"), ...inTurn("delivery", "underway", "delivered") },
      };
    case "fan":
      return { runs: { fan: "succeeded" }, children: [], calls: fanCalls(elements) };
    case "family":
      return {
        runs: { family: "succeeded", child: "succeeded", straggler: "succeeded", endless: "cancelled" },
        children: ["child", "straggler", "endless"],
        calls: {
          ...inTurn("child", "born", "grown"),
          ...inTurn("straggler", "strays", "arrives"),
          finished: { workflow: "family", sees: ["born", "grown"] },
        },
      };
    case "booking": {
      const calls = inTurn("booking", "flight", "hotel", "nohotel", "noflight", "finished");
      const pay = { workflow: "booking", sees: ["flight", "hotel"], refusedTries: 3 };
      return { runs: { booking: "succeeded" }, children: [], calls: { ...calls, pay } };
    }
    case "repair": {
      const calls = inTurn("repair", "begun", "cured", "finished");
      const ill = { workflow: "repair", sees: ["begun"], refusedTries: 1 };
      return { runs: { repair: "succeeded" }, children: [], calls: { ...calls, ill } };
    }
  }
}

/** Calls of a run, one after the other. */
function inTurn(workflow: string, ...names: string[]): Record<string, PlannedCall> {
  return Object.fromEntries(names.map((name, i) => [name, { workflow, sees: names.slice(0, i) }]));
}

function fanCalls(elements: number): Record<string, PlannedCall> {
  const branches: Record<string, PlannedCall> = {
    ...inTurn("fan", "left1", "left2"),
    ...inTurn("fan", "middle1", "middle2"),
    ...inTurn("fan", "right1"),
  };
  const before = Object.keys(branches);
  const names = Array.from({ length: elements }, (_, i) => `element${i + 1}`);
  return {
    ...branches,
    ...Object.fromEntries(names.map((name) => [name, { workflow: "fan", sees: before }])),
    finished: { workflow: "fan", sees: [...before, ...names] },
  };
}
