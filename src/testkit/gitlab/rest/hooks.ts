/** /projects/:id/hooks and /groups/:id/hooks */
import { roles } from "../model/access.ts";
import type { Group } from "../model/group.ts";
import { groupHookSwitches, hookSwitches, type Hook, type HookSwitch } from "../model/hook.ts";
import type { Project } from "../model/project.ts";
import { nextId } from "../model/world.ts";
import { badParameter, notFound, unprocessable } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { hookEventView, hookView } from "../views/hook-view.ts";
import { newHook } from "../webhooks/new-hook.ts";
import { resend } from "../webhooks/resend.ts";
import { testBody } from "../webhooks/test-bodies.ts";
import { created, del, get, noContent, ok, post, put, sessionOf, type Answer, type Call, type Route } from "./call.ts";
import { groupFor, numberOf, projectFor } from "./found.ts";
import { bool, clearable, hashes, oneOf, optional, params, text } from "./params.ts";

type Owner = Project | Group;

export const hookRoutes = [
  ...routesOf("/projects/:id", (call) => projectFor(call, roles.maintainer)),
  ...routesOf("/groups/:id", (call) => groupFor(call, roles.owner)),
];

function routesOf(base: string, find: (call: Call) => Owner): Route[] {
  const one = `${base}/hooks/:hook_id`;
  return [
    get(`${base}/hooks`, (call) => list(call, find(call))),
    post(`${base}/hooks`, (call) => create(call, find(call))),
    get(one, (call) => ok(hookView(hookOf(call, find(call)), call.world.now()))),
    put(one, (call) => update(call, find(call))),
    del(one, (call) => remove(call, find(call))),
    get(`${one}/events`, (call) => listEvents(call, find(call))),
    post(`${one}/events/:hook_log_id/resend`, (call) => resendEvent(call, find(call))),
    post(`${one}/test/:trigger`, (call) => test(call, find(call))),
    put(`${one}/custom_headers/:key`, (call) => setHeader(call, find(call))),
    del(`${one}/custom_headers/:key`, (call) => removeHeader(call, find(call))),
    put(`${one}/url_variables/:key`, (call) => setVariable(call, find(call))),
    del(`${one}/url_variables/:key`, (call) => removeVariable(call, find(call))),
  ];
}

function list(call: Call, owner: Owner): Answer {
  return offsetPage(call, [...owner.hooks.values()], (hook) => hookView(hook, call.world.now()));
}

/** Throws 404. */
function hookOf(call: Call, owner: Owner): Hook {
  const hook = owner.hooks.get(numberOf(call, "hook_id"));
  if (hook === undefined) throw notFound("Hook");
  return hook;
}

const hookParams = params({
  url: optional(text),
  name: clearable(text),
  description: clearable(text),
  token: clearable(text),
  signing_token: clearable(text),
  enable_ssl_verification: optional(bool),
  push_events_branch_filter: clearable(text),
  branch_filter_strategy: optional(oneOf("wildcard", "regex", "all_branches")),
  custom_headers: optional(hashes),
  url_variables: optional(hashes),
  custom_webhook_template: clearable(text),
});

function create(call: Call, owner: Owner): Answer {
  const given = hookParams(call.input);
  if (given.url === undefined) throw badParameter("url is missing");
  const hook = newHook({
    id: nextId(call.world, "hook"),
    owner,
    url: given.url,
    token: undefined,
    switches: new Set(),
    createdAt: call.world.now(),
  });
  for (const [name, isOn] of Object.entries(switchesOf(owner))) if (isOn) hook.switches.add(name as HookSwitch);
  change(call, hook);
  owner.hooks.set(hook.id, hook);
  return created(hookView(hook, call.world.now()));
}

function switchesOf({ kind }: Owner): Partial<Record<HookSwitch, boolean>> {
  return kind === "group" ? { ...hookSwitches, ...groupHookSwitches } : hookSwitches;
}

function update(call: Call, owner: Owner): Answer {
  const hook = hookOf(call, owner);
  change(call, hook);
  return ok(hookView(hook, call.world.now()));
}

/** A new address takes the token with it, unless it is sent again. */
function change(call: Call, hook: Hook): void {
  const given = hookParams(call.input);
  if (given.url !== undefined) {
    checkUrl(given.url);
    if (given.url !== hook.url) hook.token = undefined;
    hook.url = given.url;
  }
  if (given.token !== undefined) hook.token = given.token ?? undefined;
  if (given.signing_token !== undefined) hook.signingToken = given.signing_token ?? undefined;
  if (given.name !== undefined) hook.name = given.name;
  if (given.description !== undefined) hook.description = given.description;
  if (given.enable_ssl_verification !== undefined) hook.enableSslVerification = given.enable_ssl_verification;
  if (given.push_events_branch_filter !== undefined) hook.pushEventsBranchFilter = given.push_events_branch_filter;
  if (given.branch_filter_strategy !== undefined) hook.branchFilterStrategy = given.branch_filter_strategy;
  if (given.custom_headers !== undefined) hook.customHeaders = keysAndValues(given.custom_headers);
  if (given.url_variables !== undefined) hook.urlVariables = keysAndValues(given.url_variables);
  if (given.custom_webhook_template !== undefined) hook.customWebhookTemplate = given.custom_webhook_template;
  const switches = hook.owner === undefined ? {} : switchesOf(hook.owner);
  for (const name of Object.keys(switches) as HookSwitch[]) setSwitch(hook, name, call.input[name]);
}

function setSwitch(hook: Hook, name: HookSwitch, raw: unknown): void {
  if (raw === undefined || raw === null) return;
  const isOn = bool.parse(raw);
  if (isOn === undefined) throw badParameter(`${name} is invalid`);
  if (isOn) hook.switches.add(name);
  else hook.switches.delete(name);
}

function checkUrl(url: string): void {
  const scheme = URL.parse(url.replaceAll(/[{}]/g, ""))?.protocol;
  if (scheme !== "http:" && scheme !== "https:") {
    throw unprocessable("Invalid url given");
  }
}

function keysAndValues(items: Record<string, unknown>[]): { key: string; value: string }[] {
  if (items.length > 20) throw badParameter("custom_headers has more than 20 entries");
  return items.map(({ key, value }) => ({ key: String(key), value: String(value) }));
}

function remove(call: Call, owner: Owner): Answer {
  owner.hooks.delete(hookOf(call, owner).id);
  return noContent();
}

function listEvents(call: Call, owner: Owner): Answer {
  const wanted = call.input["status"];
  const events = hookOf(call, owner).log.filter(({ responseStatus }) => isOfStatus(responseStatus ?? "", wanted));
  return offsetPage(call, events.toReversed(), hookEventView);
}

function isOfStatus(status: string, given: unknown): boolean {
  const wanted = text.parse(given);
  if (wanted === undefined) return true;
  const classes: Record<string, string> = { successful: "2", client_failure: "4", server_failure: "5" };
  const first = classes[wanted];
  return first === undefined ? status === wanted : status.startsWith(first);
}

/** Sends a delivery again, with its Idempotency-Key. */
function resendEvent(call: Call, owner: Owner): Answer {
  const hook = hookOf(call, owner);
  const event = hook.log.find(({ id }) => id === numberOf(call, "hook_log_id"));
  if (event === undefined) throw notFound("Hook event");
  resend(call.world, hook, owner, event);
  return created({ response_status: 200 });
}

/** Sends an example made of what the project has. Throws 422 when it has nothing of the kind. */
function test(call: Call, owner: Owner): Answer {
  const hook = hookOf(call, owner);
  testBody(sessionOf(call), hook, owner, call.ids["trigger"]!);
  return created({ message: "201 Created" });
}

const valueParams = params({ value: optional(text) });

function setHeader(call: Call, owner: Owner): Answer {
  const hook = hookOf(call, owner);
  hook.customHeaders = withKey(hook.customHeaders, call.ids["key"]!, valueParams(call.input).value);
  return noContent();
}

function removeHeader(call: Call, owner: Owner): Answer {
  const hook = hookOf(call, owner);
  hook.customHeaders = withoutKey(hook.customHeaders, call.ids["key"]!);
  return noContent();
}

function setVariable(call: Call, owner: Owner): Answer {
  const hook = hookOf(call, owner);
  hook.urlVariables = withKey(hook.urlVariables, call.ids["key"]!, valueParams(call.input).value);
  return noContent();
}

function removeVariable(call: Call, owner: Owner): Answer {
  const hook = hookOf(call, owner);
  hook.urlVariables = withoutKey(hook.urlVariables, call.ids["key"]!);
  return noContent();
}

type KeyAndValue = { key: string; value: string };

function withKey(items: KeyAndValue[], key: string, value: string | undefined): KeyAndValue[] {
  if (value === undefined) throw badParameter("value is missing");
  return [...items.filter((item) => item.key !== key), { key, value }];
}

function withoutKey(items: KeyAndValue[], key: string): KeyAndValue[] {
  if (!items.some((item) => item.key === key)) throw notFound("Key");
  return items.filter((item) => item.key !== key);
}
