/** Lists the files of a GitLab repository in which definitions are looked for. */
import { asObject, textAt } from "../body-fields.ts";
import { isInSearchedFolder } from "./definition-language.ts";
import { maxListedFiles, type ListedFile, type Listing } from "./find-entries.ts";
import type { GitLabClient } from "./gitlab-client.ts";

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

/** The tree at a commit, page by page. Throws SCRIPT_SOURCE_UNAVAILABLE. */
export async function listGitLabFiles(request: GitLabListingRequest): Promise<Listing> {
  const { client, path, commit, isWanted, signal } = request;
  const files: ListedFile[] = [];
  for (let page = 1; page <= maxListedFiles / perPage; page++) {
    const query = `ref=${commit}&recursive=true&per_page=${perPage}&page=${page}`;
    const found = await client.json(`${path}/tree?${query}`, signal);
    const entries: unknown[] = Array.isArray(found) ? found : [];
    for (const entry of entries) {
      const fields = asObject(entry);
      const file = textAt(fields, "path");
      if (file === undefined || textAt(fields, "type") !== "blob") continue;
      if (isInSearchedFolder(file) && isWanted(file))
        files.push({ path: file, version: textAt(fields, "id") ?? commit });
    }
    if (entries.length < perPage) return { files: inOrder(files) };
  }
  return { files: inOrder(files), cut: `the repository has more than ${maxListedFiles} files and folders` };
}

function inOrder(files: readonly ListedFile[]): ListedFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
