/** What `POST …/hooks/:hook_id/test/:trigger` sends: an event about the newest thing of the kind. */
import { drawUuid } from "../model/draw.ts";
import type { Group } from "../model/group.ts";
import type { Hook } from "../model/hook.ts";
import type { Note } from "../model/note.ts";
import type { Project } from "../model/project.ts";
import type { Session } from "../model/world.ts";
import { badParameter, unprocessable } from "../operations/refusal.ts";
import { deliver } from "./delivery.ts";
import { issueBody } from "./issue-body.ts";
import { mergeRequestBody } from "./merge-request-body.ts";
import { noteBody } from "./note-body.ts";
import { jobBody, pipelineBody } from "./pipeline-body.ts";
import { pushBody } from "./push-body.ts";
import { triggers } from "./triggers.ts";

type Make = (session: Session, project: Project) => Record<string, unknown> | undefined;

const makers: Readonly<Record<string, Make>> = {
  push_events: (session, project) => {
    const branch = project.repository.defaultBranch;
    const sha = branch === null ? undefined : project.repository.branches.get(branch);
    if (branch === null || sha === undefined) return undefined;
    return pushBody(session, project, { kind: "branch", name: branch, before: undefined, after: sha });
  },
  tag_push_events: (session, project) => {
    const tag = newest(project.repository.tags);
    return tag === undefined
      ? undefined
      : pushBody(session, project, { kind: "tag", name: tag.name, before: undefined, after: tag.sha });
  },
  issues_events: issueMaker(false),
  confidential_issues_events: issueMaker(true),
  note_events: (session, project) => {
    const note = newestNote(project);
    return note === undefined ? undefined : noteBody(session, note, "create");
  },
  merge_requests_events: (session, project) => {
    const found = newest(project.mergeRequests);
    return found === undefined ? undefined : mergeRequestBody(session, found, { action: "update", before: found });
  },
  pipeline_events: ({ world }, project) => {
    const found = newest(project.pipelines);
    return found === undefined ? undefined : pipelineBody(world, found);
  },
  job_events: ({ world }, project) => {
    const found = newest(project.jobs);
    return found === undefined ? undefined : jobBody(world, found);
  },
};

function issueMaker(isConfidential: boolean): Make {
  return (session, project) => {
    const found = [...project.issues.values()].findLast(({ confidential }) => confidential === isConfidential);
    return found === undefined ? undefined : issueBody(session, found, "update", found);
  };
}

function newest<T>(things: Map<unknown, T>): T | undefined {
  return [...things.values()].at(-1);
}

function newestNote(project: Project): Note | undefined {
  const notes = [...project.issues.values(), ...project.mergeRequests.values()].flatMap((item) => item.notes);
  return notes
    .filter(({ isSystem }) => !isSystem)
    .toSorted((a, b) => a.id - b.id)
    .at(-1);
}

/** Throws 400 for a trigger that there is none of, and 422 when the project has nothing to show. */
export function testBody(session: Session, hook: Hook, owner: Project | Group, name: string): void {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make === undefined) throw badParameter("trigger does not have a valid value");
  const project = owner.kind === "project" ? owner : [...owner.projects.values()][0];
  const body = project === undefined ? undefined : make(session, project);
  if (body === undefined)
    throw unprocessable(`Ensure the project has ${name.replace(/_events$/, "").replaceAll("_", " ")}.`);
  const trigger = triggers[name as keyof typeof triggers];
  deliver(session.world, { hook, scope: project!, trigger, body, eventUuid: drawUuid(session.world) });
}
