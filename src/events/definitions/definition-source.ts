/** Where the definitions of projects come from, and to whom a change is told. */
import type { DefinitionSources } from "../../core/definition.ts";

/** Takes what a source found: an engine, or something around it. */
export interface DefinitionSink {
  /** Sources that are new or have changed. Resolves with whether they are in use; those that are not are put again when something has gone. */
  put(definition: DefinitionSources): Promise<boolean>;
  /** These are all the definitions that a project has now; whatever else is known of it is gone. Told before what is new is put. */
  retain(project: string, paths: readonly string[]): Promise<unknown>;
}

/** Finds the definitions of one or more projects and follows their changes. */
export interface DefinitionSource {
  /** Looks once, then follows changes until `stop`. Resolves when what was found has been handed over. */
  start(): Promise<void>;
  /** Looks now. Rejects with SCRIPT_SOURCE_UNAVAILABLE, or with what the sink rejects with. */
  refresh(): Promise<void>;
  /** Stops following; resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** The path of a project's Starlark script, as in GitLab. */
export const scriptPath = ".gitlab/autoflow/main.star";
