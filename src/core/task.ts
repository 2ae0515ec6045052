/** Tasks: questions of runs to people, and how they are answered. */

/** What a run asks. Times are epoch ms. */
export interface TaskRequest {
  title: string;
  /** Markdown. */
  body?: string;
  /** Plain JSON: a JSON Schema of the values that an answer may carry, with hints for forms under "ui:…" names. */
  form?: string;
  /** What can be chosen, one at least. The first one agrees: it needs the quorum. Any other decides at once. */
  actions: string[];
  /** User names, and full paths of groups; both empty: whoever may use the API. */
  assignees: string[];
  groups: string[];
  /** How many different people have to choose the first action. */
  quorum: number;
  /** Whether the person who started the run may answer. */
  allowSelf: boolean;
  /** Shown to people; the run itself sees to it. */
  due?: number;
  /** The GitLab issue or merge request that it is about. */
  linked?: LinkedObject;
  /** Labels of that object by the action that they stand for, as far as labels answer. */
  labels?: Record<string, string>;
}

export interface LinkedObject {
  /** Number or full path of the project. */
  project: string;
  kind: "issue" | "merge_request";
  iid: number;
}

/** One person's answer. */
export interface TaskAnswer {
  action: string;
  /** Plain JSON: an object. */
  values?: string;
  comment?: string;
  /** User name; absent where nobody is known by name, as with an API token. */
  by?: string;
  /** Epoch ms. */
  at: number;
  via: TaskChannel;
}

export const taskChannels = ["api", "cli", "label", "comment"] as const;

export type TaskChannel = (typeof taskChannels)[number];

/** An answer that is given, before it is known whether it is taken. */
export interface GivenAnswer extends TaskAnswer {
  /** Those of the task's groups that the person is known to be a member of. */
  memberOf?: string[];
}

export const taskStates = ["open", "answered", "expired", "cancelled"] as const;

/** "expired": its time was over before it was decided; "cancelled": the run did not wait for it any more for another reason. */
export type TaskState = (typeof taskStates)[number];

export interface TaskView {
  /** The run's id, a dot, and the number of the effect. */
  id: string;
  runId: string;
  project: string;
  /** Path of the definition. */
  definition: string;
  state: TaskState;
  request: TaskRequest;
  answers: TaskAnswer[];
  /** What the run noted about it: reminders, escalations. */
  notes: TaskNote[];
  createdAt: number;
  closedAt?: number;
}

export interface TaskNote {
  at: number;
  text: string;
}

/** Adds to an open task. */
export interface TaskAmendment {
  assignees?: string[];
  groups?: string[];
  note?: string;
  /** Its time is over: it takes no more answers. */
  expired?: true;
}

/** Newest first. */
export interface ListTasks {
  project?: string;
  state?: TaskState;
  /** Those that this person may answer, as far as assignees tell. */
  assignee?: string;
  runId?: string;
  limit?: number;
  cursor?: string;
}

/** The id of the task that an effect of a run asks. */
export function taskId(runId: string, effect: number): string {
  return `${runId}.${effect}`;
}

/** The run and the effect of a task's id; undefined for what is none. */
export function parseTaskId(id: string): { runId: string; effect: number } | undefined {
  const match = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(\d{1,9})$/.exec(id);
  return match === null ? undefined : { runId: match[1]!, effect: Number(match[2]) };
}
