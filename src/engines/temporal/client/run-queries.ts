/** Questions that a worker answers for a run: they are put to its workflow, and take into account all that it was told before. */
import { WorkflowNotFoundError } from "@temporalio/client";
import { AutoFlowError } from "../../../core/errors.ts";
import { type NumberedTask, type RunHistory, type RunNodes, runQueries, type RunView } from "../protocol/run.ts";
import { type ExecutionsContext, handleOf, noSuchRun } from "./executions.ts";
import { question, reach } from "./reach.ts";

/** A worker that lives answers in milliseconds, or in seconds when it has to read a long history first. */
const patienceMs = 4000;
/** While none answers, others who ask are not kept waiting as long. */
const shortPatienceMs = 500;
const awayMs = 10_000;
/**
 * Where nothing is known without an answer: longer than a workflow task may take, which is what another worker waits for when one has
 * died in the midst of it. It is asked more than once within it.
 */
const longPatienceMs = 20_000;

export class RunQueries {
  readonly #context: ExecutionsContext;
  /** Until when no worker is believed to answer. */
  #awayUntil = 0;

  constructor(context: ExecutionsContext) {
    this.#context = context;
  }

  /** How it stands, or stood when it ended; undefined when no worker answers in time. Throws NOT_FOUND. */
  view(runId: string, limitMs?: number): Promise<RunView | undefined> {
    return this.#ask(runQueries.view, runId, [], undefined, limitMs);
  }

  /** Entries of one execution, of the current one unless it is named; undefined when no worker answers in time. Throws NOT_FOUND. */
  history(
    runId: string,
    wanted: { after: number; limit: number },
    executionId?: string,
  ): Promise<RunHistory | undefined> {
    return this.#ask(runQueries.history, runId, [wanted], executionId, longPatienceMs);
  }

  /** As `history`. */
  nodes(runId: string, executionId?: string): Promise<RunNodes | undefined> {
    return this.#ask(runQueries.nodes, runId, [], executionId, longPatienceMs);
  }

  /** What it has asked people; undefined when no worker answers in time. Throws NOT_FOUND. */
  tasks(runId: string): Promise<NumberedTask[] | undefined> {
    return this.#ask(runQueries.tasks, runId, [], undefined, longPatienceMs);
  }

  async #ask<Answer>(
    query: string,
    runId: string,
    args: unknown[],
    executionId?: string,
    limitMs = Date.now() < this.#awayUntil ? shortPatienceMs : patienceMs,
  ): Promise<Answer | undefined> {
    const { client } = this.#context;
    const handle = handleOf(this.#context, runId, executionId);
    try {
      const put = limitMs < longPatienceMs ? reach : question;
      const answer = await put(client, () => handle.query<Answer, unknown[]>(query, ...args), limitMs);
      this.#awayUntil = 0;
      return answer;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) throw noSuchRun(runId);
      if (!(error instanceof AutoFlowError)) throw error;
      this.#awayUntil = Date.now() + awayMs;
      return undefined;
    }
  }
}

/** What to say where only a worker could answer. */
export function noAnswer(runId: string): AutoFlowError {
  return new AutoFlowError("TEMPORAL_UNAVAILABLE", `no worker answers for the run ${runId}`, {
    hint: "Look whether workers run: `autoflow worker`, or `autoflow serve`, which has one unless told otherwise.",
  });
}
