/** Sending a delivery once more. */
import type { Group } from "../model/group.ts";
import type { Hook, HookEvent } from "../model/hook.ts";
import type { Project } from "../model/project.ts";
import { nextId, type World } from "../model/world.ts";
import { Delivery } from "./delivery.ts";

/** The same headers and body as before; a receiver knows it by the Idempotency-Key. */
export function resend(world: World, hook: Hook, scope: Project | Group, event: HookEvent): void {
  const again: HookEvent = {
    ...event,
    id: nextId(world, "hook event"),
    responseStatus: undefined,
    createdAt: world.now(),
  };
  hook.log.push(again);
  world.outbox.push(new Delivery(hook, scope, again));
}
