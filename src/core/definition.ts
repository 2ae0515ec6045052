/** Definitions: automations of a project, each compiled to an image. */
import type { Diagnostic, Sources, TriggerDescription, WorkflowDescription } from "./program.ts";

/** The sources of a definition as they were at one commit, on their way to become the active version. */
export interface DefinitionSources {
  project: string;
  language: string;
  sources: Sources;
  /** Other projects whose files are among the sources; absent for none. */
  libraries?: readonly LoadedProject[];
  /** Git commit and author; absent for a folder that is not a repository. */
  commit?: string;
  author?: string;
}

/** Another project that a definition loads files of. */
export interface LoadedProject {
  /** Full path. */
  project: string;
  /** The tag, branch or commit that the script names. */
  ref: string;
  /** What it stood for. */
  commit: string;
}

/** A trigger of the active version. */
export interface TriggerView extends TriggerDescription {
  pausedUntilResumed: boolean;
  /** When the clock pulls it next, epoch ms. */
  nextAt?: number;
}

export interface DefinitionView {
  project: string;
  path: string;
  language: string;
  /** The version that starts new runs; absent until one compiled. */
  imageHash?: string;
  commit?: string;
  author?: string;
  /** Other projects that the active version loads files of. */
  libraries?: LoadedProject[];
  /** Epoch ms at which that version became active. */
  activeSince?: number;
  triggers: TriggerView[];
  /** Present when the active version is started by name. */
  workflow?: WorkflowDescription;
  /** Problems of the newest version, when it did not replace the active one. */
  problems: Diagnostic[];
}
