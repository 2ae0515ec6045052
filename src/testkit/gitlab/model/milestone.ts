/** Milestones of projects and groups. */
import type { Group } from "./group.ts";
import type { Project } from "./project.ts";

export interface Milestone {
  id: number;
  iid: number;
  title: string;
  description: string;
  state: "active" | "closed";
  owner: Project | Group;
  /** YYYY-MM-DD. */
  startDate: string | null;
  dueDate: string | null;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}
