/** Issues of a seed. */
import { groupAndAbove } from "../model/group.ts";
import { groupOf, type Project } from "../model/project.ts";
import type { Session } from "../model/world.ts";
import { closeIssue, createIssue } from "../operations/issues.ts";
import { invalid } from "../operations/refusal.ts";
import { authorSession, finish, plannedFields } from "./planned-fields.ts";
import { seedDay } from "./seed-time.ts";
import type { SeedIssue } from "./seed-schema.ts";

export function plantIssues(session: Session, project: Project, issues: readonly SeedIssue[]): void {
  for (const given of issues) plantIssue(session, project, given);
}

function plantIssue(session: Session, project: Project, given: SeedIssue): void {
  const groups = groupAndAbove(groupOf(project));
  const epic = groups.flatMap(({ epics }) => [...epics.values()]).find(({ title }) => title === given.epic);
  const iteration = groups
    .flatMap(({ iterations }) => [...iterations.values()])
    .find(({ title }) => title === given.iteration);
  if (given.epic !== undefined && epic === undefined)
    throw invalid({ epic: [`there is no epic "${given.epic}" above ${project.fullPath}`] });
  if (given.iteration !== undefined && iteration === undefined) {
    throw invalid({ iteration: [`there is no iteration "${given.iteration}" above ${project.fullPath}`] });
  }
  if (given.iid !== undefined && project.issues.has(given.iid))
    throw invalid({ iid: [`${project.fullPath}#${given.iid} is there twice`] });
  const author = authorSession(session, given.author);
  const issue = createIssue(author, project, {
    ...plannedFields(session, project, given),
    title: given.title,
    description: given.description,
    iid: given.iid,
    type: given.type,
    weight: given.weight,
    dueDate: given.due_date === undefined ? undefined : seedDay(given.due_date, session.world.now()),
    confidential: given.confidential,
    healthStatus: given.health_status,
    epic,
    iteration,
  });
  if (given.state === "closed") closeIssue(author, issue);
  finish(session, issue, given);
}
