// The Node that AutoFlow is built for comes with its dependencies, because the machine's own may be older.
// This file runs on Node 20.
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Path of the pinned Node; it exists once the dependencies are installed. */
export const pinnedNode = path.join(root, "node_modules/node/bin/node");

/**
 * The environment for child processes: `node` and the tools of node_modules come first in the PATH.
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment() {
  const folders = [path.dirname(pinnedNode), path.join(root, "node_modules/.bin")];
  return {
    ...process.env,
    PATH: [...folders, process.env.PATH ?? ""].join(path.delimiter),
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? path.join(root, ".cache/node"),
  };
}

/** Whether the pinned Node is there; it is not when install scripts were switched off. */
export function hasPinnedNode() {
  return existsSync(pinnedNode);
}
