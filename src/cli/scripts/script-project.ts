/** A folder of scripts as tools see it: analyses of its files, with the texts of an editor in front of those on disk. */
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import type { Sources } from "../../core/program.ts";
import { FolderFiles } from "../../events/definitions/folder-files.ts";
import { LockedLibraries, type LibraryAccess } from "../../events/definitions/libraries.ts";
import { maxFileBytes, type ProjectFiles } from "../../events/definitions/project-files.ts";
import { readClosure } from "../../events/definitions/source-closure.ts";
import { gitlabEventTypes } from "../../events/gitlab/event-types.ts";
import { Project } from "../../languages/starlark/analysis/project.ts";
import { starlark } from "../../languages/starlark/program.ts";
import { libraryText } from "../../languages/starlark/stdlib/modules.ts";
import { modeOf } from "../script-file.ts";

export class ScriptProject {
  /** Absolute. */
  readonly root: string;
  readonly project: Project;
  /** Texts that are not saved yet, or never will be, by path inside the project. */
  readonly #open = new Map<string, string>();
  /** Texts of other projects' files, as they were read last. */
  readonly #foreign = new Map<string, string>();
  readonly #access: LibraryAccess | undefined;
  #scripts: readonly string[] = [];

  /** Without `access` nothing is known of other projects. */
  constructor(root: string, access?: LibraryAccess) {
    this.root = root;
    this.#access = access;
    this.project = new Project({
      events: gitlabEventTypes(),
      scripts: () => [...new Set([...this.#scripts, ...this.#open.keys()])],
      modeOf,
      read: (file) => this.read(file),
    });
  }

  /** The text of a file by its path inside the project, or of one of the library. */
  read(file: string): string | undefined {
    const known = this.#open.get(file) ?? libraryText(file) ?? this.#foreign.get(file);
    if (known !== undefined || file.startsWith("@")) return known;
    try {
      return readInside(realRoot(this.root), this.fileOf(file));
    } catch {
      return undefined;
    }
  }

  /** Whether files of other projects can be read. */
  get reachesOthers(): boolean {
    return this.#access !== undefined;
  }

  /** A script and all it loads, those of other projects included where they can be read. Undefined when there is no script. */
  async sources(entry: string): Promise<Sources | undefined> {
    const own = this.#ownFiles();
    const libraries = this.#access === undefined ? undefined : new LockedLibraries({ own, ...this.#access });
    const sources = await readClosure(starlark, entry, { own, ...(libraries === undefined ? {} : { libraries }) });
    for (const [file, text] of sources?.files ?? []) {
      if (!file.startsWith("@") || this.#foreign.get(file) === text) continue;
      this.#foreign.set(file, text);
      this.project.changed(file);
    }
    return sources;
  }

  #ownFiles(): ProjectFiles {
    const onDisk = new FolderFiles(realRoot(this.root));
    const encoder = new TextEncoder();
    return {
      read: async (file) => {
        const open = this.#open.get(file);
        return open === undefined ? onDisk.read(file) : encoder.encode(open);
      },
    };
  }

  /** The path inside the project of a file, "/"-separated. */
  pathOf(file: string): string {
    return path.relative(this.root, file).split(path.sep).join("/");
  }

  /** The file of a path inside the project. */
  fileOf(inside: string): string {
    return path.join(this.root, inside);
  }

  /** A text takes the place of a file's; undefined gives the file its own back. Answers the paths of what depends on it. */
  setText(inside: string, text: string | undefined): ReadonlySet<string> {
    if (text === undefined) this.#open.delete(inside);
    else this.#open.set(inside, text);
    return this.project.changed(inside);
  }

  /** The scripts on disk are these now. */
  setScripts(scripts: readonly string[]): void {
    this.#scripts = scripts;
  }
}

/** A folder that is not there (yet) has no files either. */
function realRoot(root: string): string {
  try {
    return realpathSync(root);
  } catch {
    return root;
  }
}

/** The text of an ordinary file, unless links lead out of the folder: as `FolderFiles` reads, but at once. */
function readInside(root: string, file: string): string | undefined {
  const real = realpathSync(file);
  if (!real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) return undefined;
  const handle = openSync(real, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(handle);
    return found.isFile() && found.size <= maxFileBytes ? readFileSync(handle, "utf8") : undefined;
  } finally {
    closeSync(handle);
  }
}
