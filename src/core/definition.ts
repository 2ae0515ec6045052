/** Definitions: automations of a project, each compiled to an image. */
import type { Diagnostic, Sources, TriggerDescription } from "./program.ts";

/** The sources of a definition as they were at one commit, on their way to become the active version. */
export interface DefinitionSources {
  project: string;
  language: string;
  sources: Sources;
  /** Git commit and author; absent for a folder that is not a repository. */
  commit?: string;
  author?: string;
}

export interface DefinitionView {
  project: string;
  path: string;
  language: string;
  /** The version that starts new runs; absent until one compiled. */
  imageHash?: string;
  commit?: string;
  author?: string;
  /** Epoch ms at which that version became active. */
  activeSince?: number;
  triggers: (TriggerDescription & { pausedUntilResumed: boolean })[];
  /** Problems of the newest version, when it did not replace the active one. */
  problems: Diagnostic[];
}
