/** What the ledger writes down, one entry a line, for every request that reaches it. */

export interface LedgerEntry<Report = StepReport> {
  /** Its place in the ledger, from 1: the order in which requests arrived. */
  number: number;
  path: string;
  /** The Idempotency-Key of the request. */
  key: string;
  /** How many requests with this key there have been, this one included. */
  attempt: number;
  /** What a script of `project/` says of the step, or a workflow of `workflows/` of the call. */
  step: Report;
  /** "broken": the connection was closed in place of an answer. */
  answered: 200 | 500 | 503 | "broken";
}

/** The body of a step's call; see `project/.gitlab/autoflow/ledger.star`. */
export interface StepReport {
  run: string;
  handler: string;
  /** Id of the event that started the run; for a driver, its input. */
  event: string;
  /** From 1 within the run. */
  step: number;
  /** The ledger's number for the step before; null in the first. */
  before: number | null;
  /** Ids of the events that waits have given to the run since the step before. */
  consumed?: string[];
  /** What a signal carried. */
  poked?: number;
  /** Ids of the events that the run has emitted. */
  emitted?: string[];
  /** Waits that timed out. */
  lost?: number;
  counted?: number;
  total?: number;
  /** Of a step in a fiber: which fiber of the run, from 0. Steps, numbers and the last step are the fiber's own. */
  branch?: number;
  /** How many such fibers the run has had. */
  branches?: number;
  /** In a run's last step, with all numbers that the ledger answered. */
  last?: boolean;
  answers?: number[];
}

/** The body of a workflow's call; see `workflows/`. Workflows call what is under /workflows, and scripts all else. */
export interface CallReport {
  workflow: string;
  run: string;
  /** Identity of what the sender told the workflow; runs that come of its run have the same. For a start by the clock, the run. */
  story: string;
  /** Its name, of which there is one in all runs of a story. */
  call: string;
  /** The ledger's numbers of the calls that the run knows of, by their names; absent when there are none. */
  sees?: Record<string, number>;
  /** What the events said that the run has received. */
  received?: string[];
  /** What an operator put into the run's data. */
  cure?: boolean;
}
