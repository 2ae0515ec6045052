// npm run build: src -> dist, the JavaScript that the npm package holds, because Node strips no types inside node_modules.
// Runs on Node 20.
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled } from "./lib/install.js";
import { root, toolEnvironment } from "./lib/pinned-node.js";

const source = path.join(root, "src");
const target = path.join(root, "dist");

ensureInstalled();
rmSync(target, { recursive: true, force: true });
const { status } = spawnSync("tsc", ["-p", "tsconfig.build.json"], {
  cwd: root,
  env: toolEnvironment(),
  stdio: "inherit",
});
if (status !== 0) process.exit(1);
copyDataFiles();
rewriteModuleAddresses();
bundleWorkflows();

/** What the code reads at run time: migrations, libraries, schemas. */
function copyDataFiles() {
  for (const file of filesUnder(source)) {
    if (file.endsWith(".ts") || file.split(path.sep).includes("testdata")) continue;
    cpSync(path.join(source, file), path.join(target, file), { recursive: true });
  }
}

/** tsc rewrites the endings in imports; the addresses of worker threads, new URL("./x.ts", import.meta.url), are left to us. */
function rewriteModuleAddresses() {
  for (const file of filesUnder(target)) {
    if (!file.endsWith(".js")) continue;
    const text = readFileSync(path.join(target, file), "utf8");
    const rewritten = text.replaceAll(/(new URL\("\.[^"]*)\.ts(", import\.meta\.url\))/g, "$1.js$2");
    if (rewritten !== text) writeFileSync(path.join(target, file), rewritten);
  }
}

/** What Temporal's workers compute: one script, so that nobody who installs the package has to make it. */
function bundleWorkflows() {
  const bundle = path.join(target, "engines/temporal/worker/bundle.js");
  const program = `import(${JSON.stringify(pathToFileURL(bundle).href)}).then((bundle) => bundle.writePackagedCode())`;
  const { status } = spawnSync("node", ["-e", program], { cwd: root, env: toolEnvironment(), stdio: "inherit" });
  if (status !== 0) process.exit(1);
}

/**
 * Paths of the files in a folder and below, relative to it.
 * @param {string} folder
 */
function filesUnder(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}
