/** Lists the files of a folder in which definitions are looked for. */
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { isSearched } from "./definition-language.ts";
import { maxListedFiles, type ListedFile, type Listing } from "./find-entries.ts";

const maxFolders = 4000;

export interface FolderListing extends Listing {
  /** Absolute paths of the folders that were listed: something new shows in one of them. */
  folders: string[];
}

/** `isWanted` says which files are of interest. No link to a folder is followed. */
export async function listFolder(root: string, isWanted: (path: string) => boolean): Promise<FolderListing> {
  const files: ListedFile[] = [];
  const folders: string[] = [];
  let wave = [""];
  for (let depth = 1; wave.length > 0; depth++) {
    const below: string[] = [];
    for (const folder of wave) {
      const listed = await entriesOf(path.join(root, folder));
      folders.push(path.join(root, folder));
      for (const entry of listed) {
        const at = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isDirectory() && isSearched(entry.name, depth)) below.push(at);
        if ((entry.isFile() || entry.isSymbolicLink()) && isWanted(at)) files.push(await versioned(root, at));
      }
      if (folders.length + below.length > maxFolders)
        return { ...inOrder(files), folders, cut: tooMany("folders", maxFolders) };
      if (files.length > maxListedFiles) return { ...inOrder(files), folders, cut: tooMany("files", maxListedFiles) };
    }
    wave = below;
  }
  return { ...inOrder(files), folders };
}

/** Nothing of a folder that cannot be read or has gone meanwhile. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function versioned(root: string, file: string): Promise<ListedFile> {
  const found = await stat(path.join(root, file), { bigint: true }).catch(() => undefined);
  return {
    path: file,
    version: found === undefined ? "" : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`,
  };
}

function inOrder(files: readonly ListedFile[]): { files: ListedFile[] } {
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) };
}

function tooMany(what: string, count: number): string {
  return `the folder has more than ${count} ${what} to look at`;
}
