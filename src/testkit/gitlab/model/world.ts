/** Everything that one simulated GitLab knows. */
import type { Activity, Todo } from "./activity.ts";
import type { Epic } from "./epic.ts";
import type { Group } from "./group.ts";
import type { Hook } from "./hook.ts";
import type { Issue } from "./issue.ts";
import type { MergeRequest } from "./merge-request.ts";
import type { CommitInProject, Note } from "./note.ts";
import type { Project } from "./project.ts";
import type { Token } from "./token.ts";
import type { User } from "./user.ts";
import type { Delivery } from "../webhooks/delivery.ts";

export interface World {
  /** Epoch ms. */
  now(): number;
  /** Without a slash at the end: "https://gitlab.example.com". */
  url: string;
  /** Its host alone. */
  host: string;
  version: string;
  /** The last id that was given to each kind of thing. */
  ids: Map<string, number>;
  /** What must look random follows from this whole number and a counter: a test sees the same in every run. */
  entropy: number;
  draws: number;
  users: Map<number, User>;
  groups: Map<number, Group>;
  projects: Map<number, Project>;
  /** Users, groups and projects by their full path in lower case. */
  paths: Map<string, User | Group | Project>;
  /** By value. */
  tokens: Map<string, Token>;
  /** By their global id. */
  issues: Map<number, Issue>;
  mergeRequests: Map<number, MergeRequest>;
  epics: Map<number, Epic>;
  notes: Map<number, Note>;
  /** Comments of commits, by project id and commit id: "42:7b5c3cc8…". */
  commitNotes: Map<string, CommitInProject>;
  activities: Activity[];
  todos: Todo[];
  /** Gets whatever any hook could get. */
  everyHook: Hook | undefined;
  /** What is to be delivered when the request or change under way is done. */
  outbox: Delivery[];
}

/** A world in which somebody changes something. */
export interface Session {
  world: World;
  user: User;
}

export function emptyWorld(options: Pick<World, "now" | "url" | "version" | "entropy">): World {
  return {
    ...options,
    host: new URL(options.url).hostname,
    ids: new Map(),
    draws: 0,
    users: new Map(),
    groups: new Map(),
    projects: new Map(),
    paths: new Map(),
    tokens: new Map(),
    issues: new Map(),
    mergeRequests: new Map(),
    epics: new Map(),
    notes: new Map(),
    commitNotes: new Map(),
    activities: [],
    todos: [],
    everyHook: undefined,
    outbox: [],
  };
}

/** The next id of a kind of thing, unique in the world. */
export function nextId(world: World, kind: string): number {
  const id = (world.ids.get(kind) ?? 0) + 1;
  world.ids.set(kind, id);
  return id;
}

/** An id that was given from outside; later ids are greater. */
export function takeId(world: World, kind: string, id: number | undefined): number {
  if (id === undefined) return nextId(world, kind);
  world.ids.set(kind, Math.max(world.ids.get(kind) ?? 0, id));
  return id;
}

/** The next number of a kind of thing within a project or group, or the one that was given. */
export function takeIid(owner: { iids: Map<string, number> }, kind: string, iid?: number): number {
  const last = owner.iids.get(kind) ?? 0;
  const taken = iid ?? last + 1;
  owner.iids.set(kind, Math.max(last, taken));
  return taken;
}
