/** What the text of a load statement stands for. */

/**
 * The path inside the project, "/"-separated: "//lib/x.star" from its root, anything else from the folder of the file that loads.
 * Undefined for a path that leaves the project or is empty.
 */
export function resolveLoadPath(from: string, text: string): string | undefined {
  const rooted = text.startsWith("//");
  const parts = rooted ? [] : from.split("/").slice(0, -1);
  for (const part of (rooted ? text.slice(2) : text).split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.length === 0 || text.startsWith("/") !== rooted || text.endsWith("/") ? undefined : parts.join("/");
}
