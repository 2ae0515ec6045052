/** Users as seeds name them. */
import type { User } from "../model/user.ts";
import type { World } from "../model/world.ts";
import { invalid } from "../operations/refusal.ts";

/** A user by name. Throws for one that is not there. */
export function userNamed(world: World, name: string): User {
  const user = world.paths.get(name.toLowerCase());
  if (user?.kind === "user") return user;
  throw invalid({ user: [`there is no user "${name}": name it under users`] });
}
