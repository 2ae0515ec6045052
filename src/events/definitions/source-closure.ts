/** A definition and everything it loads, directly or through others. */
import type { MissingFile, Program, Sources } from "../../core/program.ts";
import { isInsideProject, parseOtherProjectPath } from "../../core/source-path.ts";
import { decodeText } from "./decode-text.ts";
import type { Libraries } from "./libraries.ts";
import { isAddress, type ProjectFiles, type RemoteFiles } from "./project-files.ts";

const maxFiles = 256;
const maxCharacters = 16 * 1024 * 1024;
const readAtOnce = 8;

const tooMuch: MissingFile = {
  reason: `it is one too many: a definition may load ${maxFiles} files, or ${maxCharacters / 1024 / 1024} Mi characters`,
};

/** Where the files of a closure are. */
export interface ClosureFiles {
  own: ProjectFiles;
  /** Those of other projects; absent where none can be had. */
  libraries?: Libraries;
  /** Those that are named by an address; absent where nothing is fetched. */
  remote?: RemoteFiles;
}

/**
 * Reads the entry and all that it loads. Undefined when there is no entry. A loaded file that cannot be had is among the `missing`,
 * and the compiler tells it where it is loaded. Throws what reading throws.
 */
export async function readClosure(
  program: Pick<Program, "dependencies">,
  entry: string,
  files: ClosureFiles,
): Promise<Sources | undefined> {
  const closure = new Closure(program, files);
  await closure.follow([entry]);
  if (closure.missing.has(entry) && closure.missing.get(entry)?.reason === undefined) return undefined;
  return closure.sources(entry);
}

/** Reads files, and those that they load, until there are no more. */
class Closure {
  readonly missing = new Map<string, MissingFile>();
  readonly #texts = new Map<string, string>();
  readonly #program: Pick<Program, "dependencies">;
  readonly #files: ClosureFiles;
  #characters = 0;

  constructor(program: Pick<Program, "dependencies">, files: ClosureFiles) {
    this.#program = program;
    this.#files = files;
  }

  async follow(entries: readonly string[]): Promise<void> {
    const asked = new Set(entries);
    let wave = [...entries];
    while (wave.length > 0) {
      const loaded: string[] = [];
      for (let from = 0; from < wave.length; from += readAtOnce) {
        loaded.push(...(await this.#readSome(wave.slice(from, from + readAtOnce))));
      }
      wave = [...new Set(loaded)].filter((path) => !asked.has(path));
      for (const path of wave) asked.add(path);
    }
  }

  /** Reads a few files at once. Answers the paths that they load. */
  async #readSome(paths: readonly string[]): Promise<string[]> {
    const isFull = this.#texts.size + paths.length > maxFiles || this.#characters > maxCharacters;
    const contents = await Promise.all(paths.map(async (path) => (isFull ? tooMuch : this.#read(path))));
    return paths.flatMap((path, i) => {
      const content = contents[i]!;
      if (typeof content === "string") return this.#add(path, content);
      this.missing.set(path, content);
      return [];
    });
  }

  #add(path: string, text: string): string[] {
    this.#texts.set(path, text);
    this.#characters += text.length;
    return this.#program.dependencies(path, text);
  }

  async #read(path: string): Promise<string | MissingFile> {
    const { own, libraries, remote } = this.#files;
    if (isAddress(path)) return decoded((await remote?.read(path)) ?? notFetched);
    const other = parseOtherProjectPath(path);
    if (!isInsideProject(other?.path ?? path)) return {};
    const content = other === undefined ? await own.read(path) : await libraries?.read(other);
    if (content === undefined) return { reason: "files of other projects cannot be loaded here" };
    return decoded(content);
  }

  /** In one order, so that the same texts are the same definition wherever they come from. */
  sources(entry: string): Sources {
    const files = new Map([...this.#texts].toSorted(byPath));
    const missing = new Map([...this.missing].toSorted(byPath));
    return { entry, files, ...(missing.size > 0 && { missing }) };
  }
}

const notFetched: MissingFile = { reason: "nothing is fetched from addresses here" };

function decoded(content: Uint8Array | MissingFile): string | MissingFile {
  return content instanceof Uint8Array ? decodeText(content) : content;
}

function byPath([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
