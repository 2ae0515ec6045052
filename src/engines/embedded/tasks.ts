/**
 * Tasks: what runs ask people. A task is opened, changed and closed in the commit of whatever does so; what decides it is in one
 * commit with the message to its run.
 */
import type { AmendEffect, AskEffect, ReplyEffect } from "../../core/effect.ts";
import type { Page } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { type GivenAnswer, type ListTasks, parseTaskId, taskId, type TaskView } from "../../core/task.ts";
import type { WireText } from "../../core/wire.ts";
import { startedBy } from "../../people/started-by.ts";
import {
  answerText,
  newTask,
  taskClosed,
  taskView,
  withAmendment,
  withAnswer,
  withoutRun,
} from "../../people/task-record.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { authorsPath } from "./drivers.ts";
import { pageSize, rowsBelow, toPage } from "./paging.ts";
import { record } from "./recording.ts";
import { runStart } from "./run-start.ts";
import type { RunRecord } from "./store/runs.ts";
import type { StoredTask } from "./store/tasks.ts";
import { parseUuid } from "./store/uuid.ts";

/** So many tasks are opened at a time to see whose they are. */
const searchedTogether = 200;

export class Tasks {
  readonly #core: Core;
  /** Those of commits that have not ended, by run and effect. */
  readonly #changed = new Map<string, StoredTask>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Opens the task that a turn asks for. */
  open(run: ActiveRun, { n: effect, task: request }: AskEffect): void {
    const { data, committer, now } = this.#core;
    const { id, project } = run.record;
    const stored = { project, run: id, effect, task: newTask(request, now) };
    this.#note({ ...stored, n: data.tasks.add(committer.batch, stored) });
  }

  amend(run: ActiveRun, { target, amendment }: AmendEffect): void {
    const stored = this.#stored(run.record.id, target);
    if (stored !== undefined) this.#write({ ...stored, task: withAmendment(stored.task, amendment, this.#core.now) });
  }

  /** An answer that the run itself came to know; its history tells when it is refused. */
  reply(run: ActiveRun, { target, answer }: ReplyEffect): void {
    const stored = this.#stored(run.record.id, target);
    if (stored === undefined) return;
    try {
      const value = this.#take(stored, run.record, answer);
      if (value !== undefined)
        run.incoming.push({ incoming: { kind: "answer", effect: target, value }, needsRow: true });
    } catch (error) {
      if (!(error instanceof AutoFlowError)) throw error;
      record(run, { note: { text: `the answer is not taken: ${error.message}`, level: "warn" } });
    }
  }

  /** The run does not wait for it any more. */
  close(run: ActiveRun, effect: number): void {
    const stored = this.#stored(run.record.id, effect);
    if (stored !== undefined) this.#write({ ...stored, task: withoutRun(stored.task, this.#core.now) });
  }

  /** Somebody's answer, within the next commit. Throws TASK_NOT_FOUND, TASK_CLOSED, TASK_ANSWER_INVALID, TASK_NOT_ALLOWED. */
  answer(id: string, answer: GivenAnswer): TaskView {
    const core = this.#core;
    const stored = this.#byId(id);
    if (stored === undefined) throw new AutoFlowError("TASK_NOT_FOUND", `there is no task ${id}`);
    const { run, effect } = stored;
    const active = core.find(run);
    if (active?.outcome !== undefined) throw taskClosed(stored.task);
    const value = this.#take(stored, active?.record ?? core.data.runs.find(run)!, answer);
    if (value !== undefined) core.mail.post(run, { kind: "answer", effect, value });
    const { task } = this.#stored(run, effect)!;
    if (active !== undefined) {
      record(active, { note: { text: answerText(task, answer), level: "info" } });
      core.makeReady(active);
    }
    return this.#view({ ...stored, task });
  }

  find(id: string): TaskView | undefined {
    const stored = this.#byId(id);
    return stored === undefined ? undefined : this.#view(stored);
  }

  list({ project, state, assignee, runId, limit, cursor }: ListTasks): Page<TaskView> {
    const size = pageSize(limit);
    const run = runId === undefined ? undefined : (this.#runNumber(runId) ?? -1);
    const wanted = {
      ...(project !== undefined && { project }),
      ...(state !== undefined && { state }),
      ...(run !== undefined && { run }),
    };
    const isWanted = ({ task: { request } }: StoredTask): boolean =>
      assignee === undefined || request.assignees.some((name) => name.toLowerCase() === assignee.toLowerCase());
    const found: StoredTask[] = [];
    for (let before = rowsBelow(cursor); found.length < size;) {
      const rows = this.#core.data.tasks.list({ ...wanted, before, limit: searchedTogether });
      found.push(...rows.filter(isWanted));
      if (rows.length < searchedTogether) break;
      before = rows.at(-1)!.n;
    }
    return toPage(
      found.slice(0, size),
      size,
      (row) => this.#view(row),
      (row) => row.n,
    );
  }

  /** Writes the task with an answer. Answers what decides it. */
  #take(stored: StoredTask, run: RunRecord, answer: GivenAnswer): WireText | undefined {
    const { task, decision } = withAnswer(stored.task, answer, startedBy(runStart(this.#core, run)));
    this.#write({ ...stored, task });
    return decision;
  }

  #write(stored: StoredTask): void {
    this.#core.data.tasks.update(this.#core.committer.batch, stored);
    this.#note(stored);
  }

  #note(stored: StoredTask): void {
    const key = `${stored.run}.${stored.effect}`;
    this.#changed.set(key, stored);
    this.#core.committer.onCommitted(() => {
      if (this.#changed.get(key) === stored) this.#changed.delete(key);
    });
  }

  #stored(run: number, effect: number): StoredTask | undefined {
    return this.#changed.get(`${run}.${effect}`) ?? this.#core.data.tasks.find(run, effect);
  }

  #byId(id: string): StoredTask | undefined {
    const parts = parseTaskId(id);
    const run = parts && this.#runNumber(parts.runId);
    return run === undefined ? undefined : this.#stored(run, parts!.effect);
  }

  #runNumber(runId: string): number | undefined {
    const hex = parseUuid(runId);
    return hex === undefined ? undefined : this.#core.data.runs.findByUuid(hex)?.id;
  }

  #view({ run, effect, project, task }: StoredTask): TaskView {
    const { definitions, runs } = this.#core.data;
    const { uuid, version } = runs.find(run)!;
    const { path } = definitions.definition(definitions.version(version).definition);
    return taskView({ id: taskId(uuid, effect), runId: uuid, project, definition: authorsPath(path) }, task);
  }
}
