/** Commits of repositories, and what is known of them */
import { diffTrees, type FileDiff } from "../model/diff.ts";
import type { Project } from "../model/project.ts";
import { history, mergeBase, resolveRef, type Blob, type Commit } from "../model/repository.ts";
import { addCommit, applyActions, type FileAction } from "../operations/commits.ts";
import { createNote } from "../operations/notes.ts";
import { headOf, moveBranch, requirePush } from "../operations/pushes.ts";
import { badParameter, notFound, Refusal } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { mergeRequestView } from "../views/merge-request-view.ts";
import { basicPipeline } from "../views/pipeline-view.ts";
import { commitStats, commitView, diffView } from "../views/repository-view.ts";
import { isoTime } from "../views/times.ts";
import { projectUrl } from "../views/urls.ts";
import { basicUser } from "../views/user-view.ts";
import { created, get, ok, post, sessionOf, type Answer, type Call } from "./call.ts";
import { commitNoteable } from "./commit-noteable.ts";
import { projectFor, repositoryOf } from "./found.ts";
import { roles } from "../model/access.ts";
import { bool, hashes, optional, params, required, text, texts, time } from "./params.ts";

const commits = "/projects/:id/repository/commits";

export const commitRoutes = [
  get(commits, list),
  post(commits, create),
  get(`${commits}/:sha`, single),
  get(`${commits}/:sha/diff`, diff),
  get(`${commits}/:sha/refs`, refs),
  get(`${commits}/:sha/comments`, listComments),
  post(`${commits}/:sha/comments`, createComment),
  get(`${commits}/:sha/merge_requests`, mergeRequests),
  post(`${commits}/:sha/cherry_pick`, (call) => pick(call, false)),
  post(`${commits}/:sha/revert`, (call) => pick(call, true)),
  get("/projects/:id/repository/compare", compare),
  get("/projects/:id/repository/merge_base", findMergeBase),
];

/** Throws 404. */
export function commitOf({ repository }: Project, ref: string): Commit {
  const commit = resolveRef(repository, ref);
  if (commit === undefined) throw notFound("Commit");
  return commit;
}

const listParams = params({
  ref_name: optional(text),
  since: optional(time),
  until: optional(time),
  path: optional(text),
  author: optional(text),
  all: optional(bool),
  with_stats: optional(bool),
  first_parent: optional(bool),
});

/** GitLab does not count commits: there is no total. */
function list(call: Call): Answer {
  const project = repositoryOf(call);
  const given = listParams(call.input);
  const { repository } = project;
  const start = given.ref_name ?? repository.defaultBranch;
  if (start === null) return offsetPage(call, [], () => null);
  const from = start.includes("..") ? range(project, start) : history(repository, commitOf(project, start));
  const all =
    given.all === true ? [...repository.commits.values()].toSorted((a, b) => b.committedAt - a.committedAt) : from;
  const wanted = all.filter(
    (commit) =>
      (given.since === undefined || commit.committedAt >= given.since) &&
      (given.until === undefined || commit.committedAt <= given.until) &&
      (given.author === undefined ||
        commit.authorName.includes(given.author) ||
        commit.authorEmail.includes(given.author)) &&
      (given.path === undefined || touches(project, commit, given.path)),
  );
  const answer = offsetPage(call, wanted, (commit) => ({
    ...commitView(call.world, project, commit),
    ...(given.with_stats === true && { stats: commitStats(diffOf(project, commit)) }),
  }));
  delete answer.headers!["x-total"];
  delete answer.headers!["x-total-pages"];
  return answer;
}

/** "main..feature": what feature has and main has not. */
function range(project: Project, text: string): Commit[] {
  const [from, to] = text.split(/\.{2,3}/) as [string, string];
  const known = new Set(history(project.repository, commitOf(project, from)).map(({ sha }) => sha));
  return history(project.repository, commitOf(project, to)).filter(({ sha }) => !known.has(sha));
}

function touches(project: Project, commit: Commit, path: string): boolean {
  const parent = project.repository.commits.get(commit.parents[0] ?? "")?.tree;
  const paths = new Set([...commit.tree.keys(), ...(parent?.keys() ?? [])]);
  for (const one of paths) {
    const isInside = one === path || one.startsWith(`${path}/`);
    if (isInside && commit.tree.get(one)?.sha !== parent?.get(one)?.sha) return true;
  }
  return false;
}

function diffOf({ repository }: Project, commit: Commit): FileDiff[] {
  return diffTrees(repository.commits.get(commit.parents[0] ?? "")?.tree ?? new Map(), commit.tree);
}

const createParams = params({
  branch: required(text),
  commit_message: required(text),
  start_branch: optional(text),
  start_sha: optional(text),
  actions: required(hashes),
  author_email: optional(text),
  author_name: optional(text),
  stats: optional(bool),
  force: optional(bool),
});

const actionParams = params({
  action: required(text),
  file_path: required(text),
  previous_path: optional(text),
  content: optional(text),
  encoding: optional(text),
  last_commit_id: optional(text),
  execute_filemode: optional(bool),
});

function create(call: Call): Answer {
  const project = projectFor(call, roles.developer);
  const given = createParams(call.input);
  const commit = commitActions(call, project, {
    branch: given.branch,
    start: given.start_branch ?? given.start_sha,
    message: given.commit_message,
    authorName: given.author_name,
    authorEmail: given.author_email,
    actions: given.actions.map(fileAction),
  });
  return created({
    ...commitView(call.world, project, commit),
    ...(given.stats !== false && { stats: commitStats(diffOf(project, commit)) }),
    status: null,
    last_pipeline: null,
    project_id: project.id,
  });
}

function fileAction(raw: Record<string, unknown>): FileAction {
  const given = actionParams(raw);
  const action = (["create", "update", "delete", "move", "chmod"] as const).find((name) => name === given.action);
  if (action === undefined) throw badParameter("actions[action] does not have a valid value");
  return {
    action,
    path: given.file_path,
    previousPath: given.previous_path,
    content: given.content === undefined ? undefined : contentOf(given.content, given.encoding),
    isExecutable: given.execute_filemode,
    lastCommit: given.last_commit_id,
  };
}

/** The bytes of a file as a request has it: text, or base64. */
export function contentOf(content: string, encoding: string | undefined): Uint8Array {
  return encoding === "base64" ? new Uint8Array(Buffer.from(content, "base64")) : new TextEncoder().encode(content);
}

export interface CommitRequest {
  branch: string;
  /** Where a branch that is not there begins. */
  start?: string | undefined;
  message: string;
  authorName?: string | undefined;
  authorEmail?: string | undefined;
  actions: FileAction[];
}

/** Commits to a branch, which is made when it is new. Throws 400, 403. */
export function commitActions(call: Call, project: Project, given: CommitRequest): Commit {
  const session = sessionOf(call);
  const { repository } = project;
  requirePush(session, project, given.branch);
  const head = headOf(project, given.branch);
  if (head !== undefined && given.start !== undefined && given.start !== given.branch) {
    throw new Refusal(400, {
      message: `A branch called '${given.branch}' already exists. Switch to that branch in order to make changes`,
    });
  }
  const start = head ?? (given.start === undefined ? undefined : resolveRef(repository, given.start));
  if (start === undefined && repository.branches.size > 0) {
    throw new Refusal(400, { message: "You can only create or edit files when you are on a branch" });
  }
  const commit = addCommit(session, repository, {
    message: given.message,
    parents: start === undefined ? [] : [start.sha],
    tree: applyActions(start?.tree ?? new Map(), given.actions),
    authorName: given.authorName,
    authorEmail: given.authorEmail,
  });
  moveBranch(session, project, given.branch, commit.sha);
  return commit;
}

function single(call: Call): Answer {
  const project = repositoryOf(call);
  const commit = commitOf(project, call.ids["sha"]!);
  const pipeline = [...project.pipelines.values()].findLast(({ sha }) => sha === commit.sha);
  return ok({
    ...commitView(call.world, project, commit),
    ...(bool.parse(call.input["stats"]) !== false && { stats: commitStats(diffOf(project, commit)) }),
    status: pipeline?.status ?? null,
    project_id: project.id,
    last_pipeline: pipeline === undefined ? null : basicPipeline(call.world, pipeline),
  });
}

function diff(call: Call): Answer {
  const project = repositoryOf(call);
  return offsetPage(call, diffOf(project, commitOf(project, call.ids["sha"]!)), diffView);
}

function refs(call: Call): Answer {
  const project = repositoryOf(call);
  const { repository } = project;
  const wanted = commitOf(project, call.ids["sha"]!);
  const has = (sha: string): boolean => history(repository, repository.commits.get(sha)!).includes(wanted);
  const found = [
    ...[...repository.branches].filter(([, sha]) => has(sha)).map(([name]) => ({ type: "branch", name })),
    ...[...repository.tags.values()].filter(({ sha }) => has(sha)).map(({ name }) => ({ type: "tag", name })),
  ];
  const type = call.input["type"];
  return offsetPage(
    call,
    found.filter((ref) => type === undefined || type === "all" || ref.type === type),
    (ref) => ref,
  );
}

function listComments(call: Call): Answer {
  const { notes } = commitNoteable(call);
  return offsetPage(call, notes, (note) => ({
    note: note.body,
    path: null,
    line: null,
    line_type: null,
    author: basicUser(call.world, note.author),
    created_at: isoTime(note.createdAt),
  }));
}

const commentParams = params({ note: required(text), path: optional(text), line_type: optional(text) });

function createComment(call: Call): Answer {
  const session = sessionOf(call);
  const note = createNote(session, commitNoteable(call), { body: commentParams(call.input).note });
  return created({
    note: note.body,
    path: null,
    line: null,
    line_type: null,
    author: basicUser(call.world, note.author),
    created_at: isoTime(note.createdAt),
  });
}

function mergeRequests(call: Call): Answer {
  const project = repositoryOf(call);
  const { sha } = commitOf(project, call.ids["sha"]!);
  const found = [...project.mergeRequests.values()].filter(
    (item) => item.headSha === sha || item.mergeCommitSha === sha || item.squashCommitSha === sha,
  );
  return offsetPage(call, found, (item) => mergeRequestView(call.world, item, {}));
}

const pickParams = params({ branch: required(text), dry_run: optional(bool), message: optional(text) });

/** Cherry-picks or reverts a commit: its changes, or what undoes them, on top of a branch. Throws 400 when they do not fit. */
function pick(call: Call, isRevert: boolean): Answer {
  const project = projectFor(call, roles.developer);
  const session = sessionOf(call);
  const { branch, dry_run: isDry, message } = pickParams(call.input);
  requirePush(session, project, branch);
  const commit = commitOf(project, call.ids["sha"]!);
  const head = headOf(project, branch);
  if (head === undefined) throw notFound("Branch");
  const parent = project.repository.commits.get(commit.parents[0] ?? "")?.tree ?? new Map<string, Blob>();
  const [before, after] = isRevert ? [commit.tree, parent] : [parent, commit.tree];
  const tree = new Map(head.tree);
  for (const path of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(path), after.get(path)];
    if (was?.sha === is?.sha) continue;
    if (tree.get(path)?.sha !== was?.sha) {
      const name = isRevert ? "revert" : "cherry-pick";
      throw new Refusal(400, {
        message: `Sorry, we cannot ${name} this commit automatically. This commit may already have been ${isRevert ? "reverted" : "cherry-picked"}, or a more recent commit may have updated some of its content.`,
        error_code: "conflict",
      });
    }
    if (is === undefined) tree.delete(path);
    else tree.set(path, { ...is, lastCommit: "" });
  }
  if (isDry === true) return ok({ dry_run: "success" });
  const title = commit.message.split("\n", 1)[0]!;
  const words = isRevert
    ? `Revert "${title}"\n\nThis reverts commit ${commit.sha}`
    : `${commit.message}\n\n(cherry picked from commit ${commit.sha})`;
  const made = addCommit(session, project.repository, { message: message ?? words, parents: [head.sha], tree });
  moveBranch(session, project, branch, made.sha);
  return created(commitView(call.world, project, made));
}

const compareParams = params({ from: required(text), to: required(text), straight: optional(bool) });

function compare(call: Call): Answer {
  const project = repositoryOf(call);
  const { from, to, straight } = compareParams(call.input);
  const [one, other] = [commitOf(project, from), commitOf(project, to)];
  const base = straight === true ? one : (mergeBase(project.repository, one, other) ?? one);
  const known = new Set(history(project.repository, one).map(({ sha }) => sha));
  const found = history(project.repository, other).filter(({ sha }) => !known.has(sha));
  const views = found.toReversed().map((commit) => commitView(call.world, project, commit));
  return ok({
    commit: views.at(-1) ?? null,
    commits: views,
    diffs: diffTrees(base.tree, other.tree).map(diffView),
    compare_timeout: false,
    compare_same_ref: one === other,
    web_url: `${projectUrl(call.world, project)}/-/compare/${one.sha}...${other.sha}`,
  });
}

const baseParams = params({ refs: required(texts) });

function findMergeBase(call: Call): Answer {
  const project = repositoryOf(call);
  const [one, other] = baseParams(call.input).refs;
  if (one === undefined || other === undefined) throw new Refusal(400, { message: "Provide at least 2 refs" });
  const base = mergeBase(project.repository, commitOf(project, one), commitOf(project, other));
  if (base === undefined) throw notFound("Merge Base");
  return ok(commitView(call.world, project, base));
}
