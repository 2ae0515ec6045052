/** What the text of a load statement stands for. */
import {
  isInsideProject,
  isProjectPath,
  isRefName,
  otherProjectPath,
  parseOtherProjectPath,
} from "../../../core/source-path.ts";

/** What paths of the built-in library begin with. */
export const libraryPrefix = "@autoflow//";

/**
 * The path of the file that a load statement in the file `from` names; undefined when it names none (`explainLoadPath` says why).
 *
 *   "//lib/x.star", "//lib:x.star"      from the root of the project that `from` is in
 *   "x.star", "../x.star", ":x.star"    from the folder of `from`
 *   "@autoflow//x.star"                 of the built-in library
 *   "@group/project//lib/x.star@v1.2"   of another project, at a tag, a branch or a commit
 */
export function resolveLoadPath(from: string, text: string): string | undefined {
  const resolved = resolve(from, text);
  return "path" in resolved ? resolved.path : undefined;
}

/** Why a text names no file, for one that `resolveLoadPath` does not resolve. */
export function explainLoadPath(from: string, text: string): string {
  const resolved = resolve(from, text);
  return "problem" in resolved ? resolved.problem : "";
}

type Resolved = { path: string } | { problem: string };

const kinds =
  '"//lib/x.star" and "x.star" are files of this project, "@autoflow//x.star" is one of the library, "@group/project//x.star@v1.2" one of another project';

function resolve(from: string, text: string): Resolved {
  const shown = JSON.stringify(text);
  if (text === "" || text.endsWith("/")) return { problem: `${shown} names no file: ${kinds}` };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { problem: `${shown} is an address, and no file: ${kinds}` };
  if (text.startsWith("@")) return resolveForeign(text, shown);
  const home = homeOf(from);
  const label = readLabel(text);
  if (label === undefined) return { problem: `${shown} is not a path: ${kinds}` };
  const folder = text.startsWith("//") ? [] : home.path.split("/").slice(0, -1);
  const path = join(folder, label);
  if (path === undefined || (text.startsWith("/") && !text.startsWith("//"))) {
    return { problem: `${shown} is not a file inside ${home.name}` };
  }
  if (home.isForeign && path.includes("@")) {
    return { problem: `${shown}: a file with "@" in its path can be loaded only in its own project` };
  }
  return { path: home.locate(path) };
}

/** The place that a file is in: what "//" means there, and how paths there are written. */
function homeOf(from: string): {
  name: string;
  path: string;
  isForeign: boolean;
  locate: (path: string) => string;
} {
  if (from.startsWith(libraryPrefix)) {
    return {
      name: "the library",
      isForeign: true,
      path: from.slice(libraryPrefix.length),
      locate: (path) => libraryPrefix + path,
    };
  }
  const other = parseOtherProjectPath(from);
  if (other === undefined) return { name: "the project", isForeign: false, path: from, locate: (path) => path };
  return {
    name: `the project ${other.project}`,
    isForeign: true,
    path: other.path,
    locate: (path) => otherProjectPath({ ...other, path }),
  };
}

function resolveForeign(text: string, shown: string): Resolved {
  const [, name, rest] = /^@(.*?)\/\/(.*)$/s.exec(text) ?? [];
  if (name === undefined || rest === undefined) {
    return {
      problem: `${shown} is not a path: "//" stands between a project and a file, "@group/project//x.star@v1.2"`,
    };
  }
  if (name === "autoflow") return resolveLibrary(rest, shown);
  if (!isProjectPath(name)) {
    return {
      problem: `${shown} names no project: write its full path, "@group/project//x.star@v1.2"; the library is "@autoflow//"`,
    };
  }
  const at = rest.indexOf("@");
  const file = at < 0 ? rest : rest.slice(0, at);
  const path = pathOfLabel(file);
  if (path === undefined) return { problem: `${shown} is not a file inside the project ${name}` };
  if (at < 0) return { problem: `${shown} says no version: write a tag, branch or commit behind it, "${text}@v1.2"` };
  const ref = rest.slice(at + 1);
  if (!isRefName(ref)) return { problem: `${shown}: ${JSON.stringify(ref)} is no tag, branch or commit` };
  return { path: otherProjectPath({ project: name, path, ref }) };
}

function resolveLibrary(rest: string, shown: string): Resolved {
  if (rest.includes("@")) {
    return {
      problem: `${shown}: the library comes with AutoFlow and has no versions to choose from; leave out the "@"`,
    };
  }
  const path = pathOfLabel(rest);
  return path === undefined ? { problem: `${shown} is not a file inside the library` } : { path: libraryPrefix + path };
}

function pathOfLabel(file: string): string | undefined {
  const label = readLabel(`//${file}`);
  return label === undefined || file.startsWith("/") ? undefined : join([], label);
}

/**
 * The path in a text: a ":" stands between folder and file in Bazel's labels, which begin with "//" or ":". Undefined for
 * anything else with a ":", and for characters that no path has.
 */
function readLabel(text: string): string | undefined {
  const path = text.startsWith("//") ? text.slice(2).replace(":", "/") : text.replace(/^:/, "");
  return path.includes(":") ? undefined : path;
}

/** The path of a file below a folder; undefined when it leads out, or is none. */
function join(folder: readonly string[], path: string): string | undefined {
  const parts = [...folder];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  const joined = parts.join("/");
  return isInsideProject(joined) && !/(^|\/)\.{0,2}$/.test(path) ? joined : undefined;
}
