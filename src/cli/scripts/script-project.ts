/** A folder of scripts as tools see it: analyses of its files, with the texts of an editor in front of those on disk. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gitlabEventTypes } from "../../events/gitlab/event-types.ts";
import { Project } from "../../languages/starlark/analysis/project.ts";
import { libraryText } from "../../languages/starlark/stdlib/modules.ts";
import { modeOf } from "../script-file.ts";

export class ScriptProject {
  /** Absolute. */
  readonly root: string;
  readonly project: Project;
  /** Texts that are not saved yet, or never will be, by path inside the project. */
  readonly #open = new Map<string, string>();
  #scripts: readonly string[];

  /** `scripts`: the paths, inside the project, of all that it has. */
  constructor(root: string, scripts: readonly string[]) {
    this.root = root;
    this.#scripts = scripts;
    this.project = new Project({
      events: gitlabEventTypes(),
      scripts: () => [...new Set([...this.#scripts, ...this.#open.keys()])],
      modeOf,
      read: (file) => this.read(file),
    });
  }

  /** The text of a file by its path inside the project, or of one of the library. */
  read(file: string): string | undefined {
    const open = this.#open.get(file) ?? libraryText(file);
    if (open !== undefined) return open;
    try {
      return readFileSync(this.fileOf(file), "utf8");
    } catch {
      return undefined;
    }
  }

  /** The path inside the project of a file, "/"-separated. */
  pathOf(file: string): string {
    return path.relative(this.root, file).split(path.sep).join("/");
  }

  /** The file of a path inside the project. */
  fileOf(inside: string): string {
    return path.join(this.root, inside);
  }

  /** A text takes the place of a file's; undefined gives the file its own back. */
  setText(inside: string, text: string | undefined): void {
    if (text === undefined) this.#open.delete(inside);
    else this.#open.set(inside, text);
    this.project.changed(inside);
  }

  /** The scripts on disk are these now. */
  setScripts(scripts: readonly string[]): void {
    this.#scripts = scripts;
  }
}
