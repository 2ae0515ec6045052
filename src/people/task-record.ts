/** A task as engines keep it: what was asked, and what became of it. Records are values; each change makes a new one. */
import { AutoFlowError } from "../core/errors.ts";
import type {
  GivenAnswer,
  TaskAmendment,
  TaskAnswer,
  TaskNote,
  TaskRequest,
  TaskState,
  TaskView,
} from "../core/task.ts";
import { encodeWire, type WireText, type WireValue } from "../core/wire.ts";
import { judgeAnswer } from "./judge-answer.ts";

export interface TaskRecord {
  request: TaskRequest;
  state: TaskState;
  answers: TaskAnswer[];
  notes: TaskNote[];
  /** Epoch ms. */
  createdAt: number;
  closedAt?: number;
}

/** What is told of a task beside its record. */
export type TaskNames = Pick<TaskView, "id" | "runId" | "project" | "definition">;

/** So much is kept of what a run notes: the last of it. */
const mostNotes = 100;

export function newTask(request: TaskRequest, now: number): TaskRecord {
  return { request, state: "open", answers: [], notes: [], createdAt: now };
}

/** The task with one more answer, and what it is decided with when it is. Throws TASK_CLOSED, TASK_ANSWER_INVALID, TASK_NOT_ALLOWED. */
export function withAnswer(
  task: TaskRecord,
  answer: GivenAnswer,
  startedBy: string | undefined,
): { task: TaskRecord; decision?: WireText } {
  if (task.state !== "open") throw taskClosed(task);
  const { answers, isDecided } = judgeAnswer(task.request, task.answers, answer, startedBy);
  if (!isDecided) return { task: { ...task, answers } };
  const closed = { ...task, answers, state: "answered" as const, closedAt: answer.at };
  return { task: closed, decision: encodeWire({ ...toWire(answer), answers: answers.map(toWire) }) };
}

/** The task with what its run adds to it; one that is closed stays as it is. */
export function withAmendment(task: TaskRecord, amendment: TaskAmendment, now: number): TaskRecord {
  if (task.state !== "open") return task;
  const { request, notes } = task;
  const { assignees = [], groups = [], note, expired } = amendment;
  const amended = {
    ...task,
    request: {
      ...request,
      assignees: [...new Set([...request.assignees, ...assignees])],
      groups: [...new Set([...request.groups, ...groups])],
    },
    notes: note === undefined ? notes : [...notes, { at: now, text: note }].slice(-mostNotes),
  };
  return expired === true ? { ...amended, state: "expired", closedAt: now } : amended;
}

/** The task of a run that does not wait for it any more; an answer that it has not heard does not count. */
export function withoutRun(task: TaskRecord, now: number): TaskRecord {
  return task.state === "expired" ? task : { ...task, state: "cancelled", closedAt: now };
}

export function taskView(
  names: TaskNames,
  { request, state, answers, notes, createdAt, closedAt }: TaskRecord,
): TaskView {
  const view = { ...names, state, request, answers, notes, createdAt };
  return closedAt === undefined ? view : { ...view, closedAt };
}

/** "ada: approve (1 of 2)", for the history. */
export function answerText({ request, answers }: TaskRecord, { action, by, via }: TaskAnswer): string {
  const [agreeing] = request.actions;
  const agreed = answers.filter((answer) => answer.action === agreeing).length;
  const count = action === agreeing && request.quorum > 1 ? ` (${agreed} of ${request.quorum})` : "";
  return `${by ?? "somebody"} answers ${JSON.stringify(request.title)} by ${via}: ${action}${count}`;
}

/** What to say to an answer to a task that takes none any more; of one that is open, because its run ends. */
export function taskClosed({
  state,
  request,
  answers,
}: Pick<TaskRecord, "state" | "request" | "answers">): AutoFlowError {
  const title = JSON.stringify(request.title);
  if (state === "open") return new AutoFlowError("TASK_CLOSED", `the run that asks ${title} has ended`);
  const last = answers.at(-1);
  const how = state === "answered" && last !== undefined ? `it was answered with ${last.action}` : `it is ${state}`;
  return new AutoFlowError("TASK_CLOSED", `the task ${title} is closed: ${how}`);
}

function toWire({ action, values, comment, by, at, via }: TaskAnswer): { [name: string]: WireValue } {
  return {
    action,
    values: values === undefined ? null : (JSON.parse(values) as WireValue),
    comment: comment ?? null,
    by: by ?? null,
    at,
    via,
  };
}
