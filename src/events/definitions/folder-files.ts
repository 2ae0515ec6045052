/** The files of a project in a local folder, as they are now. */
import { constants } from "node:fs";
import { open, readdir, realpath } from "node:fs/promises";
import path from "node:path";
import { AutoFlowError } from "../../core/errors.ts";
import type { MissingFile } from "../../core/program.ts";
import { maxFileBytes, tooLarge, type ProjectFiles } from "./project-files.ts";

/** No symbolic link leads out of the folder. */
export class FolderFiles implements ProjectFiles {
  readonly #root: string;

  /** `root` is a real path: one without symbolic links. */
  constructor(root: string) {
    this.#root = root;
  }

  async read(file: string): Promise<Uint8Array | MissingFile> {
    try {
      const real = await realpath(path.join(this.#root, file));
      if (!this.#isInside(real)) return { reason: "it is a link to outside of the project" };
      await using handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const found = await handle.stat();
      if (found.isDirectory()) return { reason: "it is a folder" };
      if (!found.isFile()) return { reason: "it is no ordinary file" };
      return found.size > maxFileBytes ? tooLarge : await handle.readFile();
    } catch (error) {
      if (isAbsence(error)) return { siblings: await this.#siblingsOf(file) };
      throw new AutoFlowError("SCRIPT_SOURCE_UNAVAILABLE", `${file} cannot be read`, { cause: error });
    }
  }

  #isInside(real: string): boolean {
    return real.startsWith(this.#root.endsWith(path.sep) ? this.#root : this.#root + path.sep);
  }

  async #siblingsOf(file: string): Promise<string[]> {
    const folder = await realpath(path.join(this.#root, path.dirname(file))).catch(() => undefined);
    if (folder === undefined || !(folder === this.#root || this.#isInside(folder))) return [];
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .toSorted();
  }
}

function isAbsence(error: unknown): boolean {
  return ["ENOENT", "ENOTDIR", "EISDIR", "ELOOP", "ENXIO", "ENAMETOOLONG"].includes(
    (error as NodeJS.ErrnoException).code ?? "",
  );
}
