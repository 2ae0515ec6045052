/** Issues and merge requests that name one another. */
import type { Issue } from "./issue.ts";
import type { Issuable } from "./issuable.ts";
import type { MergeRequest } from "./merge-request.ts";
import type { Project } from "./project.ts";

/**
 * Whether the merge request names the issue in its title, its description, a commit or a comment, or the issue names the merge
 * request. `messages` are those of its commits.
 */
export function isRelated(issue: Issue, item: MergeRequest, messages: readonly string[]): boolean {
  const [toIssue, toItem] = [nameOf("#", issue, item.project), nameOf("!", item, issue.project)];
  return (
    [...textsOf(item), ...messages].some((text) => toIssue.test(text)) ||
    textsOf(issue).some((text) => toItem.test(text))
  );
}

function textsOf({ title, description, notes }: Issuable): string[] {
  return [title, description ?? "", ...notes.map(({ body }) => body)];
}

/** "#7", "team/web#7" or its address; where it is named in another project, not the first. */
function nameOf(mark: "#" | "!", { iid, project }: { iid: number; project: Project }, from: Project): RegExp {
  const path = RegExp.escape(project.fullPath);
  const place = from === project ? `(?:${path})?` : path;
  const page = `${path}/-/${mark === "#" ? "(?:issues|work_items)" : "merge_requests"}/${iid}\\b`;
  return new RegExp(`(?:^|[^\\w&/.-])${place}${mark}${iid}\\b|${page}`, "i");
}
