/** Linking issues with each other. */
import type { Issue, IssueLink } from "../model/issue.ts";
import { nextId, type Session } from "../model/world.ts";
import { systemNote } from "./notes.ts";
import { conflict } from "./refusal.ts";

/** Both issues get the link. Throws 409 when there is one already. */
export function linkIssues(
  session: Session,
  one: Issue,
  other: Issue,
  type: "relates_to" | "blocks" | "is_blocked_by",
): IssueLink {
  if (one.links.some(({ source, target }) => source === other || target === other))
    throw conflict("Issue(s) already assigned");
  const { world } = session;
  const [source, target] = type === "is_blocked_by" ? [other, one] : [one, other];
  const link: IssueLink = {
    id: nextId(world, "issue link"),
    source,
    target,
    type: type === "relates_to" ? "relates_to" : "blocks",
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  one.links = [...one.links, link];
  other.links = [...other.links, link];
  const words = {
    relates_to: "marked this issue as related to",
    blocks: "marked this issue as blocking",
    is_blocked_by: "marked this issue as blocked by",
  };
  systemNote(session, one, `${words[type]} ${referenceTo(other, one)}`);
  return link;
}

/** "#7", or "atlas/beacon#7" from another project. */
function referenceTo(issue: Issue, from: Issue): string {
  return `${issue.project === from.project ? "" : issue.project.fullPath}#${issue.iid}`;
}

export function unlinkIssues(session: Session, link: IssueLink): void {
  const { source, target } = link;
  source.links = source.links.filter((one) => one !== link);
  target.links = target.links.filter((one) => one !== link);
  systemNote(session, source, `removed the relation with ${referenceTo(target, source)}`);
}
