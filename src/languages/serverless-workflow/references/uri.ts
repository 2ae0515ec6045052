/** What the references of a workflow may mean: paths in the project, in the order in which they are tried, or addresses. */

/** Folders that hold what "classpath:" means, as Quarkus projects and SonataFlow images have them. */
const resourcesFolder = "src/main/resources";

/** A reference without its fragment, and the fragment without "#". */
export function splitFragment(uri: string): { document: string; fragment: string } {
  const hash = uri.indexOf("#");
  return hash === -1
    ? { document: uri, fragment: "" }
    : { document: uri.slice(0, hash), fragment: uri.slice(hash + 1) };
}

/** Whether a reference leaves the project. */
export function isAddress(uri: string): boolean {
  return /^https?:\/\//i.test(uri);
}

/**
 * The paths that a reference in the file `base` may mean, the likeliest first; none when it leads out of the project, or is of a
 * kind that cannot be read. An address stands for itself. It is relative to the file, or else to the resources, or the project.
 */
export function candidates(base: string, uri: string): string[] {
  const { document } = splitFragment(uri.trim());
  if (document === "") return [];
  if (isAddress(document)) return [document];
  if (isAddress(base)) return relativeAddress(base, document);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(document)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "file" && scheme !== "classpath") return [];
  const plain = decodePercent(document.replace(/^(?:file|classpath):(?:\/\/)?/i, ""));
  const isAbsolute = plain.startsWith("/") || scheme === "classpath";
  const inside = plain.replace(/^\/+/, "");
  const folder = folderOf(base);
  const roots = resourceRoots(folder);
  const folders = isAbsolute ? [...roots, "", folder] : [folder, ...roots, ""];
  // "../x" speaks of where the file itself is.
  const isRelative = !isAbsolute && inside.split("/").includes("..");
  const paths = (isRelative ? [folder] : folders).flatMap(
    (one) => normalPath(one === "" ? inside : `${one}/${inside}`) ?? [],
  );
  return [...new Set(paths)];
}

/** The folders above and around a file that are like the root of resources. */
function resourceRoots(folder: string): string[] {
  const at = `${folder}/`.indexOf(`${resourcesFolder}/`);
  const own = at === -1 ? [] : [folder.slice(0, at) + resourcesFolder];
  return [...own, resourcesFolder];
}

/** Where the properties of a workflow may be, those that count most last. */
export function propertyFiles(entry: string): string[] {
  const folder = folderOf(entry);
  const folders = ["", ...resourceRoots(folder).toReversed(), parentOf(folder), folder];
  const files = folders.flatMap((one) => {
    const prefix = one === "" ? "" : `${one}/`;
    return [`${prefix}application.properties`, `${prefix}config/application.properties`];
  });
  return files.filter((file, i) => files.lastIndexOf(file) === i);
}

function parentOf(folder: string): string {
  return folder.includes("/") ? folder.slice(0, folder.lastIndexOf("/")) : "";
}

/** "" for a file of the root. */
export function folderOf(path: string): string {
  return parentOf(path);
}

/** A path without "." and ".."; undefined when it leads out of the project. */
function normalPath(path: string): string | undefined {
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.length === 0 ? undefined : segments.join("/");
}

function relativeAddress(base: string, uri: string): string[] {
  const match = /^(https?:\/\/[^/?#]+)([^?#]*)/i.exec(base);
  if (match === null) return [];
  const [, origin = "", path = ""] = match;
  const inside = normalPath(uri.startsWith("/") ? uri : `${parentOf(path)}/${uri}`);
  return inside === undefined ? [] : [`${origin}/${inside}`];
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
