/** Tasks: what a run asks people. They are part of what its host knows of it, and people's answers are updates of its workflow. */
import { upsertSearchAttributes, workflowInfo } from "@temporalio/workflow";
import { defineSearchAttributeKey } from "@temporalio/common";
import type { AmendEffect, AskEffect, ReplyEffect } from "../../../../core/effect.ts";
import { AutoFlowError } from "../../../../core/errors.ts";
import { type GivenAnswer, taskId } from "../../../../core/task.ts";
import type { WireText } from "../../../../core/wire.ts";
import { startedBy } from "../../../../people/started-by.ts";
import {
  answerText,
  newTask,
  taskClosed,
  type TaskRecord,
  withAmendment,
  withAnswer,
  withoutRun,
} from "../../../../people/task-record.ts";
import { labelsAttribute, taskLabels } from "../../protocol/names.ts";
import type { NumberedTask } from "../../protocol/run.ts";
import type { HostedRun } from "./hosted-run.ts";
import { eventsOf } from "./length.ts";

/** So many of those that are closed are kept: the last ones. */
const mostClosed = 50;

const labelsKey = defineSearchAttributeKey(labelsAttribute, "KEYWORD_LIST");

export class Tasks {
  readonly #run: HostedRun;
  /** By effect, in the order in which they were asked. */
  readonly #tasks: Map<number, TaskRecord>;

  constructor(run: HostedRun) {
    this.#run = run;
    this.#tasks = new Map((run.input.carry?.tasks ?? []).map(({ effect, task }) => [effect, task]));
  }

  /** All that are known. */
  get all(): NumberedTask[] {
    return [...this.#tasks].map(([effect, task]) => ({ effect, task }));
  }

  open({ n, task }: AskEffect): void {
    this.#tasks.set(n, newTask(task, this.#run.now));
    const closed = this.all.filter(({ task: { state } }) => state !== "open");
    for (const { effect } of closed.slice(0, -mostClosed)) this.#tasks.delete(effect);
  }

  amend({ target, amendment }: AmendEffect): void {
    const task = this.#tasks.get(target);
    if (task !== undefined) this.#tasks.set(target, withAmendment(task, amendment, this.#run.now));
  }

  /** An answer that the run itself came to know; its history tells when it is refused. */
  reply({ target, answer }: ReplyEffect): void {
    const task = this.#tasks.get(target);
    if (task === undefined) return;
    try {
      this.#take(target, withAnswer(task, answer, this.#startedBy));
    } catch (error) {
      if (!(error instanceof AutoFlowError)) throw error;
      this.#run.record({ note: { text: `the answer is not taken: ${error.message}`, level: "warn" } });
    }
  }

  /** The run does not wait for it any more. */
  close(effect: number): void {
    const task = this.#tasks.get(effect);
    if (task !== undefined) this.#tasks.set(effect, withoutRun(task, this.#run.now));
  }

  /** The run has ended, with these open. It may have asked without ever waiting: what it waited for was over when it asked. */
  end(): void {
    for (const effect of this.#run.ledger.open.keys()) this.close(effect);
    if (!told().includes(taskLabels.asked)) this.tell();
  }

  /** Throws TASK_NOT_FOUND, TASK_CLOSED, TASK_ANSWER_INVALID, TASK_NOT_ALLOWED. */
  requireAnswer(effect: number, answer: GivenAnswer): ReturnType<typeof withAnswer> {
    const task = this.#tasks.get(effect);
    if (task === undefined)
      throw new AutoFlowError("TASK_NOT_FOUND", `there is no task ${taskId(this.#run.id, effect)}`);
    if (this.#run.outcome !== undefined) throw taskClosed(task);
    return withAnswer(task, answer, this.#startedBy);
  }

  /** Takes somebody's answer. Answers the task with it. */
  answer(effect: number, answer: GivenAnswer): TaskRecord {
    const taken = this.requireAnswer(effect, answer);
    this.#run.length.add(eventsOf.update, JSON.stringify(answer).length);
    this.#run.record({ note: { text: answerText(taken.task, answer), level: "info" } });
    this.#take(effect, taken);
    return taken.task;
  }

  /** Sees to it that lists find the run by its tasks. */
  tell(): void {
    if (this.#tasks.size === 0) return;
    const before = told();
    const isOpen = [...this.#tasks.values()].some(({ state }) => state === "open");
    const others = before.filter((label) => label !== taskLabels.open && label !== taskLabels.asked);
    const wanted = [...others, taskLabels.asked, ...(isOpen ? [taskLabels.open] : [])];
    if (wanted.length === before.length && wanted.every((label) => before.includes(label))) return;
    this.#run.length.add(eventsOf.told);
    upsertSearchAttributes([{ key: labelsKey, value: wanted }]);
  }

  get #startedBy(): string | undefined {
    return startedBy(this.#run.start);
  }

  #take(effect: number, { task, decision }: { task: TaskRecord; decision?: WireText }): void {
    this.#tasks.set(effect, task);
    if (decision !== undefined) this.#run.answer(effect, { value: decision });
  }
}

/** The labels by which lists find the run so far. */
function told(): string[] {
  return workflowInfo().typedSearchAttributes.get(labelsKey) ?? [];
}
