/** Environments and what was deployed to them. */
import type { Job } from "./pipeline.ts";
import type { Project } from "./project.ts";
import type { User } from "./user.ts";

export const environmentTiers = ["production", "staging", "testing", "development", "other"] as const;

export interface Environment {
  id: number;
  name: string;
  slug: string;
  externalUrl: string | null;
  description: string | null;
  tier: (typeof environmentTiers)[number];
  state: "available" | "stopping" | "stopped";
  autoStopAt: number | null;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

export const deploymentStatuses = [
  "created",
  "running",
  "success",
  "failed",
  "canceled",
  "skipped",
  "blocked",
] as const;

export interface Deployment {
  id: number;
  iid: number;
  project: Project;
  environment: Environment;
  ref: string;
  sha: string;
  isTag: boolean;
  status: (typeof deploymentStatuses)[number];
  user: User;
  job: Job | undefined;
  approvals: { user: User; status: "approved" | "rejected"; comment: string; createdAt: number }[];
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
  finishedAt: number | null;
}

/** The tier that GitLab takes from an environment's name. */
export function tierOf(name: string): Environment["tier"] {
  if (/(?:dev|review|trunk)/i.test(name)) return "development";
  if (/(?:test|tst|int|ac(?:ce|)pt|qa|qc|control|quality)/i.test(name)) return "testing";
  if (/(?:st(?:a|)g|mod(?:e|)l|pre|demo|non)/i.test(name)) return "staging";
  if (/(?:pr(?:o|)d|live)/i.test(name)) return "production";
  return "other";
}
