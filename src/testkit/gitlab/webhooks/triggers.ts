/** The kinds of events that hooks listen for. */
import type { Trigger } from "./delivery.ts";

/** By the name that `POST …/hooks/:hook_id/test/:trigger` takes, where it takes one. */
export const triggers = {
  push_events: { switch: "push_events", header: "Push Hook", name: "push_hooks" },
  tag_push_events: { switch: "tag_push_events", header: "Tag Push Hook", name: "tag_push_hooks" },
  issues_events: { switch: "issues_events", header: "Issue Hook", name: "issue_hooks" },
  confidential_issues_events: {
    switch: "confidential_issues_events",
    header: "Confidential Issue Hook",
    name: "confidential_issue_hooks",
  },
  note_events: { switch: "note_events", header: "Note Hook", name: "note_hooks" },
  confidential_note_events: {
    switch: "confidential_note_events",
    header: "Confidential Note Hook",
    name: "confidential_note_hooks",
  },
  merge_requests_events: { switch: "merge_requests_events", header: "Merge Request Hook", name: "merge_request_hooks" },
  job_events: { switch: "job_events", header: "Job Hook", name: "job_hooks" },
  pipeline_events: { switch: "pipeline_events", header: "Pipeline Hook", name: "pipeline_hooks" },
  deployment_events: { switch: "deployment_events", header: "Deployment Hook", name: "deployment_hooks" },
  feature_flag_events: { switch: "feature_flag_events", header: "Feature Flag Hook", name: "feature_flag_hooks" },
  releases_events: { switch: "releases_events", header: "Release Hook", name: "release_hooks" },
  milestone_events: { switch: "milestone_events", header: "Milestone Hook", name: "milestone_hooks" },
  emoji_events: { switch: "emoji_events", header: "Emoji Hook", name: "emoji_hooks" },
  resource_access_token_events: {
    switch: "resource_access_token_events",
    header: "Resource Access Token Hook",
    name: "resource_access_token_hooks",
  },
  member_events: { switch: "member_events", header: "Member Hook", name: "member_hooks" },
  subgroup_events: { switch: "subgroup_events", header: "Subgroup Hook", name: "subgroup_hooks" },
  project_events: { switch: "project_events", header: "Project Hook", name: "project_hooks" },
} as const satisfies Record<string, Trigger>;
