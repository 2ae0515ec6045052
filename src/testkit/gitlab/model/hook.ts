/** Webhooks of projects and groups, and what was sent to them. */
import type { Group } from "./group.ts";
import type { Project } from "./project.ts";

/** The switches of a hook, as the API names them, with what they are when they are not given. */
export const hookSwitches = {
  push_events: true,
  tag_push_events: false,
  issues_events: false,
  confidential_issues_events: false,
  note_events: false,
  confidential_note_events: false,
  merge_requests_events: false,
  job_events: false,
  pipeline_events: false,
  wiki_page_events: false,
  deployment_events: false,
  feature_flag_events: false,
  releases_events: false,
  milestone_events: false,
  emoji_events: false,
  resource_access_token_events: false,
  vulnerability_events: false,
  repository_update_events: false,
} as const;

/** Switches that only hooks of groups have. */
export const groupHookSwitches = { member_events: false, subgroup_events: false, project_events: false } as const;

export type HookSwitch = keyof typeof hookSwitches | keyof typeof groupHookSwitches;

export interface Hook {
  id: number;
  /** undefined: the hook of a test that gets everything. */
  owner: Project | Group | undefined;
  url: string;
  name: string | null;
  description: string | null;
  /** X-Gitlab-Token. */
  token: string | undefined;
  /** whsec_…, for webhook-signature. */
  signingToken: string | undefined;
  enableSslVerification: boolean;
  switches: Set<HookSwitch>;
  pushEventsBranchFilter: string | null;
  branchFilterStrategy: "wildcard" | "regex" | "all_branches";
  customHeaders: { key: string; value: string }[];
  urlVariables: { key: string; value: string }[];
  customWebhookTemplate: string | null;
  /** Consecutive deliveries that failed. */
  failures: number;
  /** Epoch ms; Infinity: for good. */
  disabledUntil: number | null;
  log: HookEvent[];
  /** Epoch ms. */
  createdAt: number;
}

/** One delivery, as the hook's events endpoint lists it. */
export interface HookEvent {
  id: number;
  trigger: string;
  headers: Record<string, string>;
  body: Record<string, unknown>;
  url: string;
  /** "internal error" when there was no answer; undefined until there is one. */
  responseStatus: string | undefined;
  responseHeaders: Record<string, string>;
  responseBody: string;
  /** Seconds. */
  executionDuration: number;
  /** Epoch ms. */
  createdAt: number;
}
