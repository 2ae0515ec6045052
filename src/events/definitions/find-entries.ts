/** Finds the definitions among the files of a project. */
import type { MissingFile } from "../../core/program.ts";
import { decodeText } from "./decode-text.ts";
import type { DefinitionLanguage, Entry } from "./definition-language.ts";

/** Files of a project in folders where definitions are looked for. */
export interface Listing {
  /** In the order of their paths. `version` changes when the content does. */
  files: readonly ListedFile[];
  /** Why not all files were listed. */
  cut?: string;
}

export interface ListedFile {
  path: string;
  version: string;
}

export interface FoundEntries {
  /** In the order of their paths. */
  entries: Entry[];
  /** Files that hold definitions, or parts of them, by language. */
  parts: Map<DefinitionLanguage, string[]>;
  /** Why there may be more. */
  cut?: string;
}

export const maxListedFiles = 20_000;
export const maxDefinitions = 1000;
/** Files whose texts are read only to see what they are. */
const maxCandidates = 2000;
const readAtOnce = 8;

type Read = (path: string) => Promise<Uint8Array | MissingFile>;

/** Of which languages a file's text is a part, as it was at this version. */
interface Judgement {
  version: string;
  languages: DefinitionLanguage[];
}

interface Candidate {
  file: ListedFile;
  languages: DefinitionLanguage[];
}

/** One per project: what is known of a file's text is kept until its version changes. */
export class EntryFinder {
  readonly #languages: readonly DefinitionLanguage[];
  #judged = new Map<string, Judgement>();

  constructor(languages: readonly DefinitionLanguage[]) {
    this.#languages = languages;
  }

  /** The fixed definitions are always among them: reading tells whether they are there. Throws what `read` throws. */
  async find({ files, cut }: Listing, read: Read): Promise<FoundEntries> {
    const found = new Map<string, Entry>();
    const candidates: Candidate[] = [];
    for (const language of this.#languages) {
      if (language.fixed !== undefined) found.set(language.fixed, { path: language.fixed, language });
    }
    for (const file of files) {
      if (found.has(file.path)) continue;
      const claims = this.#languages.map((language) => language.claims?.(file.path) ?? false);
      const sure = claims.indexOf(true);
      if (sure >= 0) found.set(file.path, { path: file.path, language: this.#languages[sure]! });
      else if (claims.includes("perhaps")) {
        candidates.push({ file, languages: this.#languages.filter((_, i) => claims[i] === "perhaps") });
      }
    }
    const parts = await this.#judge(candidates.slice(0, maxCandidates), read);
    const entries = [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const why = cut ?? reasonOf(candidates.length, entries.length);
    return { entries: entries.slice(0, maxDefinitions), parts, ...(why !== undefined && { cut: why }) };
  }

  async #judge(candidates: readonly Candidate[], read: Read): Promise<Map<DefinitionLanguage, string[]>> {
    const judged = new Map<string, Judgement>();
    const parts = new Map<DefinitionLanguage, string[]>();
    for (let from = 0; from < candidates.length; from += readAtOnce) {
      const some = candidates.slice(from, from + readAtOnce);
      const judgements = await Promise.all(some.map((candidate) => this.#judgementOf(candidate, read)));
      for (const [i, { file }] of some.entries()) {
        judged.set(file.path, judgements[i]!);
        for (const language of judgements[i]!.languages) {
          parts.set(language, [...(parts.get(language) ?? []), file.path]);
        }
      }
    }
    this.#judged = judged;
    return parts;
  }

  async #judgementOf({ file: { path, version }, languages }: Candidate, read: Read): Promise<Judgement> {
    const known = this.#judged.get(path);
    if (known?.version === version) return known;
    const content = await read(path);
    const text = content instanceof Uint8Array ? decodeText(content) : content;
    if (typeof text !== "string") return { version, languages: [] };
    return { version, languages: languages.filter((language) => language.isPart?.(text) === true) };
  }
}

function reasonOf(candidates: number, entries: number): string | undefined {
  if (candidates > maxCandidates) return `more than ${maxCandidates} files may be definitions`;
  return entries > maxDefinitions ? `there are more than ${maxDefinitions} definitions` : undefined;
}
