/** Files and folders of repositories */
import { roles } from "../model/access.ts";
import type { Project } from "../model/project.ts";
import { resolveRef, type Blob, type Commit } from "../model/repository.ts";
import { hash } from "node:crypto";
import { badParameter, notFound, Refusal } from "../operations/refusal.ts";
import { offsetPage } from "../paging/offset.ts";
import { page } from "../paging/keyset.ts";
import { fileFacts, fileView } from "../views/repository-view.ts";
import { created, del, get, noContent, ok, post, put, raw, type Answer, type Call } from "./call.ts";
import { commitActions, commitOf, contentOf, type CommitRequest } from "./commits.ts";
import { projectFor, repositoryOf } from "./found.ts";
import { RawContent } from "./message.ts";
import { bool, oneOf, optional, params, required, text } from "./params.ts";

const file = "/projects/:id/repository/files/:file_path";

export const fileRoutes = [
  get(file, single),
  get(`${file}/raw`, rawFile),
  get(`${file}/blame`, blame),
  post(file, (call) => write(call, "create")),
  put(file, (call) => write(call, "update")),
  del(file, (call) => write(call, "delete")),
  get("/projects/:id/repository/tree", tree),
  get("/projects/:id/repository/blobs/:sha/raw", rawBlob),
  get("/projects/:id/repository/contributors", contributors),
];

interface Found {
  project: Project;
  commit: Commit;
  blob: Blob;
  path: string;
  ref: string;
}

/** The file of a path at a ref; the default branch without one. Throws 400 and 404. */
function found(call: Call, needsRef: boolean): Found {
  const project = repositoryOf(call);
  const path = call.ids["file_path"]!;
  const given = text.parse(call.input["ref"]);
  if (given === undefined && needsRef) throw badParameter("ref is missing");
  const ref = given === undefined || given === "" ? "HEAD" : given;
  const commit = resolveRef(project.repository, ref);
  if (commit === undefined) throw notFound("Commit");
  const blob = commit.tree.get(path);
  if (blob === undefined) throw notFound("File");
  return { project, commit, blob, path, ref };
}

/** The same facts are in headers, for HEAD requests. */
function single(call: Call): Answer {
  const { path, ref, commit, blob } = found(call, true);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(fileFacts(path, ref, commit, blob))) {
    headers[`x-gitlab-${name.replaceAll("_", "-")}`] = String(value);
  }
  return { status: 200, headers, body: fileView(path, ref, commit, blob) };
}

function rawFile(call: Call): Answer {
  const { path, blob } = found(call, false);
  const name = path.slice(path.lastIndexOf("/") + 1);
  const headers = {
    "content-disposition": `inline; filename="${encodeURIComponent(name)}"`,
    "x-gitlab-blob-id": blob.sha,
  };
  return raw(new RawContent(blob.content, "text/plain; charset=utf-8"), headers);
}

function rawBlob(call: Call): Answer {
  const { repository } = repositoryOf(call);
  for (const commit of repository.commits.values()) {
    for (const blob of commit.tree.values()) {
      if (blob.sha === call.ids["sha"]) return raw(new RawContent(blob.content, "text/plain; charset=utf-8"));
    }
  }
  throw notFound("Blob");
}

/** Every line of the file is of the commit that last changed it: older lines are not told apart. */
function blame(call: Call): Answer {
  const { project, blob } = found(call, true);
  const commit = commitOf(project, blob.lastCommit);
  const lines = new TextDecoder().decode(blob.content).replace(/\n$/, "").split("\n");
  return ok([
    {
      commit: {
        id: commit.sha,
        parent_ids: [...commit.parents],
        message: commit.message,
        authored_date: new Date(commit.authoredAt).toISOString(),
        author_name: commit.authorName,
        author_email: commit.authorEmail,
        committed_date: new Date(commit.committedAt).toISOString(),
        committer_name: commit.committerName,
        committer_email: commit.committerEmail,
      },
      lines,
    },
  ]);
}

const writeParams = params({
  branch: required(text),
  commit_message: required(text),
  start_branch: optional(text),
  author_email: optional(text),
  author_name: optional(text),
  encoding: optional(oneOf("text", "base64")),
  last_commit_id: optional(text),
  execute_filemode: optional(bool),
});
const contentParams = params({ content: required(text) });

function write(call: Call, action: "create" | "update" | "delete"): Answer {
  const project = projectFor(call, roles.developer);
  const given = writeParams(call.input);
  const path = call.ids["file_path"]!;
  const content = action === "delete" ? undefined : contentOf(contentParams(call.input).content, given.encoding);
  const request: CommitRequest = {
    branch: given.branch,
    start: given.start_branch,
    message: given.commit_message,
    authorName: given.author_name,
    authorEmail: given.author_email,
    actions: [{ action, path, content, lastCommit: given.last_commit_id, isExecutable: given.execute_filemode }],
  };
  commitActions(call, project, request);
  if (action === "delete") return noContent();
  const body = { file_path: path, branch: given.branch };
  return action === "create" ? created(body) : ok(body);
}

const treeParams = params({ path: optional(text), ref: optional(text), recursive: optional(bool) });

interface Entry {
  id: string;
  name: string;
  type: "tree" | "blob";
  path: string;
  mode: string;
}

/** Folders first, each by name. */
function tree(call: Call): Answer {
  const project = repositoryOf(call);
  const given = treeParams(call.input);
  if (given.ref === undefined && project.repository.branches.size === 0) throw notFound("Tree");
  const commit = resolveRef(project.repository, given.ref ?? "HEAD");
  if (commit === undefined) throw notFound("Tree");
  const entries = entriesOf(commit.tree, (given.path ?? "").replace(/^\/|\/$/g, ""), given.recursive === true);
  if (entries.length === 0 && (given.path ?? "") !== "")
    throw new Refusal(404, { message: "404 invalid revision or path Not Found" });
  if (call.input["pagination"] !== "keyset") return offsetPage(call, entries, (entry) => entry);
  const places = new Map(entries.map((entry, i) => [entry, i]));
  return page(call, entries, {
    orders: { place: (entry) => places.get(entry)! },
    id: (entry) => places.get(entry)!,
    style: "cursor",
    defaults: { orderBy: "place", sort: "asc" },
    view: (entry) => entry,
  });
}

function entriesOf(blobs: ReadonlyMap<string, Blob>, folder: string, isDeep: boolean): Entry[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const folders = new Map<string, string>();
  const files: Entry[] = [];
  for (const [path, blob] of blobs) {
    if (!path.startsWith(prefix)) continue;
    const rest = path.slice(prefix.length).split("/");
    for (let depth = 1; depth < (isDeep ? rest.length : Math.min(rest.length, 2)); depth++) {
      const name = prefix + rest.slice(0, depth).join("/");
      folders.set(name, `${folders.get(name) ?? ""}${path}:${blob.sha};`);
    }
    if (rest.length > 1 && !isDeep) continue;
    files.push({ id: blob.sha, name: rest.at(-1)!, type: "blob", path, mode: blob.isExecutable ? "100755" : "100644" });
  }
  const trees = [...folders].map(([path, content]): Entry => {
    return {
      id: hash("sha1", content, "hex"),
      name: path.slice(path.lastIndexOf("/") + 1),
      type: "tree",
      path,
      mode: "040000",
    };
  });
  const byPath = (a: Entry, b: Entry): number => (a.path < b.path ? -1 : 1);
  return [...trees.toSorted(byPath), ...files.toSorted(byPath)];
}

function contributors(call: Call): Answer {
  const { repository } = repositoryOf(call);
  const people = Map.groupBy(repository.commits.values(), ({ authorEmail }) => authorEmail);
  const views = [...people].map(([email, commits]) => ({
    name: commits[0]!.authorName,
    email,
    commits: commits.length,
    additions: 0,
    deletions: 0,
  }));
  return offsetPage(call, views, (one) => one);
}
