/** Files, branches, tags, pipelines and environments of a seed. */
import type { Project } from "../model/project.ts";
import { resolveRef, type Commit } from "../model/repository.ts";
import type { Session } from "../model/world.ts";
import { addCommit, applyActions } from "../operations/commits.ts";
import { createEnvironment } from "../operations/deployments.ts";
import { finishJob, finishPipeline } from "../operations/job-outcomes.ts";
import { createPipeline } from "../operations/pipelines.ts";
import { headOf, moveBranch, moveTag } from "../operations/pushes.ts";
import { invalid } from "../operations/refusal.ts";
import type { SeedProject } from "./seed-schema.ts";

export function plantRepository(session: Session, project: Project, given: SeedProject): void {
  const main = given.default_branch ?? "main";
  const needsCommit = given.files !== undefined || given.branches !== undefined || given.tags !== undefined;
  if (needsCommit)
    commitFiles(session, project, main, given.files ?? { "README.md": `# ${project.name}\n` }, undefined);
  for (const [branch, files] of Object.entries(given.branches ?? {})) {
    commitFiles(session, project, branch, files, headOf(project, main));
  }
  for (const [tag, ref] of Object.entries(given.tags ?? {})) {
    const commit = resolveRef(project.repository, ref);
    if (commit === undefined) throw invalid({ tags: [`${project.fullPath} has no "${ref}" for the tag ${tag}`] });
    moveTag(session, project, tag, {
      sha: commit.sha,
      message: null,
      isProtected: false,
      createdAt: session.world.now(),
    });
  }
  for (const name of given.environments ?? []) createEnvironment(session.world, project, { name });
}

function commitFiles(
  session: Session,
  project: Project,
  branch: string,
  files: Record<string, string>,
  start: Commit | undefined,
): void {
  const encoder = new TextEncoder();
  const before = start?.tree ?? new Map();
  const actions = Object.entries(files).map(([path, content]) => {
    return {
      action: before.has(path) ? ("update" as const) : ("create" as const),
      path,
      content: encoder.encode(content),
    };
  });
  if (actions.length === 0 && start !== undefined) return moveBranch(session, project, branch, start.sha);
  const commit = addCommit(session, project.repository, {
    message: start === undefined ? "Initial commit" : `Work on ${branch}`,
    parents: start === undefined ? [] : [start.sha],
    tree: applyActions(before, actions),
  });
  moveBranch(session, project, branch, commit.sha);
}

export function plantPipelines(
  session: Session,
  project: Project,
  pipelines: NonNullable<SeedProject["pipelines"]>,
): void {
  for (const { ref, status, jobs } of pipelines) {
    const pipeline = createPipeline(session, project, {
      ref: ref ?? project.repository.defaultBranch ?? "main",
      source: "push",
      jobs: jobs.map(({ name, stage }) => {
        return { name, stage: stage ?? "test", when: "on_success", allowFailure: false, tags: [], environment: null };
      }),
    })!;
    for (const [i, job] of jobs.entries())
      if (job.status !== undefined) finishJob(session, pipeline.jobs[i]!, job.status);
    if (status !== undefined) finishPipeline(session, pipeline, status);
  }
}
