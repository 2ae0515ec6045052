/** Pipelines and their jobs. Nothing runs them: whoever uses the simulation says what becomes of a job. */
import type { Project } from "./project.ts";
import type { User } from "./user.ts";

export const jobStatuses = [
  "created",
  "pending",
  "running",
  "failed",
  "success",
  "canceled",
  "skipped",
  "waiting_for_resource",
  "manual",
  "scheduled",
  "preparing",
  "canceling",
] as const;
export type JobStatus = (typeof jobStatuses)[number];

export interface Pipeline {
  id: number;
  iid: number;
  project: Project;
  name: string | null;
  ref: string;
  sha: string;
  beforeSha: string;
  isTag: boolean;
  source: string;
  status: JobStatus;
  user: User;
  variables: { key: string; value: string; variable_type: string }[];
  jobs: Job[];
  mergeRequestIid: number | undefined;
  coverage: string | null;
  yamlErrors: string | null;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
  startedAt: number | null;
  finishedAt: number | null;
}

export interface Job {
  id: number;
  pipeline: Pipeline;
  name: string;
  stage: string;
  status: JobStatus;
  when: "on_success" | "on_failure" | "always" | "manual" | "delayed";
  allowFailure: boolean;
  user: User;
  tags: string[];
  environment: string | null;
  failureReason: string | null;
  /** Newer attempts are other jobs; this one is no longer part of its pipeline's status. */
  isRetried: boolean;
  retries: number;
  trace: string;
  artifactsFile: { filename: string; size: number; content: Uint8Array } | undefined;
  coverage: number | null;
  /** What an outside system says with its commit status. */
  targetUrl: string | null;
  description: string | null;
  /** Epoch ms. */
  createdAt: number;
  queuedAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  erasedAt: number | null;
}

/** Nothing more happens by itself. */
export function isFinished(status: JobStatus): boolean {
  return status === "success" || status === "failed" || status === "canceled" || status === "skipped";
}

/** The stages in the order in which their first jobs were made. */
export function stagesOf(pipeline: Pipeline): string[] {
  return [...new Set(pipeline.jobs.map(({ stage }) => stage))];
}

/** What a pipeline's status is by those of its jobs, as GitLab sums them up. */
export function statusOfJobs(jobs: readonly Job[]): JobStatus {
  const counted = jobs.filter(({ isRetried }) => !isRetried);
  const statuses = new Set(
    counted.map((job) => (job.allowFailure && job.status === "failed" ? "success" : job.status)),
  );
  const optional = counted.every(({ status, allowFailure }) => status !== "manual" || allowFailure);
  if (statuses.has("manual") && statuses.size > 1 && optional) statuses.delete("manual");
  const every = (...wanted: JobStatus[]): boolean => [...statuses].every((status) => wanted.includes(status));
  if (statuses.size === 0) return "skipped";
  if (every("skipped")) return "skipped";
  if (every("success", "skipped")) return "success";
  if (every("created")) return "created";
  if (every("success", "skipped", "canceled") && statuses.has("canceled")) return "canceled";
  if (statuses.has("canceling")) return "canceling";
  if (statuses.has("running")) return "running";
  if (statuses.has("waiting_for_resource")) return "waiting_for_resource";
  if (statuses.has("preparing")) return "preparing";
  if (every("pending", "created", "skipped")) return "pending";
  if (statuses.has("pending") || (statuses.has("created") && !statuses.has("failed") && !statuses.has("manual"))) {
    return "running";
  }
  if (statuses.has("manual") && !statuses.has("failed")) return "manual";
  if (statuses.has("scheduled") && !statuses.has("failed")) return "scheduled";
  return "failed";
}
