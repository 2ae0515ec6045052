/** The registry of an instance: an entity that keeps definitions, flags, pauses and the builds of workers. */
import type { LoadedProject } from "../../../core/definition.ts";
import type { FlagView } from "../../../core/engine.ts";
import type { Diagnostic } from "../../../core/program.ts";
import type { Schedule } from "../../../core/schedule.ts";

export interface RegistryInput {
  /** Made by whoever starts it: keys digests of names, for good. Hex. */
  salt: string;
  carry?: RegistryState;
}

export interface RegistryState {
  /** Grows with every change. */
  version: number;
  salt: string;
  /** In the order in which they came. */
  definitions: DefinitionRecord[];
  /** What somebody has set. */
  flags: FlagView[];
  pauses: PauseRecord[];
  builds: BuildRecord[];
  /** Scheduled triggers whose entities have not heard of a change. */
  unarmed: UnarmedTrigger[];
  /** The version at which a definition was last forgotten: who knows only older ones is told everything. */
  forgotten: number;
}

/** Removed definitions, and images that were replaced, are kept for so long: starts that are under way may need them. */
export const keptMs = 24 * 3_600_000;

/** A definition, and its active version. Times are epoch ms. */
export interface DefinitionRecord {
  project: string;
  path: string;
  language: string;
  /** When it was removed: it is kept for a while, since what was under way may need it. */
  removed?: number;
  /** Of the active version; absent until one compiled. */
  imageHash?: string;
  commit?: string;
  author?: string;
  libraries?: LoadedProject[];
  activeSince?: number;
  /** Present when it is started by name. */
  workflow?: { name: string; version: string };
  schedules: ScheduleRecord[];
  /** Problems of the newest version, when it did not replace the active one. */
  problems: Diagnostic[];
  /** Images that were active before and may still be asked for. */
  earlier: { imageHash: string; until: number }[];
  /** The registry's version at which it was last changed. */
  changed: number;
}

/** A trigger that the clock pulls. */
export interface ScheduleRecord {
  trigger: string;
  schedule: Schedule;
  /** Since when it is this one, epoch ms. */
  began: number;
}

/** Names a trigger of a definition. */
export interface TriggerName {
  project: string;
  path: string;
  trigger: string;
}

export interface UnarmedTrigger extends TriggerName {
  /** The registry's version with the change. */
  version: number;
}

export interface PauseRecord extends TriggerName {
  /** The project in whose log it is paused, and the object. */
  log: string;
  object: string;
  reason: string;
  since: number;
}

/** A version of the workers' code. */
export interface BuildRecord {
  buildId: string;
  /** Epoch ms at which it was first seen. */
  since: number;
}

export const registryUpdates = {
  /** RegistryChange -> RegistryAnswer. Refuses with an application failure of type = error code. */
  change: "change",
} as const;

/** Each of them may be made again. */
export type RegistryChange =
  | { kind: "activate"; version: NewVersion }
  /** The newest version of a definition does not become the active one. */
  | { kind: "refuse"; project: string; path: string; language: string; problems: Diagnostic[] }
  | { kind: "removeDefinition"; project: string; path: string }
  /** `enabled` absent: back to what is inherited. */
  | { kind: "setFlag"; name: string; project?: string; enabled?: boolean }
  | { kind: "pause"; pause: PauseRecord }
  | ({ kind: "resume" } & TriggerName)
  | { kind: "addBuild"; build: BuildRecord }
  | { kind: "dropBuild"; buildId: string };

/** A version that is to become the active one of its definition. */
export interface NewVersion extends Pick<
  DefinitionRecord,
  "project" | "path" | "language" | "commit" | "author" | "libraries" | "workflow"
> {
  imageHash: string;
  schedules: Omit<ScheduleRecord, "began">[];
}

/** Whether the active version of a definition is this one. */
export function isActiveVersion(known: DefinitionRecord, version: Omit<NewVersion, "schedules">): boolean {
  return (
    known.imageHash === version.imageHash &&
    known.commit === version.commit &&
    JSON.stringify(known.libraries ?? []) === JSON.stringify(version.libraries ?? [])
  );
}

export interface RegistryAnswer {
  /** The registry's version after the change. */
  version: number;
  /** Path of another definition that is the same workflow already: nothing was changed. */
  twin?: string;
}

export const registryQueries = {
  /** { known: version } -> RegistryNews, or undefined when nothing has changed since. */
  read: "read",
} as const;

/** What has changed since a version. */
export interface RegistryNews {
  /** Among its definitions are only those that have changed, unless it is complete. */
  state: RegistryState;
  complete: boolean;
}

/** `renew`: continue in a new execution soon. */
export const registrySignals = { renew: "renew" } as const;
