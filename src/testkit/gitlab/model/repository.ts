/** A project's repository: commits with whole trees, branches, tags, and what is protected. */
import type { User } from "./user.ts";

export interface Blob {
  content: Uint8Array;
  /** As Git computes it. */
  sha: string;
  isExecutable: boolean;
  /** The commit that last changed this path. */
  lastCommit: string;
}

export interface Commit {
  sha: string;
  parents: string[];
  /** By path; never changed once the commit is there. */
  tree: ReadonlyMap<string, Blob>;
  message: string;
  authorName: string;
  authorEmail: string;
  /** Epoch ms. */
  authoredAt: number;
  committerName: string;
  committerEmail: string;
  committedAt: number;
}

export interface Tag {
  name: string;
  sha: string;
  /** An annotated tag's. */
  message: string | null;
  isProtected: boolean;
  /** Epoch ms. */
  createdAt: number;
}

/** Who may push or merge; 0: nobody. */
export interface AccessRule {
  id: number;
  level: number;
  user: User | undefined;
}

export interface ProtectedBranch {
  id: number;
  /** A name, perhaps with "*". */
  name: string;
  pushRules: AccessRule[];
  mergeRules: AccessRule[];
  allowForcePush: boolean;
  codeOwnerApprovalRequired: boolean;
}

export interface Repository {
  defaultBranch: string | null;
  commits: Map<string, Commit>;
  /** Name to commit. */
  branches: Map<string, string>;
  tags: Map<string, Tag>;
  protectedBranches: ProtectedBranch[];
}

export function emptyRepository(): Repository {
  return { defaultBranch: null, commits: new Map(), branches: new Map(), tags: new Map(), protectedBranches: [] };
}

/** The commit that a branch, tag, full or short id names; undefined when there is none. */
export function resolveRef(repository: Repository, ref: string): Commit | undefined {
  const { branches, tags, commits } = repository;
  const name = ref === "HEAD" && repository.defaultBranch !== null ? repository.defaultBranch : ref;
  const plain = name.replace(/^refs\/(?:heads|tags)\//, "");
  const sha = branches.get(plain) ?? tags.get(plain)?.sha;
  if (sha !== undefined) return commits.get(sha);
  const whole = commits.get(name);
  if (whole !== undefined || !/^[0-9a-f]{7,39}$/.test(name)) return whole;
  for (const [id, commit] of commits) if (id.startsWith(name)) return commit;
  return undefined;
}

/** The rule for a branch, by its name or a wildcard. */
export function protectionOf(repository: Repository, branch: string): ProtectedBranch | undefined {
  return (
    repository.protectedBranches.find(({ name }) => name === branch) ??
    repository.protectedBranches.find(({ name }) => name.includes("*") && matchesWildcard(branch, name))
  );
}

/** "release/*" matches "release/1.2". */
export function matchesWildcard(name: string, pattern: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => RegExp.escape(part))
    .join(".*");
  return new RegExp(`^${source}$`, "s").test(name);
}

/** Newest first, as `git log` walks; ends after `limit`. */
export function history(repository: Repository, from: Commit, limit = Infinity): Commit[] {
  const seen = new Set([from.sha]);
  const waiting = [from];
  const result: Commit[] = [];
  while (waiting.length > 0 && result.length < limit) {
    let next = 0;
    for (let i = 1; i < waiting.length; i++) if (waiting[i]!.committedAt > waiting[next]!.committedAt) next = i;
    const [commit] = waiting.splice(next, 1);
    result.push(commit!);
    for (const parent of commit!.parents) {
      const found = repository.commits.get(parent);
      if (found === undefined || seen.has(parent)) continue;
      seen.add(parent);
      waiting.push(found);
    }
  }
  return result;
}

/** The newest commit that both have among their ancestors. */
export function mergeBase(repository: Repository, one: Commit, other: Commit): Commit | undefined {
  const ancestors = new Set(history(repository, one).map(({ sha }) => sha));
  return history(repository, other).find(({ sha }) => ancestors.has(sha));
}
