/** Whether an answer to a task is taken, and whether the task is decided by it. Pure, so that every engine decides the same. */
import { AutoFlowError } from "../core/errors.ts";
import type { GivenAnswer, TaskAnswer, TaskRequest } from "../core/task.ts";

export interface Judgement {
  /** All that count now, in the order in which they were given. */
  answers: TaskAnswer[];
  isDecided: boolean;
}

/**
 * Takes an answer to an open task; a person's answer replaces an earlier one of the same person. `startedBy` is the user name of who
 * started the run, where that is known. Whether values fit the form is for others to check. Throws TASK_ANSWER_INVALID,
 * TASK_NOT_ALLOWED.
 */
export function judgeAnswer(
  request: TaskRequest,
  before: readonly TaskAnswer[],
  { memberOf = [], ...answer }: GivenAnswer,
  startedBy: string | undefined,
): Judgement {
  requireFit(request, answer);
  requireAllowed(request, answer.by, memberOf, startedBy);
  const others = before.filter(({ by }) => by === undefined || !isSame(by, answer.by));
  const answers = [...others, answer];
  const [agreeing] = request.actions;
  const agreed = answers.filter(({ action }) => action === agreeing).length;
  return { answers, isDecided: answer.action !== agreeing || agreed >= request.quorum };
}

function requireFit({ actions, quorum, form }: TaskRequest, { action, by, values }: TaskAnswer): void {
  if (!actions.includes(action)) {
    const hint = `Choose one of ${actions.join(", ")}.`;
    throw new AutoFlowError("TASK_ANSWER_INVALID", `the task has no action ${JSON.stringify(action)}`, { hint });
  }
  if (quorum > 1 && by === undefined) {
    const message = `the task needs the answers of ${quorum} people, each by name`;
    throw new AutoFlowError("TASK_ANSWER_INVALID", message, { hint: "Say who answers." });
  }
  if (form !== undefined && values === undefined && action === actions[0]) {
    const hint = "Give them as an object; `autoflow tasks show` prints the form.";
    throw new AutoFlowError("TASK_ANSWER_INVALID", `the action ${action} needs the values of the task's form`, {
      hint,
    });
  }
  if (form === undefined && values !== undefined) {
    throw new AutoFlowError("TASK_ANSWER_INVALID", "the task has no form, and takes no values", {
      hint: "Answer without values.",
    });
  }
}

function requireAllowed(
  { assignees, groups, allowSelf }: TaskRequest,
  by: string | undefined,
  memberOf: readonly string[],
  startedBy: string | undefined,
): void {
  if (!allowSelf && startedBy !== undefined && isSame(startedBy, by)) {
    const hint = "Somebody else has to answer; allow_self=True lets the one who started the run answer too.";
    throw new AutoFlowError("TASK_NOT_ALLOWED", `${startedBy} started the run, and may not answer its tasks`, { hint });
  }
  if (assignees.length === 0 && groups.length === 0) return;
  if (assignees.some((name) => isSame(name, by))) return;
  if (memberOf.some((group) => groups.some((wanted) => isSame(wanted, group)))) return;
  const people = [...assignees, ...groups.map((group) => `members of ${group}`)].join(", ");
  throw new AutoFlowError("TASK_NOT_ALLOWED", `the task is for ${people}; ${by ?? "who answers"} is not among them`);
}

/** User names and paths of GitLab are the same in upper and lower case. */
function isSame(name: string, other: string | undefined): boolean {
  return other !== undefined && name.toLowerCase() === other.toLowerCase();
}
