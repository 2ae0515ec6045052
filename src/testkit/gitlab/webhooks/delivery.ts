/** What is sent to a hook, and to which hooks. */
import { createHmac } from "node:crypto";
import { drawUuid } from "../model/draw.ts";
import { groupAndAbove, type Group } from "../model/group.ts";
import type { Hook, HookEvent, HookSwitch } from "../model/hook.ts";
import { groupOf, type Project } from "../model/project.ts";
import { nextId, type World } from "../model/world.ts";
import { fillTemplate, wantsBranch } from "./shaping.ts";

export class Delivery {
  readonly hook: Hook;
  /** What the event is about. */
  readonly scope: Project | Group;
  /** Its row in the list of the hook's events. */
  readonly event: HookEvent;
  #text: string | undefined;

  constructor(hook: Hook, scope: Project | Group, event: HookEvent) {
    this.hook = hook;
    this.scope = scope;
    this.event = event;
  }

  /** In the order in which GitLab writes them, with its capitals. Signatures are of `text`. */
  get headers(): Record<string, string> {
    return this.event.headers;
  }

  get body(): Record<string, unknown> {
    return this.event.body;
  }

  /** The body as it is sent. */
  get text(): string {
    const template = this.hook.customWebhookTemplate;
    this.#text ??= template === null ? JSON.stringify(this.body) : fillTemplate(template, this.body);
    return this.#text;
  }
}

/** What a hook listens for, and what X-Gitlab-Event says. */
export interface Trigger {
  switch: HookSwitch;
  header: string;
  /** As the hook's list of events names it: "issue_hooks". */
  name: string;
  /** Of a push to a branch: hooks may want some branches only. */
  branch?: string;
}

/** Puts a delivery for each hook that wants it into the outbox. The body is only made when some hook does. */
export function emit(
  world: World,
  scope: Project | Group,
  trigger: Trigger,
  makeBody: () => Record<string, unknown>,
): void {
  const hooks = hooksFor(world, scope, trigger);
  if (hooks.length === 0) return;
  const body = makeBody();
  const eventUuid = drawUuid(world);
  for (const hook of hooks) deliver(world, { hook, scope, trigger, body, eventUuid });
}

interface DeliveryParts {
  hook: Hook;
  scope: Project | Group;
  trigger: Trigger;
  body: Record<string, unknown>;
  eventUuid: string;
}

/** Puts one delivery into the outbox, whatever the hook listens for. */
export function deliver(world: World, { hook, scope, trigger, body, eventUuid }: DeliveryParts): Delivery {
  const headers = headersOf(world, hook, trigger, eventUuid);
  const event: HookEvent = {
    id: nextId(world, "hook event"),
    trigger: trigger.name,
    headers,
    body,
    url: hook.url,
    responseStatus: undefined,
    responseHeaders: {},
    responseBody: "",
    executionDuration: 0,
    createdAt: world.now(),
  };
  hook.log.push(event);
  if (hook.log.length > keptEvents) hook.log.shift();
  const delivery = new Delivery(hook, scope, event);
  if (hook.signingToken !== undefined) sign(world, hook.signingToken, delivery);
  world.outbox.push(delivery);
  return delivery;
}

const keptEvents = 1000;

function hooksFor(world: World, scope: Project | Group, trigger: Trigger): Hook[] {
  const owners = scope.kind === "project" ? [scope, ...groupAndAbove(groupOf(scope))] : groupAndAbove(scope);
  const wanted = world.everyHook === undefined ? [] : [world.everyHook];
  for (const { hooks } of owners) {
    for (const hook of hooks.values()) {
      const isWanted =
        hook.switches.has(trigger.switch) && (trigger.branch === undefined || wantsBranch(hook, trigger.branch));
      if (isWanted && !isDisabled(hook, world.now())) wanted.push(hook);
    }
  }
  return wanted;
}

/** A hook that failed too often gets nothing for a while. */
function isDisabled(hook: Hook, now: number): boolean {
  return hook.disabledUntil !== null && hook.disabledUntil > now;
}

function headersOf(world: World, hook: Hook, trigger: Trigger, eventUuid: string): Record<string, string> {
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "User-Agent": `GitLab/${world.version}`,
    "X-Gitlab-Event": trigger.header,
    "X-Gitlab-Webhook-UUID": drawUuid(world),
    "X-Gitlab-Instance": world.url,
    "X-Gitlab-Event-UUID": eventUuid,
    "Idempotency-Key": drawUuid(world),
  };
  if (hook.token !== undefined) headers["X-Gitlab-Token"] = hook.token;
  for (const { key, value } of hook.customHeaders) headers[key] = value;
  return headers;
}

/** The headers of Standard Webhooks, for hooks with a signing token. */
function sign(world: World, signingToken: string, { headers, text }: Delivery): void {
  const id = headers["Idempotency-Key"]!;
  const timestamp = String(Math.floor(world.now() / 1000));
  const key = Buffer.from(signingToken.replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${text}`).digest("base64");
  headers["webhook-id"] = id;
  headers["webhook-timestamp"] = timestamp;
  headers["webhook-signature"] = `v1,${signature}`;
}
