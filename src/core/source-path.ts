/**
 * Paths of source files. A file of the definition's own project is named by its path there: "lib/x.star". One of another project
 * is named with the project's full path and the ref that it is wanted at: "@group/project//lib/x.star@v1.2".
 */

/** A file of another project. */
export interface OtherProjectFile {
  /** The project's full path: "group/subgroup/project". */
  project: string;
  /** Path inside that project. */
  path: string;
  /** Tag, branch or commit. */
  ref: string;
}

/** The path of a file of another project among the sources of a definition. */
export function otherProjectPath({ project, path, ref }: OtherProjectFile): string {
  return `@${project}//${path}@${ref}`;
}

/** Whose file a path names; undefined for the definition's own project. The ref begins behind the first "@" of the path. */
export function parseOtherProjectPath(path: string): OtherProjectFile | undefined {
  const match = /^@([^@]+?)\/\/([^@]+)@(.+)$/s.exec(path);
  return match === null ? undefined : { project: match[1]!, path: match[2]!, ref: match[3]! };
}

/** Whether a path stays inside a project: segments with names, no ".." and nothing that a file system reads differently. */
export function isInsideProject(path: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (path === "" || /[\\\u0000-\u001f\u007f]/.test(path)) return false;
  return path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

/** Whether a text is the full path of a GitLab project: a group, perhaps subgroups, and a name. */
export function isProjectPath(text: string): boolean {
  const segments = text.split("/");
  return segments.length > 1 && segments.every((segment) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(segment));
}

/** Whether a text may be a tag, a branch or a commit, by Git's rules for names (git check-ref-format); never an option. */
export function isRefName(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  if (text === "" || text === "@" || /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/.test(text)) return false;
  if (text.startsWith("-") || text.endsWith(".")) return false;
  return text.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}
