/** Makes what a seed describes. */
import { roles } from "../model/access.ts";
import type { Group } from "../model/group.ts";
import { groupHookSwitches, hookSwitches, type HookSwitch } from "../model/hook.ts";
import type { Project } from "../model/project.ts";
import { nextId, type Session, type World } from "../model/world.ts";
import { closeEpic, createEpic } from "../operations/epics.ts";
import { createLabel, labelsByName } from "../operations/labels.ts";
import { closeMilestone, createMilestone } from "../operations/milestones.ts";
import { createGroup, createProject } from "../operations/namespaces.ts";
import { addMember, createToken, createUser } from "../operations/people.ts";
import { invalid } from "../operations/refusal.ts";
import { newHook } from "../webhooks/new-hook.ts";
import { plantIssues } from "./plant-issues.ts";
import { plantMergeRequests } from "./plant-merge-requests.ts";
import { plantPipelines, plantRepository } from "./plant-repository.ts";
import { seedDay } from "./seed-time.ts";
import { userNamed } from "./users.ts";
import type { Seed, SeedGroup, SeedHook, SeedProject, SeedUser } from "./seed-schema.ts";

/** Changes the world without sending anything. Throws Refusal for what cannot be: a name that is taken, a user that is not there. */
export function plant(session: Session, seed: Seed): void {
  const sent = session.world.outbox.length;
  for (const user of seed.users ?? []) plantUser(session.world, user);
  for (const group of seed.groups ?? []) plantGroup(session, group);
  for (const project of seed.projects ?? []) plantProject(session, project);
  session.world.outbox.length = sent;
}

function plantUser(world: World, given: SeedUser): void {
  const { token, admin: isAdmin, bot: isBot, ...fields } = given;
  const user = createUser(world, { ...fields, isAdmin, isBot });
  if (token !== undefined) createToken(world, { user, value: token });
}

function splitPath(path: string): { above: string; last: string } {
  const cut = path.lastIndexOf("/");
  return { above: path.slice(0, Math.max(0, cut)), last: path.slice(cut + 1) };
}

function plantGroup(session: Session, given: SeedGroup): void {
  const { world } = session;
  const { above, last } = splitPath(given.path);
  const parent = above === "" ? undefined : world.paths.get(above.toLowerCase());
  if (above !== "" && parent?.kind !== "group")
    throw invalid({ path: [`there is no group "${above}": put it before ${given.path}`] });
  const group = createGroup(session, {
    id: given.id,
    name: given.name ?? last,
    path: last,
    parent: parent as Group | undefined,
    description: given.description,
    visibility: given.visibility,
  });
  plantMembers(session, group, given.members);
  for (const label of given.labels ?? []) createLabel(world, group, label);
  plantMilestones(session, group, given.milestones);
  for (const iteration of given.iterations ?? []) {
    const id = nextId(world, "iteration");
    const { title, start_date: start, due_date: due } = iteration;
    const [startDate, dueDate] = [seedDay(start, world.now()), seedDay(due, world.now())];
    const now = world.now();
    group.iterations.set(id, {
      id,
      iid: id,
      sequence: id,
      group,
      title,
      description: null,
      startDate,
      dueDate,
      createdAt: now,
      updatedAt: now,
    });
  }
  for (const epic of given.epics ?? []) {
    const labels = labelsByName(world, group, epic.labels ?? []);
    const made = createEpic(session, group, { title: epic.title, description: epic.description, labels });
    if (epic.state === "closed") closeEpic(session, made);
  }
  for (const hook of given.hooks ?? []) plantHook(world, group, hook);
}

function plantMembers(session: Session, owner: Project | Group, members: Record<string, string> | undefined): void {
  for (const [name, role] of Object.entries(members ?? {})) {
    const user = userNamed(session.world, name);
    const level = roles[role as keyof typeof roles];
    const present = owner.members.get(user.id);
    if (present === undefined) addMember(session, owner, { user, level });
    else present.level = level;
  }
}

function plantMilestones(session: Session, owner: Project | Group, milestones: SeedGroup["milestones"]): void {
  const now = session.world.now();
  for (const { title, description, start_date: start, due_date: due, state } of milestones ?? []) {
    const milestone = createMilestone(session, owner, {
      title,
      description,
      startDate: start === undefined ? null : seedDay(start, now),
      dueDate: due === undefined ? null : seedDay(due, now),
    });
    if (state === "closed") closeMilestone(session, milestone);
  }
}

function plantHook(
  world: World,
  owner: Project | Group,
  { events, token, signing_token: signingToken, url }: SeedHook,
): void {
  const all = Object.keys(
    owner.kind === "group" ? { ...hookSwitches, ...groupHookSwitches } : hookSwitches,
  ) as HookSwitch[];
  const switches = new Set((events as HookSwitch[] | undefined) ?? all);
  for (const name of switches)
    if (!all.includes(name)) throw invalid({ events: [`there is no hook event "${name}": ${all.join(", ")}`] });
  const hook = newHook({
    id: nextId(world, "hook"),
    owner,
    url,
    token,
    signingToken,
    switches,
    createdAt: world.now(),
  });
  owner.hooks.set(hook.id, hook);
}

function plantProject(session: Session, given: SeedProject): void {
  const { world } = session;
  const { above, last } = splitPath(given.path);
  const namespace = world.paths.get(above.toLowerCase());
  if (namespace === undefined || namespace.kind === "project") {
    throw invalid({ path: [`there is no group or user "${above}" for ${given.path}: name it under groups`] });
  }
  const project = createProject(session, {
    id: given.id,
    name: given.name ?? last,
    path: last,
    namespace,
    description: given.description,
    visibility: given.visibility,
    topics: given.topics,
    settings: given.settings ?? {},
  });
  plantMembers(session, project, given.members);
  for (const label of given.labels ?? []) createLabel(world, project, label);
  plantMilestones(session, project, given.milestones);
  plantRepository(session, project, given);
  plantIssues(session, project, given.issues ?? []);
  plantMergeRequests(session, project, given.merge_requests ?? []);
  plantPipelines(session, project, given.pipelines ?? []);
  for (const hook of given.hooks ?? []) plantHook(world, project, hook);
}
