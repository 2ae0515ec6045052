/** Groups and who belongs to them. */
import type { Epic } from "./epic.ts";
import type { Hook } from "./hook.ts";
import type { Iteration } from "./iteration.ts";
import type { Label } from "./label.ts";
import type { Milestone } from "./milestone.ts";
import type { Project } from "./project.ts";
import type { User } from "./user.ts";

export type Visibility = "private" | "internal" | "public";

export interface Member {
  user: User;
  level: number;
  /** Epoch ms. */
  createdAt: number;
  createdBy: User | undefined;
  /** YYYY-MM-DD. */
  expiresAt: string | null;
}

/** Somebody who asked to be let in. */
export interface AccessRequest {
  user: User;
  /** Epoch ms. */
  requestedAt: number;
}

export interface Group {
  kind: "group";
  id: number;
  name: string;
  path: string;
  fullPath: string;
  fullName: string;
  parent: Group | undefined;
  children: Map<number, Group>;
  projects: Map<number, Project>;
  description: string;
  visibility: Visibility;
  avatarUrl: string | null;
  /** By the user's id. */
  members: Map<number, Member>;
  /** By the user's id. */
  accessRequests: Map<number, AccessRequest>;
  labels: Map<number, Label>;
  milestones: Map<number, Milestone>;
  iterations: Map<number, Iteration>;
  /** By iid. */
  epics: Map<number, Epic>;
  hooks: Map<number, Hook>;
  /** The next iid of each kind of thing. */
  iids: Map<string, number>;
  /** Epoch ms. */
  createdAt: number;
}

/** The group and those above it, nearest first. */
export function groupAndAbove(group: Group | undefined): Group[] {
  const groups: Group[] = [];
  for (let at = group; at !== undefined; at = at.parent) groups.push(at);
  return groups;
}

/** The group and those below it. */
export function groupAndBelow(group: Group): Group[] {
  const groups = [group];
  for (const child of group.children.values()) groups.push(...groupAndBelow(child));
  return groups;
}

/** The projects of the group and of those below it. */
export function projectsBelow(group: Group): Project[] {
  return groupAndBelow(group).flatMap(({ projects }) => [...projects.values()]);
}
