/** Files of projects, wherever they are kept. */
import type { MissingFile } from "../../core/program.ts";

/** Bytes of one file that is read. */
export const maxFileBytes = 1024 * 1024;

/** The files of one project, in a folder or at a commit. */
export interface ProjectFiles {
  /**
   * The content of the file at a path inside the project (`isInsideProject`), or what is known of a file that is not there or not
   * for reading. Throws SCRIPT_SOURCE_UNAVAILABLE.
   */
  read(path: string): Promise<Uint8Array | MissingFile>;
}

/** Projects that a script may load files from besides its own. */
export interface OtherProjects {
  /**
   * The commit (40 or 64 hex digits) that a tag, a branch or the beginning of a commit stands for now. Throws
   * SCRIPT_SOURCE_UNAVAILABLE, also for what is not there or not for the script's project to see.
   */
  commitOf(project: string, ref: string): Promise<string>;
  /** The files at a commit. */
  at(project: string, commit: string): ProjectFiles;
}

export const tooLarge: MissingFile = { reason: `it has more than ${maxFileBytes / 1024} KiB` };
