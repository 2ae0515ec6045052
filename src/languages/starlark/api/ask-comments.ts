/** What a task writes on the issue or merge request that it is about. */
import type { TaskRequest } from "../../../core/task.ts";

/** Why something is said. */
export type Occasion = "asked" | "remind" | "escalate" | "over";

/** Markdown. */
export function askComment(request: TaskRequest, occasion: Occasion): string {
  const { title, body } = request;
  const mentions = peopleOf(request);
  switch (occasion) {
    case "asked":
      return [`**${title}**`, body, mentions, howToAnswer(request), dueLine(request)].filter(isThere).join("\n\n");
    case "over":
      return `**${title}** — nobody has answered in time.`;
    default: {
      const what = occasion === "remind" ? "still needs an answer" : "needs an answer, and nobody has given one yet";
      return [`**${title}** ${what}.`, mentions, howToAnswer(request), dueLine(request)].filter(isThere).join("\n\n");
    }
  }
}

function peopleOf({ assignees, groups }: TaskRequest): string | undefined {
  return [...assignees, ...groups].map((name) => `@${name}`).join(" ") || undefined;
}

function howToAnswer({ actions, form, labels = {}, quorum }: TaskRequest): string {
  const [agreeing] = actions;
  const byComment = form === undefined ? actions : actions.slice(1);
  const comments = byComment.map((action) => `\`${action}\``).join(" or ");
  const byLabel = actions.filter((action) => Object.hasOwn(labels, action) && byComment.includes(action));
  const parts = [
    comments === "" ? undefined : `Answer with a comment whose first line is ${comments}.`,
    byLabel.length === 0
      ? undefined
      : `Or add a label: ${byLabel.map((action) => `~"${labels[action]!}" for ${action}`).join(", ")}.`,
    form === undefined ? undefined : `\`${agreeing}\` comes with a form, so it is answered in AutoFlow.`,
    quorum > 1 ? `${quorum} people have to choose \`${agreeing}\`.` : undefined,
  ];
  return parts.filter(isThere).join(" ");
}

function dueLine({ due }: TaskRequest): string | undefined {
  return due === undefined ? undefined : `Until ${new Date(due).toISOString().slice(0, 16).replace("T", " ")} UTC.`;
}

function isThere(part: string | undefined): part is string {
  return part !== undefined;
}
