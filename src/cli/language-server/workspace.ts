/** The scripts that an editor works on: open documents in front of the files of their projects, any number of projects at once. */
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { LibraryAccess } from "../../events/definitions/libraries.ts";
import type { Analysis } from "../../languages/starlark/analysis/analysis.ts";
import { LineMap } from "../../languages/starlark/editor/line-map.ts";
import { libraryText } from "../../languages/starlark/stdlib/modules.ts";
import { projectFolder } from "../script-file.ts";
import { projectScripts } from "../scripts/find-scripts.ts";
import { ScriptProject } from "../scripts/script-project.ts";

/** A document in its project. */
export interface ScriptDocument {
  uri: string;
  scripts: ScriptProject;
  /** The path inside the project. */
  path: string;
}

const longestScanMs = 500;

export class Workspace {
  readonly #projects = new Map<string, ScriptProject>();
  readonly #scanned = new Map<string, Promise<void>>();
  /** Open documents by URI. */
  readonly #documents = new Map<string, ScriptDocument>();
  readonly #lines = new WeakMap<Analysis, LineMap>();
  readonly #access: LibraryAccess | undefined;

  /** `access`: how files of other projects are read, where they can be. */
  constructor(access: LibraryAccess | undefined) {
    this.#access = access;
  }

  get documents(): Iterable<ScriptDocument> {
    return this.#documents.values();
  }

  /** The text of a document is this now. Answers the open documents for which that matters, itself the first. */
  open(uri: string, text: string): ScriptDocument[] {
    const document = this.#documents.get(uri) ?? this.#locate(uri);
    this.#documents.set(uri, document);
    const { scripts, path: inside } = document;
    const affected = this.#among(scripts, scripts.setText(inside, text));
    return [document, ...affected.filter((other) => other !== document)];
  }

  /** The text of a document is the file's own again. Answers the open documents for which that matters. */
  close(uri: string): ScriptDocument[] {
    const document = this.#documents.get(uri);
    if (document === undefined) return [];
    this.#documents.delete(uri);
    return this.#among(document.scripts, document.scripts.setText(document.path, undefined));
  }

  #among(scripts: ScriptProject, paths: ReadonlySet<string>): ScriptDocument[] {
    return [...this.#documents.values()].filter((one) => one.scripts === scripts && paths.has(one.path));
  }

  document(uri: string): ScriptDocument | undefined {
    return this.#documents.get(uri);
  }

  /** Resolves when the scripts on disk of a document's project are known, or when looking for them takes long: nobody wants to wait. */
  async ready({ scripts }: ScriptDocument): Promise<void> {
    let scan = this.#scanned.get(scripts.root);
    if (scan === undefined) {
      scan = this.#scan(scripts);
      this.#scanned.set(scripts.root, scan);
    }
    await Promise.race([scan, setTimeout(longestScanMs, undefined, { ref: false })]);
  }

  /** Something about a file on disk has changed: its text, or whether it is there. */
  fileChanged(uri: string): void {
    const file = fileOf(uri);
    if (file === undefined) return;
    for (const scripts of this.#projects.values()) {
      if (path.relative(scripts.root, file).startsWith("..")) continue;
      scripts.project.changed(scripts.pathOf(file));
      this.#scanned.delete(scripts.root);
    }
  }

  analysis({ scripts, path: inside }: ScriptDocument): Analysis {
    return scripts.project.file(inside)!;
  }

  lines(analysis: Analysis): LineMap {
    let lines = this.#lines.get(analysis);
    if (lines === undefined) {
      lines = new LineMap(analysis.text);
      this.#lines.set(analysis, lines);
    }
    return lines;
  }

  /** The URI of a path of a project: of the open document, else of the file. Undefined for what no editor can open. */
  uriOf(scripts: ScriptProject, inside: string): string | undefined {
    for (const document of this.#documents.values()) {
      if (document.scripts === scripts && document.path === inside) return document.uri;
    }
    if (libraryText(inside) !== undefined || inside.startsWith("@")) return undefined;
    return pathToFileURL(scripts.fileOf(inside)).href;
  }

  /** A document that is no file has a project of its own, in which it is called by its URI's last part. */
  #locate(uri: string): ScriptDocument {
    const file = fileOf(uri);
    if (file !== undefined) {
      const scripts = this.#project(projectFolder(file));
      return { uri, scripts, path: scripts.pathOf(file) };
    }
    const name = uri.split(/[/:]/).at(-1) ?? "untitled";
    return {
      uri,
      scripts: new ScriptProject(path.resolve()),
      path: name.endsWith(".star") ? name : `${name}.star`,
    };
  }

  #project(root: string): ScriptProject {
    let scripts = this.#projects.get(root);
    if (scripts === undefined) {
      scripts = new ScriptProject(root, this.#access);
      this.#projects.set(root, scripts);
    }
    return scripts;
  }

  async #scan(scripts: ScriptProject): Promise<void> {
    const files = await projectScripts(scripts.root).catch(() => []);
    scripts.setScripts(files.map((file) => scripts.pathOf(file)));
  }
}

function fileOf(uri: string): string | undefined {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch {
    return undefined;
  }
}
