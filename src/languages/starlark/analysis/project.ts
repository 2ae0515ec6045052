/** The analyses of a project's files, made when asked for and kept until a text changes. */
import type { EntryMode } from "../../../core/program.ts";
import { dataNames } from "../run/data-file.ts";
import { libraryText } from "../stdlib/modules.ts";
import { textOf } from "./triggers.ts";
import { Analysis, type Environment } from "./analysis.ts";
import type { EventType } from "./event-types.ts";

export interface ProjectOptions {
  events: readonly EventType[];
  /** The text of a file of the project, or of another one that it loads; undefined when there is none. */
  read(path: string): string | undefined;
  /** The paths of all scripts of the project. */
  scripts(): readonly string[];
  /** How a script is run. */
  modeOf(path: string, text: string): EntryMode;
}

export class Project implements Environment {
  readonly #options: ProjectOptions;
  readonly #analyses = new Map<string, Analysis | undefined>();

  constructor(options: ProjectOptions) {
    this.#options = options;
  }

  get events(): readonly EventType[] {
    return this.#options.events;
  }

  scripts(): readonly string[] {
    return this.#options.scripts();
  }

  modeOf(path: string, text: string): EntryMode {
    return this.#options.modeOf(path, text);
  }

  /** The analysis of a script by its path; undefined for data files, and when there is no such file. */
  file(path: string): Analysis | undefined {
    if (dataNames(path) !== undefined) return undefined;
    if (this.#analyses.has(path)) return this.#analyses.get(path);
    const text = libraryText(path) ?? this.#options.read(path);
    const analysis = text === undefined ? undefined : new Analysis(path, text, this);
    this.#analyses.set(path, analysis);
    return analysis;
  }

  /** Forgets what depends on a file's text: its own analysis, and those of the files that load it. Answers their paths. */
  changed(path: string): ReadonlySet<string> {
    const changed = new Set([path]);
    for (let size = 0; size < changed.size;) {
      size = changed.size;
      for (const [other, analysis] of this.#analyses) {
        if (analysis !== undefined && loadsOneOf(analysis, changed)) changed.add(other);
      }
    }
    for (const one of changed) this.#analyses.delete(one);
    return changed;
  }
}

function loadsOneOf(analysis: Analysis, paths: ReadonlySet<string>): boolean {
  return analysis.index.statements("load").some((statement) => {
    const path = analysis.loadPath(textOf(statement.module));
    return path !== undefined && paths.has(path);
  });
}
