/** Releases. */
import type { Milestone } from "./milestone.ts";
import type { Project } from "./project.ts";
import type { User } from "./user.ts";

export interface ReleaseLink {
  id: number;
  name: string;
  url: string;
  directAssetPath: string | null;
  type: "other" | "runbook" | "image" | "package";
}

export interface Release {
  id: number;
  project: Project;
  tag: string;
  name: string;
  description: string | null;
  author: User;
  sha: string;
  milestones: Milestone[];
  links: ReleaseLink[];
  /** Epoch ms. */
  createdAt: number;
  releasedAt: number;
}
