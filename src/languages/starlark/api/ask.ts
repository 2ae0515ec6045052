/** `ask`: questions to people. What happens while nobody has decided is in `prelude.ts`, on the builtins of `ask-steps.ts`. */
import type { LinkedObject, TaskRequest } from "../../../core/task.ts";
import { bindArguments, signatureOf } from "../library/arguments.ts";
import type { ParameterSpec, PreludeCall, Thread } from "../library/builtin.ts";
import { encodeJson } from "../library/json-encode.ts";
import { parameter } from "../library/parameters.ts";
import { Dict } from "../values/dict.ts";
import { EvalError } from "../values/errors.ts";
import { repr } from "../values/print.ts";
import { Struct } from "../values/struct.ts";
import { fromText, toText } from "../values/text.ts";
import { typeName } from "../values/type-name.ts";
import { HeapValue, List, Tuple, type Value } from "../values/value.ts";
import { runOf } from "./host.ts";
import { durationMs, momentMs, textOption } from "./options.ts";
import type { VerbSpec } from "./verb.ts";

const option = (name: string, type: string, byDefault: string, doc: string): ParameterSpec => ({
  ...parameter(name, type, byDefault),
  passing: "keyword",
  doc,
});

const description = {
  name: "ask",
  doc:
    "Asks people, and waits for their answer: a struct of action, values, comment, by (the user's name or None), at, via and answers " +
    "(all that count). Answered by the API and `autoflow tasks answer`; by labels of and comments on the issue or merge request that it " +
    "is about. The first action is the one that agrees: it needs the quorum. Any other decides at once.",
  parameters: [
    { ...parameter("title", "string"), doc: "The question, on one line." },
    { ...parameter("body", "string | None", "None"), doc: "More about it, in Markdown." },
    option("form", "dict | struct | None", "None", "A JSON Schema of the values that come with the first action."),
    option("actions", "list | None", "None", 'What can be chosen: "submit" with a form, else "approve" and "deny".'),
    option("assignees", "string | list | None", "None", "User names of those who may answer."),
    option(
      "groups",
      "string | list | None",
      "None",
      "Full paths of groups whose members may answer. Without either: whoever may use the API.",
    ),
    option("quorum", "int", "1", "How many different people have to choose the first action."),
    option("allow_self", "bool", "False", "Whether the person who started the run may answer."),
    option("issue", "any", "None", "The issue that it is about: its iid, or what GitLab says of it."),
    option("merge_request", "any", "None", "The merge request that it is about, in the same way."),
    option("labels", "dict | None", "None", "Labels by action: one that is added to that issue is an answer."),
    option(
      "due",
      "time | None",
      "None",
      "Until when there has to be an answer: a time, an RFC 3339 text, or seconds since 1970.",
    ),
    option("timeout", "duration | None", "None", "The same as a duration from now."),
    option(
      "remind",
      "duration | list | None",
      "None",
      "After which time those who are asked are reminded, again and again; of a list, once after each.",
    ),
    option(
      "escalate_to",
      "string | list | None",
      "None",
      "User names of those who are asked too, later; a group as group:path.",
    ),
    option("escalate_after", "duration | None", "None", "How much later: half of the time there is, unless given."),
    option(
      "on_timeout",
      "any",
      '"fail"',
      "What is answered when the time is over: one of the actions as if it had been chosen, any other value but a text, or what a " +
        'function answers. "fail" fails with TASK_EXPIRED.',
    ),
    option("label", "string | None", "None", "A name to show to people."),
  ],
  returns: "struct",
};

const signature = signatureOf(description.name, description.parameters);
const names = description.parameters.map(({ name }) => name);

export const ask: VerbSpec = {
  ...description,
  waits: true,
  call() {
    throw new Error("ask is carried out by the prelude");
  },
  divert(thread, args, named): PreludeCall {
    const now = Math.round(runOf(thread, "ask").now());
    const values = bindArguments(signature, args, named);
    const given = (name: string): Value => values[names.indexOf(name)] ?? null;
    const due = dueOf(given("due"), given("timeout"), now);
    const { reminders, every } = remindersOf(given("remind"), now);
    const escalation = escalationOf(given("escalate_to"));
    const escalateAt = escalateAtOf(given("escalate_after"), escalation !== undefined, { now, due });
    const task = requestOf(thread, given, due, escalation);
    const onTimeout = onTimeoutOf(thread, values[names.indexOf("on_timeout")], task.actions);
    const text = fromText(JSON.stringify(task));
    thread.charge(256 + text.length);
    const escalated = escalation === undefined ? null : fromText(JSON.stringify(escalation));
    const plan = new Tuple([due ?? null, escalateAt ?? null, escalated, every ?? null]);
    return { name: "ask", args: [text, given("label"), plan, new List(reminders), onTimeout] };
  },
};

interface People {
  assignees: string[];
  groups: string[];
}

const mostActions = 20;
const mostPeople = 200;
const mostTitle = 500;

function requestOf(
  thread: Thread,
  given: (name: string) => Value,
  due: number | undefined,
  escalation: People | undefined,
): TaskRequest {
  const form = given("form");
  if (form !== null && !(form instanceof Dict || form instanceof Struct)) throw wrong("form", form, "dict");
  const body = textOption("ask", "body", given("body"));
  const linked = linkedOf(given("issue"), given("merge_request"));
  const actions = actionsOf(given("actions"), form !== null);
  const labels = labelsOf(given("labels"), actions, linked);
  const request: TaskRequest = {
    title: titleOf(given("title")),
    actions,
    assignees: namesOf("assignees", given("assignees")).map(userName),
    groups: namesOf("groups", given("groups")),
    quorum: given("quorum") === null ? 1 : (given("quorum") as number),
    allowSelf: given("allow_self") === true,
  };
  requireQuorum(thread, request, escalation);
  if (body !== undefined) request.body = body;
  if (form !== null) request.form = toText(encodeJson(thread, form));
  if (due !== undefined) request.due = due;
  if (linked !== undefined) request.linked = linked;
  if (labels !== undefined) request.labels = labels;
  return request;
}

function titleOf(value: Value): string {
  const title = textOption("ask", "title", value) ?? "";
  if (title.trim() !== "" && title.length <= mostTitle && !title.includes("\n")) return title;
  throw new EvalError(`ask: title: want one line of 1 to ${mostTitle} characters; more about it is for body`);
}

function actionsOf(value: Value, hasForm: boolean): string[] {
  if (value === null) return hasForm ? ["submit"] : ["approve", "deny"];
  const actions = namesOf("actions", value);
  if (actions.length === 0 || actions.length > mostActions || new Set(actions).size < actions.length) {
    throw new EvalError(`ask: actions: want 1 to ${mostActions} different names`);
  }
  const odd = actions.find((action) => !/^[\p{L}\p{N}][\p{L}\p{N} _-]{0,49}$/u.test(action));
  if (odd === undefined) return actions;
  throw new EvalError(fromText(`ask: actions: "${odd}" is no name: up to 50 letters, digits, spaces, - and _`));
}

function namesOf(what: string, value: Value): string[] {
  if (value === null) return [];
  const items =
    typeof value === "string" ? [value] : value instanceof List || value instanceof Tuple ? value.items : [];
  if (!(typeof value === "string" || value instanceof List || value instanceof Tuple)) throw wrong(what, value, "list");
  if (items.length > mostPeople) throw new EvalError(`ask: ${what}: more than ${mostPeople}`);
  return items.map((item) => {
    if (typeof item !== "string" || item.trim() === "") throw wrong(what, item, "a list of strings that are not empty");
    return toText(item);
  });
}

function userName(text: string): string {
  return text.replace(/^@/, "");
}

function requireQuorum(
  thread: Thread,
  { quorum, assignees, groups }: TaskRequest,
  escalation: People | undefined,
): void {
  if (!Number.isInteger(quorum) || quorum < 1 || quorum > 100) {
    throw new EvalError(`ask: quorum: want an int from 1 to 100, got ${repr(thread, quorum)}`);
  }
  const people = new Set([...assignees, ...(escalation?.assignees ?? [])]);
  const isOpen = groups.length + (escalation?.groups.length ?? 0) > 0 || assignees.length === 0;
  if (isOpen || people.size >= quorum) return;
  throw new EvalError(`ask: quorum: ${quorum} people have to agree, and only ${people.size} may answer`);
}

function linkedOf(issue: Value, mergeRequest: Value): LinkedObject | undefined {
  if (issue !== null && mergeRequest !== null) throw new EvalError("ask: give issue or merge_request, not both");
  if (issue !== null) return readObject("issue", issue);
  return mergeRequest === null ? undefined : readObject("merge_request", mergeRequest);
}

function readObject(kind: LinkedObject["kind"], value: Value): LinkedObject {
  if (typeof value === "number" && value > 0) return { project: ":id", kind, iid: value };
  const field = (name: string): Value =>
    value instanceof Dict
      ? (value.get(name) ?? null)
      : value instanceof Struct
        ? (value.attribute(name) ?? null)
        : null;
  const iid = field("iid");
  if (typeof iid !== "number") throw wrong(kind, value, "its iid, or a dict with iid and project_id");
  const project = field("project_id") ?? field("target_project_id");
  return { project: typeof project === "number" ? String(project) : ":id", kind, iid };
}

function labelsOf(
  value: Value,
  actions: readonly string[],
  linked: LinkedObject | undefined,
): Record<string, string> | undefined {
  if (value === null) return undefined;
  if (!(value instanceof Dict)) throw wrong("labels", value, "dict of actions and labels");
  if (linked === undefined) throw new EvalError("ask: labels are of an issue or merge_request: say which");
  const labels: Record<string, string> = {};
  for (const [action, label] of value.entries()) {
    if (typeof action !== "string" || !actions.includes(toText(action))) {
      throw new EvalError(`ask: labels: there is no action ${typeof action === "string" ? action : typeName(action)}`);
    }
    if (typeof label !== "string" || label === "") throw wrong("labels", label, "a label for each action");
    labels[toText(action)] = toText(label);
  }
  return labels;
}

function dueOf(due: Value, timeout: Value, now: number): number | undefined {
  if (due !== null && timeout !== null) throw new EvalError("ask: give due or timeout, not both");
  if (due !== null) return Math.max(now, Math.round(momentMs("ask: due", due)));
  return timeout === null ? undefined : now + Math.round(durationMs("ask", "timeout", timeout));
}

/** Reminders more often than that are a mistake of unit. */
const shortestReminderMs = 1000;

function remindersOf(value: Value, now: number): { reminders: number[]; every?: number } {
  if (value === null) return { reminders: [] };
  if (!(value instanceof List || value instanceof Tuple)) {
    const every = Math.round(durationMs("ask", "remind", value));
    if (every < shortestReminderMs) throw new EvalError("ask: remind: want a second at least");
    return { reminders: [now + every], every };
  }
  const reminders = value.items.map((item) => now + Math.round(durationMs("ask", "remind", item)));
  return { reminders: reminders.toSorted((a, b) => a - b) };
}

function escalationOf(value: Value): People | undefined {
  const people = namesOf("escalate_to", value);
  if (people.length === 0) return undefined;
  const isGroup = (name: string): boolean => name.startsWith("group:");
  return {
    assignees: people.filter((name) => !isGroup(name)).map(userName),
    groups: people.filter(isGroup).map((name) => name.slice("group:".length)),
  };
}

function escalateAtOf(
  after: Value,
  isWanted: boolean,
  { now, due }: { now: number; due: number | undefined },
): number | undefined {
  if (!isWanted) {
    if (after === null) return undefined;
    throw new EvalError("ask: escalate_after needs escalate_to");
  }
  if (after !== null) return now + Math.round(durationMs("ask", "escalate_after", after));
  if (due !== undefined) return now + Math.round((due - now) / 2);
  throw new EvalError("ask: escalate_to needs escalate_after where there is neither due nor timeout");
}

/** A function, a value, or a text: one of the actions, or "fail". */
function onTimeoutOf(thread: Thread, value: Value | undefined, actions: readonly string[]): Value {
  if (value === undefined) return "fail";
  if (value instanceof HeapValue && value.callable) return value;
  if (typeof value !== "string" || value === "fail" || actions.includes(toText(value))) return value;
  const known = actions.map((action) => `"${action}"`).join(", ");
  throw new EvalError(
    fromText(`ask: on_timeout: got ${repr(thread, value)}, want "fail", an action (${known}), or no text`),
  );
}

function wrong(name: string, value: Value, want: string): EvalError {
  return new EvalError(`ask: for parameter ${name}: got ${typeName(value)}, want ${want}`);
}
