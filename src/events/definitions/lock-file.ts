/**
 * The lock file: which commits the files of other projects are loaded at, and what is in those files. It is YAML that `autoflow lock`
 * writes, in one order, so that Git shows what has changed and merges what has not.
 */
import { hash } from "node:crypto";
import { isMap, isScalar, LineCounter, parseDocument, type Pair } from "yaml";
import { isInsideProject, isProjectPath, isRefName } from "../../core/source-path.ts";

/** Where a project has it. */
export const lockPath = ".gitlab/autoflow/autoflow.lock";

/** Another project at one ref. */
export interface LockedProject {
  project: string;
  ref: string;
  commit: string;
  /** SHA-256 (hex) of the files that are loaded, by path. */
  files: ReadonlyMap<string, string>;
}

/** By "group/project@ref". */
export type Lock = ReadonlyMap<string, LockedProject>;

/** A lock file does not hold what it should. */
export class LockProblem extends Error {
  /** 1-based; undefined for the file as a whole. */
  readonly line: number | undefined;
  constructor(message: string, line?: number) {
    super(message);
    this.name = "LockProblem";
    this.line = line;
  }
}

export function lockKey({ project, ref }: { project: string; ref: string }): string {
  return `${project}@${ref}`;
}

export function contentHash(bytes: Uint8Array): string {
  return hash("sha256", bytes);
}

/** Reading YAML takes long, and nothing else happens meanwhile. */
const maxCharacters = 128 * 1024;

const heading = `# The commits at which files of other projects are loaded, and hashes of those files.
# \`autoflow lock\` writes it: commit it, do not edit it.
version: 1
`;

/** The text of a lock file. */
export function formatLock(lock: Lock): string {
  const projects = [...lock]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, project]) => formatProject(key, project));
  return `${heading}projects:${projects.length === 0 ? " {}" : ""}\n${projects.join("")}`;
}

function formatProject(key: string, { commit, files }: LockedProject): string {
  const lines = [...files]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, digest]) => `      ${asKey(path)}: sha256:${digest}\n`);
  return `  ${asKey(key)}:\n    commit: ${commit}\n    files:${lines.length === 0 ? " {}" : ""}\n${lines.join("")}`;
}

/** JSON is YAML. */
function asKey(text: string): string {
  return /^[A-Za-z0-9_.][A-Za-z0-9_.@/+-]*$/.test(text) ? text : JSON.stringify(text);
}

/** What a lock file says. Throws LockProblem. */
export function parseLock(text: string): Lock {
  if (text.length > maxCharacters) throw new LockProblem(`it has more than ${maxCharacters / 1024} Ki characters`);
  const conflict = /^<{7}/m.exec(text);
  if (conflict !== null)
    throw new LockProblem("it holds a merge conflict", text.slice(0, conflict.index).split("\n").length);
  const lines = new LineCounter();
  // The package compares each key with each other one.
  const options = { schema: "failsafe", prettyErrors: false, uniqueKeys: false } as const;
  const document = parseDocument(text, { ...options, lineCounter: lines });
  const reader = new Reader((offset) => lines.linePos(offset).line);
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) reader.fail(problem.message, problem.pos[0]);
  return reader.lock(document.contents);
}

class Reader {
  readonly #lineOf: (offset: number) => number;

  constructor(lineOf: (offset: number) => number) {
    this.#lineOf = lineOf;
  }

  fail(message: string, offset: number): never {
    throw new LockProblem(message, this.#lineOf(offset));
  }

  lock(root: unknown): Lock {
    const { version, projects } = this.#fields(root, ["version", "projects"]);
    if (this.#text(version) !== "1") {
      throw new LockProblem(`its version is not known to this release, which reads version 1`);
    }
    const lock = new Map<string, LockedProject>();
    for (const { key, value } of this.#entries(projects)) {
      const name = this.#text(key);
      const at = name.indexOf("@");
      const [project, ref] = [name.slice(0, Math.max(0, at)), name.slice(at + 1)];
      if (!isProjectPath(project) || !isRefName(ref))
        this.fail(`${JSON.stringify(name)} is not project@ref`, startOf(key));
      lock.set(name, { project, ref, ...this.#project(value) });
    }
    return lock;
  }

  #project(node: unknown): Pick<LockedProject, "commit" | "files"> {
    const { commit, files } = this.#fields(node, ["commit", "files"]);
    const sha = this.#text(commit);
    if (!/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(sha)) this.fail(`${JSON.stringify(sha)} is no commit`, startOf(commit));
    const digests = this.#entries(files).map(({ key, value }) => {
      const path = this.#text(key);
      const digest = /^sha256:([0-9a-f]{64})$/.exec(this.#text(value))?.[1];
      if (!isInsideProject(path)) this.fail(`${JSON.stringify(path)} is not a path`, startOf(key));
      if (digest === undefined) this.fail("a hash looks like sha256:0123…", startOf(value));
      return [path, digest] as const;
    });
    return { commit: sha, files: new Map(digests) };
  }

  /** The values of exactly these fields. */
  #fields<Name extends string>(node: unknown, names: readonly Name[]): Record<Name, unknown> {
    const fields = new Map(this.#entries(node).map(({ key, value }) => [this.#text(key), value]));
    const unknown = [...fields.keys()].find((name) => !names.some((known) => known === name));
    if (unknown !== undefined) this.fail(`there is no field ${JSON.stringify(unknown)} here`, startOf(node));
    const missing = names.find((name) => !fields.has(name));
    if (missing !== undefined) this.fail(`the field ${JSON.stringify(missing)} is missing`, startOf(node));
    return Object.fromEntries(fields) as Record<Name, unknown>;
  }

  #entries(node: unknown): Pair[] {
    if (!isMap(node)) return this.fail("want keys and values here", startOf(node));
    const keys = new Set<string>();
    for (const { key } of node.items) {
      const text = this.#text(key);
      if (keys.has(text)) this.fail(`the key ${JSON.stringify(text)} is there twice`, startOf(key));
      keys.add(text);
    }
    return node.items;
  }

  #text(node: unknown): string {
    if (isScalar(node) && typeof node.value === "string") return node.value;
    return this.fail("want a text here", startOf(node));
  }
}

function startOf(node: unknown): number {
  return (node as { range?: [number, number, number] } | null)?.range?.[0] ?? 0;
}
