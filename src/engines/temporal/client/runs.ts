/** One run: how it stands, what it did. */
import type { FollowHistory } from "../../../core/engine.ts";
import type { NodeVisit } from "../../../core/effect.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { OpenNode } from "../../../core/program.ts";
import type { HistoryEntry, RunDetails } from "../../../core/run.ts";
import { holderText } from "../../run/keys.ts";
import type { RunHistory, RunView } from "../protocol/run.ts";
import { whenEnded } from "./endings.ts";
import { describeRun, type Execution, type ExecutionsContext, noSuchRun, requireRun } from "./executions.ts";
import { holderOf, type LogContext } from "./log-entity.ts";
import { pageSize } from "./paging.ts";
import { forEachOf, pause } from "./reach.ts";
import { parseRunId } from "./run-ids.ts";
import { noAnswer, type RunQueries } from "./run-queries.ts";
import type { RunResults } from "./run-results.ts";
import { runDetails, startEntry } from "./run-views.ts";
import { inputOf } from "./start-arguments.ts";

/** Pauses between two looks at a history that somebody follows. */
const firstLookMs = 200;
const slowestLookMs = 1000;
/** Executions of one run that are asked at a time. */
const askedAtATime = 4;

export class Runs {
  readonly #context: ExecutionsContext & LogContext;
  readonly #queries: RunQueries;
  readonly #results: RunResults;

  constructor(context: ExecutionsContext & LogContext, queries: RunQueries, results: RunResults) {
    this.#context = context;
    this.#queries = queries;
    this.#results = results;
  }

  /** As it stands now; of one for which no worker answers within seconds, what is known without. */
  async find(id: string): Promise<RunDetails | undefined> {
    const execution = await describeRun(this.#context, id);
    if (execution === undefined) return undefined;
    const [view, input] = await Promise.all([this.viewOf(execution), this.#longInput(execution)]);
    const details = runDetails(execution, view, input);
    if (view?.held === true) details.waitingFor = holderText(await holderOf(this.#context, details.project, id));
    return details;
  }

  /** Undefined when no worker answers, or nothing is left of it. */
  async viewOf(execution: Execution, limitMs?: number): Promise<RunView | undefined> {
    if (execution.endedAt !== undefined) {
      const view = await this.#results.of(execution);
      if (view !== undefined) return view;
    }
    try {
      return await this.#queries.view(execution.runId, limitMs);
    } catch (error) {
      if (error instanceof AutoFlowError && error.code === "NOT_FOUND") return undefined;
      throw error;
    }
  }

  /** An input that is too long for the memo. */
  async #longInput(execution: Execution): Promise<string | undefined> {
    const { input, trigger } = execution.about;
    if (input !== undefined || trigger !== "") return undefined;
    return (await inputOf(this.#context, execution))?.start.input;
  }

  async history(runId: string, { after, limit }: FollowHistory): Promise<HistoryEntry[]> {
    const id = requireRunId(runId);
    const wanted = pageSize(limit);
    const current = await this.#requireHistory(id, { after, limit: wanted });
    const entries = after + 1 >= current.first ? current.entries : await this.#earlier(id, after, wanted, current);
    if (after >= 1 || entries[0]?.seq === 1) return entries.slice(0, wanted);
    const { about } = await requireRun(this.#context, id);
    return [startEntry(about), ...entries].slice(0, wanted);
  }

  /** Entries of executions before the current one, and of that when there is room left; what is gone is told by a note. */
  async #earlier(runId: string, after: number, wanted: number, current: RunHistory): Promise<HistoryEntry[]> {
    const executions = current.executions.filter(({ entry }) => entry < current.first);
    const newest = executions.findLastIndex(({ entry }) => entry <= after + 1);
    const entries: HistoryEntry[] = [];
    // The first entry of a run is told without its history.
    let next = Math.max(after + 1, 2);
    for (let at = Math.max(newest, 0); at < executions.length && entries.length < wanted; at++) {
      const end = executions[at + 1]?.entry ?? current.first;
      const part = await this.#historyOf(runId, executions[at]!.runId, {
        after: next - 1,
        limit: wanted - entries.length,
      });
      if (part === undefined) continue;
      addWithGap(entries, next, Math.max(part.first, executions[at]!.entry), part.entries);
      next = end;
    }
    if (entries.length >= wanted) return entries;
    const rest = await this.#requireHistory(runId, { after: current.first - 1, limit: wanted - entries.length });
    addWithGap(entries, next, current.first, rest.entries);
    return entries;
  }

  /** Undefined when it is gone. */
  async #historyOf(
    runId: string,
    executionId: string,
    wanted: { after: number; limit: number },
  ): Promise<RunHistory | undefined> {
    try {
      const history = await this.#queries.history(runId, wanted, executionId);
      if (history === undefined) throw noAnswer(runId);
      return history;
    } catch (error) {
      if (error instanceof AutoFlowError && error.code === "NOT_FOUND") return undefined;
      throw error;
    }
  }

  async #requireHistory(runId: string, wanted: { after: number; limit: number }): Promise<RunHistory> {
    const history = await this.#queries.history(runId, wanted);
    if (history === undefined) throw noAnswer(runId);
    return history;
  }

  /** Resolves when the run has entries after `after`, or has ended, or the signal aborts. Throws NOT_FOUND. */
  async whenHistoryAfter(runId: string, after: number, signal: AbortSignal): Promise<void> {
    const id = requireRunId(runId);
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    let ended: Promise<unknown> | undefined;
    try {
      for (let ms = firstLookMs; !signal.aborted; ms = Math.min(ms * 1.5, slowestLookMs)) {
        const news = ((await this.#queries.history(id, { after, limit: 1 }))?.entries.length ?? 0) > 0;
        if (news || after < 1) return;
        ended ??= whenEnded(this.#context, id, either);
        const first = await Promise.race([ended, pause(ms, either)]);
        if (first !== undefined) return;
      }
    } finally {
      stop.abort();
    }
  }

  /** The nodes that a run has left, in order, and those that it is in. Those of executions that are gone are gone too. */
  async nodesOf(runId: string): Promise<(NodeVisit | OpenNode)[]> {
    const id = requireRunId(runId);
    const current = await this.#queries.nodes(id);
    if (current === undefined) throw noAnswer(id);
    const earlier = await forEachOf(current.executions, askedAtATime, async ({ runId: executionId }) => {
      try {
        return (await this.#queries.nodes(id, executionId))?.left ?? [];
      } catch (error) {
        if (error instanceof AutoFlowError && error.code === "NOT_FOUND") return [];
        throw error;
      }
    });
    return [...earlier.flat(), ...current.left, ...current.open];
  }
}

function requireRunId(text: string): string {
  const id = parseRunId(text);
  if (id === undefined) throw noSuchRun(text);
  return id;
}

/** Adds what begins at `first`, after a note when something was to be there from `next` on and is not. */
function addWithGap(entries: HistoryEntry[], next: number, first: number, more: readonly HistoryEntry[]): void {
  if (first > next && more.length > 0) {
    const text = `entries ${next} to ${first - 1} are gone: Temporal keeps what ended for the retention of its namespace`;
    entries.push({ seq: first - 1, time: more[0]!.time, kind: "note", level: "warn", text });
  }
  entries.push(...more);
}
