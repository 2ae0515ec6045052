/** Making, changing and closing epics. */
import type { Epic } from "../model/epic.ts";
import type { Group } from "../model/group.ts";
import type { Label } from "../model/label.ts";
import { takeId, takeIid, type Session } from "../model/world.ts";
import { checkTitle, recordLabelChanges, recordState } from "./issuables.ts";
import { systemNote } from "./notes.ts";

export interface EpicFields {
  title?: string | undefined;
  description?: string | null | undefined;
  labels?: Label[] | undefined;
  startDate?: string | null | undefined;
  dueDate?: string | null | undefined;
  confidential?: boolean | undefined;
  color?: string | undefined;
  /** null: none. */
  parent?: Epic | null | undefined;
}

export function createEpic(session: Session, group: Group, given: EpicFields & { title: string }): Epic {
  const { world, user } = session;
  checkTitle(given.title);
  const now = world.now();
  const epic: Epic = {
    kind: "Epic",
    id: takeId(world, "epic", undefined),
    iid: takeIid(group, "epic"),
    group,
    title: given.title,
    description: given.description ?? null,
    state: "opened",
    author: user,
    parent: undefined,
    children: [],
    issues: [],
    confidential: given.confidential ?? false,
    color: given.color ?? "#1068bf",
    labels: given.labels ?? [],
    startDate: given.startDate ?? null,
    dueDate: given.dueDate ?? null,
    startDateIsFixed: given.startDate !== undefined,
    dueDateIsFixed: given.dueDate !== undefined,
    notes: [],
    awards: [],
    resourceEvents: [],
    subscriptions: new Map(),
    timeEstimate: 0,
    timeSpent: 0,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: undefined,
    lastEditedAt: null,
    lastEditedBy: undefined,
    updatedBy: undefined,
  };
  group.epics.set(epic.iid, epic);
  world.epics.set(epic.id, epic);
  recordLabelChanges(session, epic, [], epic.labels);
  if (given.parent !== undefined) setParent(epic, given.parent);
  return epic;
}

export function updateEpic(session: Session, epic: Epic, given: EpicFields): void {
  const { world, user } = session;
  if (given.title !== undefined && given.title !== epic.title) {
    checkTitle(given.title);
    systemNote(session, epic, `changed title from **{-${epic.title}-}** to **{+${given.title}+}**`);
    epic.title = given.title;
  }
  if (given.description !== undefined) epic.description = given.description;
  if (given.labels !== undefined) {
    recordLabelChanges(session, epic, epic.labels, given.labels);
    epic.labels = given.labels;
  }
  if (given.startDate !== undefined)
    Object.assign(epic, { startDate: given.startDate, startDateIsFixed: given.startDate !== null });
  if (given.dueDate !== undefined)
    Object.assign(epic, { dueDate: given.dueDate, dueDateIsFixed: given.dueDate !== null });
  if (given.confidential !== undefined) epic.confidential = given.confidential;
  if (given.color !== undefined) epic.color = given.color;
  if (given.parent !== undefined) setParent(epic, given.parent);
  epic.updatedAt = world.now();
  epic.updatedBy = user;
}

/** Puts an epic below another, or out of it. */
export function setParent(epic: Epic, parent: Epic | null): void {
  const old = epic.parent;
  if (old !== undefined) old.children = old.children.filter((child) => child !== epic);
  epic.parent = parent ?? undefined;
  if (parent !== null) parent.children = [...parent.children, epic];
}

export function closeEpic(session: Session, epic: Epic): void {
  if (epic.state === "closed") return;
  const { world, user } = session;
  Object.assign(epic, { state: "closed", closedAt: world.now(), closedBy: user, updatedAt: world.now() });
  recordState(session, epic, "closed");
}

export function reopenEpic(session: Session, epic: Epic): void {
  if (epic.state === "opened") return;
  Object.assign(epic, { state: "opened", closedAt: null, closedBy: undefined, updatedAt: session.world.now() });
  recordState(session, epic, "reopened");
}
