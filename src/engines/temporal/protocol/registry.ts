/** The registry of an instance: an entity that keeps definitions, flags, pauses and the builds of workers. */
import type { DefinitionSources, LoadedProject } from "../../../core/definition.ts";
import type { Diagnostic } from "../../../core/program.ts";

export interface RegistryInput {
  /** Made by whoever starts it: keys digests of names, for good. Hex. */
  salt: string;
  carry?: RegistryState;
}

export interface RegistryState {
  /** Grows with every change. */
  version: number;
  salt: string;
  definitions: DefinitionRecord[];
  flags: { name: string; project?: string; enabled: boolean }[];
  pauses: PauseRecord[];
  builds: BuildRecord[];
}

/** A definition, and its active version. */
export interface DefinitionRecord {
  project: string;
  path: string;
  language: string;
  removed?: true;
  imageHash?: string;
  commit?: string;
  author?: string;
  libraries?: LoadedProject[];
  /** Epoch ms. */
  activeSince?: number;
  /** Problems of the newest version; also warnings of the active one. */
  problems: Diagnostic[];
  /** Hashes of images that were active before and may still be used by runs. */
  earlier: { imageHash: string; until: number }[];
}

export interface PauseRecord {
  project: string;
  path: string;
  trigger: string;
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
  /** RegistryChange -> version after it. */
  change: "change",
} as const;

export type RegistryChange =
  | { kind: "putDefinition"; record: Omit<DefinitionRecord, "earlier">; keepActive: boolean }
  | { kind: "removeDefinition"; project: string; path: string }
  | { kind: "setFlag"; name: string; project?: string; enabled?: boolean }
  | { kind: "pause"; pause: PauseRecord }
  | { kind: "resume"; project: string; path: string; trigger: string }
  | { kind: "addBuild"; build: BuildRecord }
  | { kind: "dropBuild"; buildId: string }
  | { kind: "forgetImage"; imageHash: string };

export const registryQueries = {
  /** { known: version } -> RegistryState, or undefined when nothing has changed since. */
  read: "read",
} as const;

export const registrySignals = { renew: "renew" } as const;

export type { DefinitionSources };
