/** The prelude's builtins for `ask`: what a run does with its task, and how it hears of answers in GitLab. */
import type { LinkedObject, TaskAmendment, TaskRequest } from "../../../core/task.ts";
import type { Filter } from "../../../core/filter.ts";
import type { BuiltinSpec, Thread } from "../library/builtin.ts";
import { makeTime } from "../library/time-module.ts";
import { Dict, Record } from "../values/dict.ts";
import { makeStruct } from "../values/struct.ts";
import { fromText, toText } from "../values/text.ts";
import { List, Tuple, type Value } from "../values/value.ts";
import { CallFailed } from "./attempt.ts";
import { answerInComment, answerInLabels } from "./ask-answers.ts";
import { askComment, type Occasion } from "./ask-comments.ts";
import { callGitLab } from "./gitlab.ts";
import { AnyFuture, type Future } from "./future.ts";
import { runOf } from "./host.ts";
import { textOption } from "./options.ts";

function step(name: string, doc: string, returns: string, call: (thread: Thread, args: Value[]) => Value): BuiltinSpec {
  return { name, doc, parameters: [], returns, call: (thread, _self, args) => call(thread, args) };
}

/** Tasks pass through the prelude as JSON text. */
function requestIn(value: Value | undefined): TaskRequest {
  return JSON.parse(toText(value as string)) as TaskRequest;
}

const open = step("_ask", "Opens the task: the future of its answer.", "future", (thread, [task, label]) =>
  runOf(thread, "ask").openEffect({ kind: "ask", task: requestIn(task) }, "value", textOption("ask", "label", label)),
);

const hear = step(
  "_ask_event",
  "The future of the next comment on what a task is about, or change of it; None where there is nothing to hear.",
  "future | None",
  (thread, [task, kind, isFirst]) => {
    const { linked, labels } = requestIn(task);
    if (linked === undefined || (kind === "change" && labels === undefined)) return null;
    const filter = kind === "comment" ? commentsOn(linked) : changesOf(linked);
    return runOf(thread, "ask").openAwait(filter, isFirst === true ? "now" : undefined);
  },
);

function commentsOn({ kind, iid }: LinkedObject): Filter {
  const noteable = kind === "issue" ? "Issue" : "MergeRequest";
  return {
    types: ["com.gitlab.events.note_created"],
    fields: [
      { path: ["object_attributes", "noteable_type"], anyOf: [noteable] },
      { path: [kind, "iid"], anyOf: [iid] },
    ],
  };
}

function changesOf({ kind, iid }: LinkedObject): Filter {
  return {
    types: [`com.gitlab.events.${kind}_updated`],
    fields: [{ path: ["object_attributes", "iid"], anyOf: [iid] }],
  };
}

const timer = step(
  "_ask_timer",
  "(timer, what) of what comes first: the task is due, somebody is reminded, or others are asked; (None, None) for nothing.",
  "tuple",
  (thread, [due, reminders, escalateAt]) => {
    const first = (reminders as List).items[0] ?? null;
    const moments: [Value, string][] = [
      [due ?? null, "due"],
      [escalateAt ?? null, "escalate"],
      [first, "remind"],
    ];
    const [next] = moments
      .filter((moment): moment is [number, string] => moment[0] !== null)
      .toSorted(([a], [b]) => a - b);
    if (next === undefined) return new Tuple([null, null]);
    const run = runOf(thread, "ask");
    const until = Math.max(next[0], run.now());
    return new Tuple([run.openEffect({ kind: "sleep", until }, "none"), next[1]]);
  },
);

const later = step("_ask_later", "The time in ms after so many.", "int", (thread, [ms]) =>
  Math.round(runOf(thread, "ask").now() + (ms as number)),
);

const amend = step(
  "_ask_amend",
  "Adds to the task: a note, and people as JSON text, or that its time is over. Answers the task as it is now.",
  "string",
  (thread, [future, task, note, people, isOver]) => {
    const added = people === null ? {} : (JSON.parse(toText(people as string)) as TaskAmendment);
    const amendment: TaskAmendment = { ...added };
    if (note !== null) amendment.note = toText(note as string);
    if (isOver === true) amendment.expired = true;
    runOf(thread, "ask").emit({ kind: "amend", target: (future as Future).effect, amendment });
    const request = requestIn(task);
    request.assignees.push(...(added.assignees ?? []));
    request.groups.push(...(added.groups ?? []));
    return fromText(JSON.stringify(request));
  },
);

const say = step(
  "_ask_comment",
  "Writes a comment for people on what a task is about.",
  "any",
  (thread, [task, occasion]) => {
    const request = requestIn(task);
    const body = new Dict();
    body.set("body", fromText(askComment(request, occasion as Occasion)));
    return callGitLab(thread, "ask", { method: "POST", path: `${pathOf(request.linked!)}/notes`, body });
  },
);

function pathOf({ project, kind, iid }: LinkedObject): string {
  return `projects/${project}/${kind === "issue" ? "issues" : "merge_requests"}/${iid}`;
}

const unsaid = step("_ask_unsaid", "Logs why a comment could not be written.", "None", (thread, [message]) => {
  const text = `the comment about the task could not be written: ${toText(message as string)}`;
  runOf(thread, "ask").emit({ kind: "log", level: "warn", message: text });
  return null;
});

const find = step(
  "_ask_answer_in",
  "A record of action, by, user_id, comment and via for an event that answers the task; None for any other.",
  "record | None",
  (thread, [task, kind, event]) => {
    const data = event instanceof Dict ? (event.get("data") ?? null) : null;
    const request = requestIn(task);
    const found = kind === "comment" ? answerInComment(request, data) : answerInLabels(request, data);
    if (found === undefined) return null;
    const answer = new Record();
    thread.charge(answer.byteSize() + 5 * Dict.entrySize);
    answer.set("action", fromText(found.action));
    answer.set("by", fromText(found.by));
    answer.set("user_id", found.userId);
    answer.set("comment", found.comment === undefined ? null : fromText(found.comment));
    answer.set("via", kind === "comment" ? "comment" : "label");
    return answer;
  },
);

const groups = step(
  "_ask_groups",
  "The groups of the task of which somebody may be a member, where that matters.",
  "list",
  (_thread, [task, by]) => {
    const { assignees, groups: wanted } = requestIn(task);
    const name = toText(by as string).toLowerCase();
    return new List(assignees.some((each) => each.toLowerCase() === name) ? [] : wanted.map(fromText));
  },
);

const member = step("_ask_member", "Fails unless a user is a member of a group.", "any", (thread, [group, userId]) => {
  const path = `groups/${encodeURIComponent(toText(group as string))}/members/all/${userId as number}`;
  return callGitLab(thread, "ask", { method: "GET", path });
});

const reply = step("_ask_reply", "Gives an answer to the task.", "None", (thread, [future, answer, memberOf]) => {
  const run = runOf(thread, "ask");
  const field = (name: string): Value => (answer as Record).get(name) ?? null;
  const comment = field("comment");
  run.emit({
    kind: "reply",
    target: (future as Future).effect,
    answer: {
      action: toText(field("action") as string),
      by: toText(field("by") as string),
      at: run.now(),
      via: field("via") as "comment" | "label",
      ...(comment !== null && { comment: toText(comment as string) }),
      memberOf: (memberOf as List).items.map((group) => toText(group as string)),
    },
  });
  return null;
});

const close = step("_ask_close", "Ends those futures that are pending.", "None", (thread, [futures]) => {
  for (const future of (futures as List).items) {
    if (future instanceof AnyFuture && future.state === "pending") runOf(thread, "ask").cancel(future as Future);
  }
  return null;
});

const answered = step("_ask_answered", "The answer of a task, with times as such.", "struct", (thread, [answer]) => {
  const all = ((answer as Dict).get("answers") as List).items.map((each) => answerStruct(thread, each as Dict));
  return answerStruct(thread, answer as Dict, new List(all));
});

/** A struct and no record, whose `values` would be the method of dicts. */
function answerStruct(thread: Thread, answer: Dict, answers?: List): Value {
  const fields = new Map<string, Value>();
  thread.charge(answer.byteSize() + 128);
  for (const [name, value] of answer.entries()) fields.set(name as string, name === "at" ? timeOf(value) : value);
  if (answers !== undefined) fields.set("answers", answers);
  return makeStruct(fields);
}

function timeOf(ms: Value): Value {
  return makeTime(BigInt(Math.round(ms as number)) * 1_000_000n);
}

const timedOut = step(
  "_ask_timed_out",
  "What is answered after the time is over: fails, or answers as if an action had been chosen, or a value.",
  "any",
  (thread, [task, value]) => {
    if (typeof value !== "string") return value!;
    if (value === "fail") {
      const message = `nobody answered in time: ${requestIn(task).title}`;
      throw new CallFailed({ type: "task", code: "TASK_EXPIRED", message, retryable: false });
    }
    const answer = new Dict();
    answer.set("action", value);
    for (const name of ["values", "comment", "by"]) answer.set(name, null);
    answer.set("at", Math.round(thread.now()));
    answer.set("via", "timeout");
    return answerStruct(thread, answer, new List([]));
  },
);

/** The prelude's builtins for `ask`. */
export const askInternals: readonly BuiltinSpec[] = [
  open,
  hear,
  timer,
  later,
  amend,
  say,
  unsaid,
  find,
  groups,
  member,
  reply,
  close,
  answered,
  timedOut,
];
