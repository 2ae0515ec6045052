/** Lists the files of a GitLab repository in which definitions are looked for. */
import { asObject, textAt } from "../body-fields.ts";
import { isInSearchedFolder } from "./definition-language.ts";
import { maxListedFiles, type ListedFile, type Listing } from "./find-entries.ts";
import type { GitLabClient } from "./gitlab-client.ts";
import type { ProjectFiles } from "./project-files.ts";

export interface GitLabListingRequest {
  client: GitLabClient;
  /** Of the repository, below /api/v4/. */
  path: string;
  commit: string;
  /** Which files are of interest. */
  isWanted: (path: string) => boolean;
  signal: AbortSignal;
}

const perPage = 100;

export interface GitLabListing extends Listing {
  /** The paths of all files, whatever they are; absent when not all were listed. */
  all?: ReadonlySet<string>;
}

/** The tree at a commit, page by page. Throws SCRIPT_SOURCE_UNAVAILABLE. */
export async function listGitLabFiles(request: GitLabListingRequest): Promise<GitLabListing> {
  const { client, path, commit, isWanted, signal } = request;
  const files: ListedFile[] = [];
  const all = new Set<string>();
  for (let page = 1; page <= maxListedFiles / perPage; page++) {
    const query = `ref=${commit}&recursive=true&per_page=${perPage}&page=${page}`;
    const found = await client.json(`${path}/tree?${query}`, signal);
    const entries: unknown[] = Array.isArray(found) ? found : [];
    for (const entry of entries) {
      const fields = asObject(entry);
      const file = textAt(fields, "path");
      if (file === undefined || textAt(fields, "type") !== "blob") continue;
      all.add(file);
      if (isInSearchedFolder(file) && isWanted(file))
        files.push({ path: file, version: textAt(fields, "id") ?? commit });
    }
    if (entries.length < perPage) return { files: inOrder(files), ...(all.size > 0 && { all }) };
  }
  return { files: inOrder(files), cut: `the repository has more than ${maxListedFiles} files and folders` };
}

function inOrder(files: readonly ListedFile[]): ListedFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Files of the repository: what the listing does not have is not asked for. */
export function onlyListed(files: ProjectFiles, { all }: GitLabListing): ProjectFiles {
  if (all === undefined) return files;
  return {
    read: (path) => (all.has(path) ? files.read(path) : Promise.resolve({ siblings: siblingsIn(all, path) })),
  };
}

function siblingsIn(all: ReadonlySet<string>, path: string): string[] {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const inside = [...all].filter((file) => file.startsWith(folder) && !file.slice(folder.length).includes("/"));
  return inside.map((file) => file.slice(folder.length)).toSorted();
}
