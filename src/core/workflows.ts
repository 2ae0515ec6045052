/** The part of the engine port that is about definitions which people and other runs start by name. */
import type { OperatorCommand } from "./arrival.ts";
import type { NodeVisit } from "./effect.ts";
import type { Failure } from "./failure.ts";
import type { OpenNode, SourceText, Starter, WorkflowDescription } from "./program.ts";
import type { RunState, RunSummary } from "./run.ts";

/** Starts a run of a definition that is started by name (`Description.workflow`). */
export interface StartWorkflow {
  project: string;
  name: string;
  /** The newest active one when absent. */
  version?: string;
  /** Plain JSON; it is taken as it is: whoever calls has checked it against the schema. */
  input: string;
  starter?: Starter;
  /** Starting again with the same key answers with the first run. */
  key?: string;
}

/** How a run stands where it waits for the first time, or has ended. */
export interface Settled {
  state: RunState;
  /** JSON text of the data that people see. */
  data?: string;
  error?: Failure;
}

/** A run of a workflow, as people search for it. Times are epoch ms. */
export interface WorkflowRun extends RunSummary {
  name: string;
  version: string;
  starter?: Starter;
  /** JSON text of the data: as it stands, or as it ended. */
  data?: string;
}

/**
 * A condition on runs of workflows: the fields are those of `WorkflowRun` and `Starter`, times as epoch ms. "like": "%" stands for
 * any text, "_" for one character, and case does not count. A field that a run does not have passes no comparison.
 */
export type RunCondition =
  | { kind: "and" | "or"; of: RunCondition[] }
  | { kind: "not"; of: RunCondition }
  | { kind: "compare"; field: RunField; operator: "eq" | "gt" | "gte" | "lt" | "lte" | "like"; value: string | number }
  | { kind: "in"; field: RunField; values: (string | number)[] }
  | { kind: "between"; field: RunField; from: string | number; to: string | number }
  | { kind: "isNull"; field: RunField; isNull: boolean };

export type RunField =
  | "id"
  | "project"
  | "name"
  | "version"
  | "state"
  | "createdAt"
  | "updatedAt"
  | "endedAt"
  | "businessKey"
  | "identity"
  | "initiatorEntity"
  | "targetEntity"
  | "parent";

export interface SearchRuns {
  where?: RunCondition;
  orderBy?: { field: RunField; descending: boolean };
  offset?: number;
  /** 50 unless given, at most 1000. */
  limit?: number;
}

/** What became of the runs of one workflow. Times are epoch ms. */
export interface WorkflowStatistics {
  name: string;
  version: string;
  runsByState: Partial<Record<RunState, number>>;
  runsLastMonth: number;
  /** Mean of those that have ended, in ms. */
  meanDurationMs?: number;
  last?: { runId: string; state: RunState; createdAt: number };
}

/** An active definition that is started by name. */
export interface ActiveWorkflow {
  project: string;
  /** Of the definition inside its project. */
  path: string;
  /** Epoch ms. */
  activeSince: number;
  workflow: WorkflowDescription;
}

export interface Workflows {
  /** The active definitions of a name in all projects, or all there are; of one name the newest version first. Answered from memory. */
  activeWorkflows(name?: string): ActiveWorkflow[];
  /** The text that a definition was written as, and its path; undefined where its language does not keep it. Throws NOT_FOUND. */
  workflowSource(workflow: Pick<ActiveWorkflow, "project" | "path">): Promise<SourceText | undefined>;
  /**
   * Resolves when the run is on disk; `settled` when it waits for the first time or has ended. Throws NOT_FOUND for a name or
   * a version that no active definition of the project has.
   */
  startWorkflow(request: StartWorkflow): Promise<{ runId: string; created: boolean; settled: Promise<Settled> }>;
  searchRuns(query: SearchRuns): Promise<{ runs: WorkflowRun[]; total: number }>;
  workflowStatistics(project: string | undefined): Promise<WorkflowStatistics[]>;
  /**
   * The nodes that a run has left, in the order in which it did, and those that it is in, or failed at where it can be repaired. Of
   * a run whose history is very long, those in the middle are gone with that.
   */
  nodesOf(runId: string): Promise<(NodeVisit | OpenNode)[]>;
  /**
   * An operator intervenes in an open run, or in one that failed and can be repaired, which opens it again. Resolves when that
   * is on disk; `settled` when it waits again or has ended. Throws NOT_FOUND (also for a node that the run is not in, or for "enter" one that
   * there is not: the run stays as it is), RUN_ALREADY_ENDED, RUN_NOT_REPAIRABLE, and RUN_NOT_FAILED for "retry" and "skip"
   * without a node.
   */
  commandRun(runId: string, command: OperatorCommand): Promise<{ settled: Promise<Settled> }>;
}
