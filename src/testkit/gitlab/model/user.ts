/** People, and the bots of project and group tokens. */
export interface User {
  kind: "user";
  id: number;
  username: string;
  name: string;
  email: string;
  publicEmail: string;
  state: "active" | "blocked" | "deactivated";
  avatarUrl: string | null;
  bio: string;
  isAdmin: boolean;
  isExternal: boolean;
  isBot: boolean;
  /** Epoch ms. */
  createdAt: number;
}
