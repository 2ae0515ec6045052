/** The one comment that does all a rule does to a resource: its text, then a quick action a line. */
import type { Actions } from "../model.ts";

/** Whether there is anything to post. */
export function hasComment(actions: Actions): boolean {
  const { comment, labels, removeLabels, mention, move, status } = actions;
  return (
    comment !== undefined ||
    labels.length + removeLabels.length + mention.length > 0 ||
    move !== undefined ||
    status !== undefined
  );
}

/** The body of the comment; `text` is that of `comment` as filled in. Empty when there is nothing to say. */
export function commentBody(actions: Actions, text: string): string {
  const { labels, removeLabels, mention, move, status } = actions;
  const parts = [
    text.trimEnd(),
    quick("label", labels.map(labelReference)),
    quick("unlabel", removeLabels.map(labelReference)),
    quick(
      "cc",
      mention.map((name) => (name.startsWith("@") ? name : `@${name}`)),
    ),
    quick("move", move === undefined ? [] : [move]),
    status === undefined ? "" : `/${status}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function quick(command: string, names: readonly string[]): string {
  return names.length === 0 ? "" : `/${command} ${names.join(" ")}`;
}

function labelReference(name: string): string {
  return `~"${name}"`;
}

/** What the comment does, for people. */
export function describeComment(actions: Actions): string[] {
  const { comment, labels, removeLabels, mention, move, status } = actions;
  return [
    ...(comment === undefined ? [] : ["comment"]),
    ...labels.map((label) => `label ~"${label}"`),
    ...removeLabels.map((label) => `remove label ~"${label}"`),
    ...(mention.length === 0 ? [] : [`mention ${mention.join(", ")}`]),
    ...(move === undefined ? [] : [`move to ${move}`]),
    ...(status === undefined ? [] : [status]),
  ];
}
