/** Reads the definitions of a project, as they are now or at a commit. */
import type { DefinitionSources } from "../../core/definition.ts";
import type { Sources } from "../../core/program.ts";
import { isInsideProject } from "../../core/source-path.ts";
import { decodeText } from "./decode-text.ts";
import type { DefinitionLanguage, UnpackedDefinition } from "./definition-language.ts";
import { type FoundEntries, maxDefinitions } from "./find-entries.ts";
import { type LibraryAccess, LockedLibraries } from "./libraries.ts";
import { lockPath } from "./lock-file.ts";
import type { ProjectFiles, RemoteFiles } from "./project-files.ts";
import { readClosure } from "./source-closure.ts";

/** What definitions may load besides files of their own project; nothing when absent. */
export interface OutsideFiles {
  libraries?: LibraryAccess;
  remote?: RemoteFiles;
}

/** A definition as it was read. */
export interface ReadDefinition {
  language: string;
  sources: Sources;
  libraries?: NonNullable<DefinitionSources["libraries"]>;
  /** The project's files that it was made of. */
  own: string[];
}

export interface ReadDefinitions {
  definitions: ReadDefinition[];
  /** "group/project@ref" of those that something was taken of that the lock file does not name. */
  unlocked: string[];
  /** What is wrong with files that definitions are made of, in sentences. */
  problems: string[];
}

/** Those definitions that are there, each with all it loads. Throws what reading throws. */
export async function readDefinitions(
  { entries, parts }: Pick<FoundEntries, "entries" | "parts">,
  own: ProjectFiles,
  outside: OutsideFiles,
): Promise<ReadDefinitions> {
  const reading = new Reading(own, outside);
  for (const { path, language } of entries) await reading.read(path, language, own);
  for (const [language, paths] of parts) await reading.unpack(language, paths);
  return reading;
}

class Reading implements ReadDefinitions {
  readonly definitions: ReadDefinition[] = [];
  readonly unlocked: string[] = [];
  readonly problems: string[] = [];
  readonly #own: ProjectFiles;
  readonly #outside: OutsideFiles;

  constructor(own: ProjectFiles, outside: OutsideFiles) {
    this.#own = own;
    this.#outside = outside;
  }

  async read(entry: string, language: DefinitionLanguage, own: ProjectFiles, made?: MadeOf): Promise<void> {
    const { libraries: access, remote } = this.#outside;
    const libraries = access === undefined ? undefined : new LockedLibraries({ own, ...access });
    const files = { own, ...(libraries !== undefined && { libraries }), ...(remote !== undefined && { remote }) };
    const sources = await readClosure(language.program, entry, files);
    const used = libraries?.used ?? [];
    for (const project of libraries?.unlocked ?? []) if (!this.unlocked.includes(project)) this.unlocked.push(project);
    if (sources === undefined) return;
    const real = [...sources.files.keys()].filter((path) => isInsideProject(path) && made?.files.has(path) !== true);
    this.definitions.push({
      language: language.program.language,
      sources,
      own: [...real, ...(made?.parts ?? []), ...(used.length > 0 ? [lockPath] : [])],
      ...(used.length > 0 && { libraries: used }),
    });
  }

  async unpack(language: DefinitionLanguage, paths: readonly string[]): Promise<void> {
    const texts = new Map<string, string>();
    for (const path of paths) {
      const content = await this.#own.read(path);
      const text = content instanceof Uint8Array ? decodeText(content) : content;
      if (typeof text === "string") texts.set(path, text);
    }
    const { definitions = [], problems = [] } = language.unpack?.(texts) ?? {};
    this.problems.push(...problems);
    for (const { entry, files } of definitions.slice(0, maxDefinitions)) {
      await this.read(entry, language, overlaid(files, this.#own), { files, parts: paths });
    }
  }
}

/** What a definition that is no file of its own was made of. */
interface MadeOf extends Pick<UnpackedDefinition, "files"> {
  parts: readonly string[];
}

/** The project's files, and these in front of them. */
function overlaid(files: UnpackedDefinition["files"], own: ProjectFiles): ProjectFiles {
  return {
    read: (path) => {
      const text = files.get(path);
      return text === undefined ? own.read(path) : Promise.resolve(new TextEncoder().encode(text));
    },
  };
}
