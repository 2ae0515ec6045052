/** A repository's first commit. */
import type { Project } from "../model/project.ts";
import type { Session } from "../model/world.ts";
import { addCommit, applyActions } from "./commits.ts";
import { moveBranch } from "./pushes.ts";

/** A README with the project's name. */
export function commitReadme(session: Session, project: Project, branch: string): void {
  const content = new TextEncoder().encode(`# ${project.name}\n`);
  const tree = applyActions(new Map(), [{ action: "create", path: "README.md", content }]);
  const commit = addCommit(session, project.repository, { message: "Initial commit", parents: [], tree });
  moveBranch(session, project, branch, commit.sha);
}
