/** Tasks: their runs know them, and lists find the runs. */
import { WorkflowNotFoundError } from "@temporalio/client";
import type { Page } from "../../../core/engine.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import { type GivenAnswer, type ListTasks, parseTaskId, taskId, type TaskView } from "../../../core/task.ts";
import { taskClosed, taskView } from "../../../people/task-record.ts";
import { labelsAttribute, taskLabels } from "../protocol/names.ts";
import { type NumberedTask, runUpdates } from "../protocol/run.ts";
import type { TemporalContext } from "./context.ts";
import { executeUpdate } from "./control.ts";
import { describeRun, type Execution, listExecutions, visibility } from "./executions.ts";
import { cursorOf, pageSize, tokenOf } from "./paging.ts";
import { forEachOf } from "./reach.ts";
import { labelled } from "./run-list.ts";
import { noAnswer, type RunQueries } from "./run-queries.ts";

/** Runs that are asked at a time. */
const askedAtATime = 8;

export class Tasks {
  readonly #context: TemporalContext;
  readonly #queries: RunQueries;

  constructor(context: TemporalContext, queries: RunQueries) {
    this.#context = context;
    this.#queries = queries;
  }

  /**
   * In the order of their runs, the newest first. A page holds all tasks of its runs, so it may be longer than asked for. Throws
   * REQUEST_INVALID for a cursor that is none.
   */
  async list({ runId, cursor, limit, ...wanted }: ListTasks): Promise<Page<TaskView>> {
    if (runId !== undefined) {
      const execution = await describeRun(this.#context, runId);
      return { items: execution === undefined ? [] : await this.#ofRun(execution, wanted) };
    }
    const { registry } = this.#context;
    const query = this.#query(wanted);
    const items: TaskView[] = [];
    for (let token = tokenOf(registry, query, cursor); ;) {
      const { executions, next } = await listExecutions(this.#context, query, pageSize(limit), token);
      const found = await forEachOf(executions, askedAtATime, (execution) => this.#ofRun(execution, wanted));
      items.push(...found.flat());
      if (next === undefined) return { items };
      if (items.length > 0) return { items, next: cursorOf(registry, query, next) };
      token = next;
    }
  }

  /** Throws TEMPORAL_UNAVAILABLE when no worker answers. */
  async find(id: string): Promise<TaskView | undefined> {
    const parts = parseTaskId(id);
    const execution = parts && (await describeRun(this.#context, parts.runId));
    if (execution === undefined) return undefined;
    const tasks = await this.#tasksOf(execution);
    const found = tasks.find(({ effect }) => effect === parts!.effect);
    return found && view(execution, found);
  }

  /** Throws TASK_NOT_FOUND, TASK_CLOSED, TASK_ANSWER_INVALID, TASK_NOT_ALLOWED, RUN_SUSPENDED. */
  async answer(id: string, answer: GivenAnswer): Promise<TaskView> {
    const parts = parseTaskId(id);
    const execution = parts && (await describeRun(this.#context, parts.runId));
    if (execution === undefined) throw new AutoFlowError("TASK_NOT_FOUND", `there is no task ${id}`);
    if (execution.state === "suspended") {
      throw new AutoFlowError("RUN_SUSPENDED", `the run of the task ${id} is paused in Temporal, and hears nothing`);
    }
    const task = await executeUpdate<NumberedTask["task"]>(this.#context, execution.runId, runUpdates.answer, [
      parts!.effect,
      answer,
    ]);
    if (task) return view(execution, { effect: parts!.effect, task });
    const closed = await this.find(id);
    if (closed === undefined) throw new AutoFlowError("TASK_NOT_FOUND", `there is no task ${id}`);
    throw taskClosed(closed);
  }

  #query({ project, state }: Pick<ListTasks, "project" | "state">): string {
    const parts = [visibility.runs(this.#context.taskQueue)];
    if (state === "open") parts.push(runsWithOpenTasks);
    else parts.push(visibility.oneOf(labelsAttribute, [taskLabels.asked]));
    if (project !== undefined) parts.push(labelled(this.#context, "project", project));
    return parts.join(" AND ");
  }

  /** Those of a run that are wanted, the newest first; none of one that nobody knows any more. */
  async #ofRun(execution: Execution, { project, state, assignee }: ListTasks): Promise<TaskView[]> {
    if (project !== undefined && project !== execution.about.project) return [];
    const tasks = (await this.#tasksOf(execution)).map((task) => view(execution, task));
    const isFor = ({ request }: TaskView): boolean =>
      assignee === undefined || request.assignees.some((name) => name.toLowerCase() === assignee.toLowerCase());
    return tasks.filter((task) => (state === undefined || task.state === state) && isFor(task)).toReversed();
  }

  async #tasksOf({ runId }: Execution): Promise<NumberedTask[]> {
    try {
      const tasks = await this.#queries.tasks(runId);
      if (tasks === undefined) throw noAnswer(runId);
      return tasks;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return [];
      if (error instanceof AutoFlowError && error.code === "NOT_FOUND") return [];
      throw error;
    }
  }
}

/** Condition for runs of which a task is open. */
export const runsWithOpenTasks = `${visibility.oneOf(labelsAttribute, [taskLabels.open])} AND ${visibility.isOpen}`;

function view({ runId, about: { project, definition } }: Execution, { effect, task }: NumberedTask): TaskView {
  return taskView({ id: taskId(runId, effect), runId, project, definition }, task);
}
