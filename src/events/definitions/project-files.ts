/** Files of projects, wherever they are kept. */
import type { MissingFile } from "../../core/program.ts";

/** Bytes of one file that is read. */
export const maxFileBytes = 4 * 1024 * 1024;

/** The files of one project, in a folder or at a commit. */
export interface ProjectFiles {
  /**
   * The content of the file at a path inside the project (`isInsideProject`), or what is known of a file that is not there or not
   * for reading. Throws SCRIPT_SOURCE_UNAVAILABLE.
   */
  read(path: string): Promise<Uint8Array | MissingFile>;
}

/** Files that are named by an address: "https://…". */
export interface RemoteFiles {
  /** What is there, what was there last while it cannot be had, or why it cannot. Never rejects. */
  read(address: string): Promise<Uint8Array | MissingFile>;
}

/** Whether a path among the sources of a definition is an address. */
export function isAddress(path: string): boolean {
  return /^https?:\/\//i.test(path);
}

/** Reads each file once: for one look at a project, in which many definitions name the same files. */
export function readingOnce(files: ProjectFiles): ProjectFiles {
  const known = new Map<string, Promise<Uint8Array | MissingFile>>();
  return {
    read: (path) => {
      const reading = known.get(path) ?? files.read(path);
      known.set(path, reading);
      return reading;
    },
  };
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
