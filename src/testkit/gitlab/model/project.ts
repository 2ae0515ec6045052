/** Projects: everything that is theirs hangs from them. */
import type { Environment, Deployment } from "./environment.ts";
import type { FeatureFlag } from "./feature-flag.ts";
import type { AccessRequest, Group, Member, Visibility } from "./group.ts";
import type { Hook } from "./hook.ts";
import type { Issue } from "./issue.ts";
import type { Label } from "./label.ts";
import type { MergeRequest } from "./merge-request.ts";
import type { Milestone } from "./milestone.ts";
import type { Job, Pipeline } from "./pipeline.ts";
import type { Release } from "./release.ts";
import type { Repository } from "./repository.ts";
import type { User } from "./user.ts";

/** What can be read and set under its own name, and changes nothing else here. */
export interface ProjectSettings {
  issues_enabled: boolean;
  merge_requests_enabled: boolean;
  wiki_enabled: boolean;
  jobs_enabled: boolean;
  snippets_enabled: boolean;
  lfs_enabled: boolean;
  shared_runners_enabled: boolean;
  request_access_enabled: boolean;
  only_allow_merge_if_pipeline_succeeds: boolean;
  allow_merge_on_skipped_pipeline: boolean | null;
  only_allow_merge_if_all_discussions_are_resolved: boolean;
  remove_source_branch_after_merge: boolean;
  printing_merge_request_link_enabled: boolean;
  autoclose_referenced_issues: boolean;
  resolve_outdated_diff_discussions: boolean;
  public_jobs: boolean;
  merge_method: "merge" | "rebase_merge" | "ff";
  squash_option: "never" | "always" | "default_on" | "default_off";
  ci_config_path: string | null;
  build_timeout: number;
  approvals_before_merge: number;
}

export interface Project {
  kind: "project";
  id: number;
  name: string;
  path: string;
  namespace: Group | User;
  fullPath: string;
  fullName: string;
  description: string | null;
  visibility: Visibility;
  avatarUrl: string | null;
  topics: string[];
  archived: boolean;
  starCount: number;
  creator: User;
  settings: ProjectSettings;
  members: Map<number, Member>;
  accessRequests: Map<number, AccessRequest>;
  sharedWith: { group: Group; level: number }[];
  labels: Map<number, Label>;
  milestones: Map<number, Milestone>;
  /** By iid. */
  issues: Map<number, Issue>;
  /** By iid. */
  mergeRequests: Map<number, MergeRequest>;
  repository: Repository;
  pipelines: Map<number, Pipeline>;
  jobs: Map<number, Job>;
  /** By tag. */
  releases: Map<string, Release>;
  environments: Map<number, Environment>;
  deployments: Map<number, Deployment>;
  /** By name. */
  featureFlags: Map<string, FeatureFlag>;
  hooks: Map<number, Hook>;
  /** CI/CD variables, as they are listed. */
  variables: Map<string, Record<string, unknown>>;
  /** The next iid of each kind of thing. */
  iids: Map<string, number>;
  /** Epoch ms. */
  createdAt: number;
  updatedAt: number;
  lastActivityAt: number;
}

/** The group that a project is in; undefined for a person's own project. */
export function groupOf(project: Project): Group | undefined {
  return project.namespace.kind === "group" ? project.namespace : undefined;
}
