/** What a request shows to say who it is from. */
import type { Group } from "./group.ts";
import type { Project } from "./project.ts";
import type { User } from "./user.ts";

export interface Token {
  id: number;
  value: string;
  name: string;
  user: User;
  /** "api", "read_api", … */
  scopes: string[];
  /** A project's or group's token reaches nothing else by its bot's membership. */
  owner: Project | Group | undefined;
  /** YYYY-MM-DD. */
  expiresAt: string | null;
  isRevoked: boolean;
  /** Epoch ms. */
  createdAt: number;
  lastUsedAt: number | null;
}
