// Installs the dependencies when they are missing or not those of package-lock.json. Runs on Node 20 and needs none of them.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { hasPinnedNode, root } from "./pinned-node.js";

/** @typedef {Record<string, { version?: string, optional?: boolean, link?: boolean }>} Packages */

/** Makes node_modules what package-lock.json says. Ends the process when npm cannot. */
export function ensureInstalled() {
  const reason = staleness();
  if (reason === undefined) return;
  console.error(`${reason}: running npm ci`);
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    console.error(
      "npm ci failed; see above for the cause. AutoFlow needs npm 10 or newer and a reachable npm registry.",
    );
    process.exit(1);
  }
  if (!hasPinnedNode()) {
    console.error("The pinned Node is missing because npm ran no install scripts. Run: npm rebuild node");
    process.exit(1);
  }
}

/**
 * Why node_modules cannot be used as it is, or undefined when it can.
 * @returns {string | undefined}
 */
function staleness() {
  const wanted = packagesOf("package-lock.json");
  const installed = packagesOf("node_modules/.package-lock.json");
  if (installed === undefined || wanted === undefined) return "Dependencies are not installed";
  for (const [name, { version, optional, link }] of Object.entries(wanted)) {
    if (name === "" || link) continue;
    const got = installed[name];
    if (got === undefined && optional) continue;
    if (got?.version !== version) return `${name} ${version} is not installed`;
  }
  return hasPinnedNode() ? undefined : "The pinned Node is not installed";
}

/**
 * @param {string} file
 * @returns {Packages | undefined}
 */
function packagesOf(file) {
  try {
    return /** @type {{ packages: Packages }} */ (JSON.parse(readFileSync(path.join(root, file), "utf8"))).packages;
  } catch {
    return undefined;
  }
}
