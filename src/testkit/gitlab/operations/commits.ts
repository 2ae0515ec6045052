/** Making commits. */
import { hash } from "node:crypto";
import type { Blob, Commit, Repository } from "../model/repository.ts";
import type { Session } from "../model/world.ts";
import { Refusal } from "./refusal.ts";

export interface FileAction {
  action: "create" | "update" | "delete" | "move" | "chmod";
  path: string;
  previousPath?: string | undefined;
  content?: Uint8Array | undefined;
  isExecutable?: boolean | undefined;
  /** The commit that the writer has seen; a newer one refuses the change. */
  lastCommit?: string | undefined;
}

export interface NewCommit {
  message: string;
  parents: string[];
  tree: Map<string, Blob>;
  authorName?: string | undefined;
  authorEmail?: string | undefined;
  /** Epoch ms; now when it is not given. */
  at?: number | undefined;
}

/** Adds a commit; no branch points to it yet. */
export function addCommit({ world, user }: Session, repository: Repository, given: NewCommit): Commit {
  const at = given.at ?? world.now();
  const authorName = given.authorName ?? user.name;
  const authorEmail = given.authorEmail ?? user.email;
  const sha = hash(
    "sha1",
    JSON.stringify([given.parents, given.message, authorName, authorEmail, at, world.draws++, treeText(given.tree)]),
    "hex",
  );
  for (const [path, blob] of given.tree) if (blob.lastCommit === "") given.tree.set(path, { ...blob, lastCommit: sha });
  const commit: Commit = {
    sha,
    parents: given.parents,
    tree: given.tree,
    message: given.message,
    authorName,
    authorEmail,
    authoredAt: at,
    committerName: user.name,
    committerEmail: user.email,
    committedAt: at,
  };
  repository.commits.set(sha, commit);
  return commit;
}

function treeText(tree: ReadonlyMap<string, Blob>): string {
  let text = "";
  for (const [path, { sha }] of tree) text += `${path}:${sha};`;
  return text;
}

/** A blob whose commit is not made yet. */
function newBlob(content: Uint8Array, isExecutable: boolean): Blob {
  const sha = hash("sha1", Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]), "hex");
  return { content, sha, isExecutable, lastCommit: "" };
}

/** The tree after all actions. Throws 400 for what cannot be done, as GitLab says it. */
export function applyActions(tree: ReadonlyMap<string, Blob>, actions: readonly FileAction[]): Map<string, Blob> {
  const result = new Map(tree);
  for (const action of actions) applyAction(result, action);
  return result;
}

function applyAction(tree: Map<string, Blob>, action: FileAction): void {
  const { path, isExecutable } = action;
  checkPath(path);
  switch (action.action) {
    case "create":
      if (tree.has(path)) throw refused("A file with this name already exists");
      tree.set(path, newBlob(action.content ?? new Uint8Array(), isExecutable ?? false));
      return;
    case "update": {
      const present = requireBlob(tree, path, action.lastCommit);
      tree.set(path, newBlob(action.content ?? new Uint8Array(), isExecutable ?? present.isExecutable));
      return;
    }
    case "delete":
      requireBlob(tree, path, action.lastCommit);
      tree.delete(path);
      return;
    case "move": {
      const from = action.previousPath ?? "";
      const moved = requireBlob(tree, from, action.lastCommit);
      if (tree.has(path)) throw refused("A file with this name already exists");
      tree.delete(from);
      tree.set(path, newBlob(action.content ?? moved.content, moved.isExecutable));
      return;
    }
    case "chmod":
      tree.set(path, {
        ...requireBlob(tree, path, action.lastCommit),
        isExecutable: isExecutable ?? false,
        lastCommit: "",
      });
  }
}

function checkPath(path: string): void {
  if (path === "" || path.split("/").some((part) => part === "" || part === "." || part === ".." || part === ".git")) {
    throw refused('Path is invalid: it cannot be empty or have ".." in it');
  }
}

function requireBlob(tree: Map<string, Blob>, path: string, lastCommit: string | undefined): Blob {
  const blob = tree.get(path);
  if (blob === undefined) throw refused("A file with this name doesn't exist");
  if (lastCommit !== undefined && lastCommit !== blob.lastCommit) {
    throw refused("You are attempting to update a file that has changed since you started editing it.");
  }
  return blob;
}

function refused(message: string): Refusal {
  return new Refusal(400, { message });
}
