/** Webhooks as REST answers show them. Tokens are never shown. */
import { groupHookSwitches, hookSwitches, type Hook, type HookEvent, type HookSwitch } from "../model/hook.ts";
import { isoTime } from "./times.ts";

export function hookView(hook: Hook, now: number): Record<string, unknown> {
  const isOfGroup = hook.owner?.kind === "group";
  const view: Record<string, unknown> = {
    id: hook.id,
    url: hook.url,
    name: hook.name,
    description: hook.description,
    created_at: isoTime(hook.createdAt),
    push_events_branch_filter: hook.pushEventsBranchFilter,
    branch_filter_strategy: hook.branchFilterStrategy,
    enable_ssl_verification: hook.enableSslVerification,
    alert_status: alertStatus(hook, now),
    disabled_until: hook.disabledUntil === null || hook.disabledUntil === Infinity ? null : isoTime(hook.disabledUntil),
    url_variables: hook.urlVariables.map(({ key }) => ({ key })),
    custom_headers: hook.customHeaders.map(({ key }) => ({ key })),
    custom_webhook_template: hook.customWebhookTemplate,
    token_present: hook.token !== undefined,
    signing_token_present: hook.signingToken !== undefined,
    ...(isOfGroup ? { group_id: hook.owner!.id } : { project_id: hook.owner?.id ?? null }),
  };
  const switches = isOfGroup ? { ...hookSwitches, ...groupHookSwitches } : hookSwitches;
  for (const name of Object.keys(switches) as HookSwitch[]) view[name] = hook.switches.has(name);
  return view;
}

function alertStatus({ disabledUntil }: Hook, now: number): string {
  if (disabledUntil === null || disabledUntil <= now) return "executable";
  return disabledUntil === Infinity ? "disabled" : "temporarily_disabled";
}

/** One delivery, newest first in lists. */
export function hookEventView(event: HookEvent): Record<string, unknown> {
  const headers = { ...event.headers };
  if (headers["X-Gitlab-Token"] !== undefined) headers["X-Gitlab-Token"] = "[REDACTED]";
  return {
    id: event.id,
    url: event.url,
    trigger: event.trigger,
    request_headers: headers,
    request_data: event.body,
    response_headers: { ...event.responseHeaders },
    response_body: event.responseBody,
    execution_duration: event.executionDuration,
    response_status: event.responseStatus ?? "internal error",
  };
}
