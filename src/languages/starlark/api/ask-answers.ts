/** Answers to tasks as people give them in GitLab: comments and labels. */
import type { TaskRequest } from "../../../core/task.ts";
import { Dict } from "../values/dict.ts";
import { toText } from "../values/text.ts";
import { List, type Value } from "../values/value.ts";

export interface FoundAnswer {
  action: string;
  by: string;
  userId: number;
  comment?: string;
}

/**
 * The answer in a new comment (the data of a note event): its first line is the name of an action, with or without a slash in
 * front, alone or with a colon and more behind it; the rest is the comment. Undefined for any other comment.
 */
export function answerInComment({ actions }: TaskRequest, data: Value): FoundAnswer | undefined {
  const person = personIn(data);
  const text = textAt(data, "object_attributes", "note");
  if (person === undefined || text === undefined || at(data, "object_attributes", "system") === true) return undefined;
  const [first = "", ...rest] = text.trim().split("\n");
  const [name = "", ...said] = first.replace(/^\//, "").split(":");
  const action = actions.find((each) => each.toLowerCase() === name.trim().toLowerCase());
  if (action === undefined) return undefined;
  const comment = [said.join(":").trim(), ...rest].join("\n").trim();
  return { action, ...person, ...(comment !== "" && { comment }) };
}

/** The answer in a change of labels (the data of an issue or merge request event): a label of the task that was added. */
export function answerInLabels({ actions, labels = {} }: TaskRequest, data: Value): FoundAnswer | undefined {
  const person = personIn(data);
  const added = titlesAt(data, "current").difference(titlesAt(data, "previous"));
  const action = actions.find((each) => Object.hasOwn(labels, each) && added.has(labels[each]!));
  return person === undefined || action === undefined ? undefined : { action, ...person };
}

function titlesAt(data: Value, when: "current" | "previous"): Set<string> {
  const labels = at(data, "changes", "labels", when);
  const titles = labels instanceof List ? labels.items.map((label) => textAt(label, "title")) : [];
  return new Set(titles.filter((title) => title !== undefined));
}

function personIn(data: Value): { by: string; userId: number } | undefined {
  const by = textAt(data, "user", "username");
  const userId = at(data, "user", "id");
  return by === undefined || typeof userId !== "number" ? undefined : { by, userId };
}

function textAt(value: Value, ...path: string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? toText(found) : undefined;
}

function at(value: Value, ...path: string[]): Value {
  let found = value;
  for (const name of path) found = found instanceof Dict ? (found.get(name) ?? null) : null;
  return found;
}
