/** Actions: what carries out a `call`. Each performs one kind of effect on the outside world, at least once. */
import type { Failure } from "./failure.ts";
import type { RetryPolicy } from "./retry.ts";
import type { WireText } from "./wire.ts";

export interface ActionCall {
  input: WireText;
  runId: string;
  project: string;
  /** 1-based. */
  attempt: number;
  /** Epoch ms at which the first attempt started, by the engine's clock; absent where the engine does not know. */
  firstAttemptAt?: number;
  /** The same on every attempt. */
  idempotencyKey: string;
  /** For this attempt, in ms. */
  timeoutMs: number;
  /** Aborted when the run is cancelled, the effect closed or the process drains. */
  signal: AbortSignal;
}

export type ActionAnswer = { value: WireText } | { error: Failure };

export interface Action {
  /** As scripts and effects name it. */
  readonly name: string;
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  /**
   * Never throws for what the outside world does: that is an answer. An action that needs nothing from outside answers at
   * once, without a promise.
   */
  perform(call: ActionCall): ActionAnswer | Promise<ActionAnswer>;
}

/** Looks secrets up when an action needs one; undefined when it is not configured. */
export interface SecretSource {
  value(project: string, name: string): string | undefined;
  /**
   * The names a project may use, with those of `environment` (names that a definition may ask for) that are secrets here; "all" are all
   * that any definition of the project could ask for: what is to be hidden.
   */
  names(project: string, environment?: readonly string[] | "all"): string[];
}

/** Plain variables of a project, with those of `environment` (names that a definition may ask for) that the host gives it. */
export interface VariableSource {
  values(project: string, environment?: readonly string[]): Record<string, string>;
}

/** Where a project's calls of GitLab go. */
export interface GitLabInstanceAccess {
  /** Of the instance, without a slash at its end: "https://gitlab.example.com". */
  url: string;
  /** Absent: calls are made without one, and see what is public. */
  token?: string;
  /**
   * The token belongs to all projects: it is sent only for what is below `projects/` and one of these, the project's number and
   * full path. Absent: it is sent for everything.
   */
  onlyFor?: readonly string[];
}

/** Finds the GitLab instance that a project's calls go to, and the token; undefined when there is none. */
export interface GitLabAccess {
  of(project: string): GitLabInstanceAccess | undefined;
}
