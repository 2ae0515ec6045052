/** Where the scripts of projects come from, and to whom a change is told. */
import type { DefinitionSources } from "../../core/definition.ts";
import { AutoFlowError } from "../../core/errors.ts";

/** Takes what a source found; an engine's `putDefinition` and `removeDefinition`, or something around them. */
export interface DefinitionSink {
  /** Sources that are new or have changed. */
  put(definition: DefinitionSources): Promise<unknown>;
  /** There is no script at this path, or none any more. It may reject with NOT_FOUND for what was never put. */
  remove(project: string, path: string): Promise<unknown>;
}

/** Finds the scripts of one or more projects and follows their changes. */
export interface DefinitionSource {
  /** Looks once, then follows changes until `stop`. Resolves when what was found has been handed over. */
  start(): Promise<void>;
  /** Looks now. Rejects with SCRIPT_SOURCE_UNAVAILABLE, or with what the sink rejects with. */
  refresh(): Promise<void>;
  /** Stops following; resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

/** The path of a project's script, as in GitLab. */
export const scriptPath = ".gitlab/autoflow/main.star";

/** Tells the sink that there is no script; that it knew of none is fine. */
export async function removeScript(sink: DefinitionSink, project: string, path: string): Promise<void> {
  try {
    await sink.remove(project, path);
  } catch (error) {
    if (!(error instanceof AutoFlowError && error.code === "NOT_FOUND")) throw error;
  }
}
