/** Sending a delivery once more. */
import type { Group } from "../model/group.ts";
import type { Hook, HookEvent } from "../model/hook.ts";
import type { Project } from "../model/project.ts";
import { nextId, type World } from "../model/world.ts";

/** The same headers and body as before; a receiver knows it by the Idempotency-Key. */
export function resend(world: World, hook: Hook, scope: Project | Group, event: HookEvent): void {
  const again: HookEvent = {
    ...event,
    id: nextId(world, "hook event"),
    responseStatus: undefined,
    createdAt: world.now(),
  };
  hook.log.push(again);
  world.outbox.push({
    hook,
    scope,
    headers: event.headers,
    body: event.body,
    text: JSON.stringify(event.body),
    event: again,
  });
}
