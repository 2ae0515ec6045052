/** Emoji that people gave to something. */
import type { User } from "./user.ts";

export interface Award {
  id: number;
  name: string;
  user: User;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
}

/** How often an emoji was given; skin tones of it count. */
export function countAwards(awards: readonly Award[], name: string): number {
  let count = 0;
  for (const award of awards) if (award.name === name || award.name.startsWith(`${name}_tone`)) count++;
  return count;
}
