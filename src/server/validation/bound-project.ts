/** Which project a change is of, whatever name it was given, and in which groups that is. */
import type { Action } from "../../core/action.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { decodeWire, encodeWire } from "../../core/wire.ts";

export interface BoundProject {
  /** Under which the engine may know it: its number, its full path. */
  names: string[];
  /** Full path; undefined when nothing depends on it and it was not asked for. */
  path: string | undefined;
}

export interface ProjectIdentity {
  /** What is configured: names of projects, with the full paths of those that say theirs. */
  paths: ReadonlyMap<string, string | undefined>;
  projectName: (project: string) => string;
  /** Whether groups have rules, so that the path has to be known. */
  needsPath: boolean;
  gitlab: Action | undefined;
}

interface Asked {
  timeoutMs: number;
  signal: AbortSignal;
}

/**
 * The configuration is asked first. A project that it does not name, or whose path it does not say where groups have rules, is
 * looked up in GitLab: names there may differ in case or be old, and a rule must not be passed by so. Throws VALIDATION_PROJECT.
 */
export async function findBoundProject(
  project: string,
  { paths, projectName, needsPath, gitlab }: ProjectIdentity,
  asked: Asked,
): Promise<BoundProject> {
  const key = projectName(project);
  const path = paths.get(key) ?? (paths.has(key) && key.includes("/") ? key : undefined);
  if (paths.has(key) && (path !== undefined || !needsPath)) {
    return { names: path === undefined || path === key ? [key] : [key, path], path };
  }
  const found = await lookUp(project, gitlab, asked);
  return { names: [...new Set([key, found.number, found.path, projectName(found.path)])], path: found.path };
}

async function lookUp(
  project: string,
  gitlab: Action | undefined,
  { timeoutMs, signal }: Asked,
): Promise<{ number: string; path: string }> {
  if (gitlab === undefined) throw unknown(project, "there is no GitLab to ask");
  const answer = await gitlab.perform({
    input: encodeWire({ method: "GET", path: "projects/:id" }),
    runId: "validation",
    project,
    attempt: 1,
    idempotencyKey: "validation",
    timeoutMs,
    signal,
  });
  if ("error" in answer) throw unknown(project, answer.error.message);
  const { body } = decodeWire(answer.value) as { body?: { id?: unknown; path_with_namespace?: unknown } | null };
  const { id, path_with_namespace: path } = body ?? {};
  if (typeof id !== "number" || typeof path !== "string") throw unknown(project, "the answer of GitLab is no project");
  return { number: String(id), path };
}

function unknown(project: string, why: string): AutoFlowError {
  return new AutoFlowError("VALIDATION_PROJECT", `it cannot be told which rules bind the project ${project}: ${why}`);
}
