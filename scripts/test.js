// npm test: everything CI runs. npm run check: the part that takes less than a minute. Runs on Node 20.
//
//   node scripts/test.js                    all stages
//   node scripts/test.js check              format, lint, types, unused, unit
//   node scripts/test.js lint docs          the stages of these names
//   node scripts/test.js crash --kills 250  the crash test, as long as one likes
//   node scripts/test.js fuzz --minutes 60  random programs, as long as one likes
//   node scripts/test.js differential --minutes 60   random programs of jq beside jq 1.6, as long as one likes
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureInstalled } from "./lib/install.js";
import { root, toolEnvironment } from "./lib/pinned-node.js";

/**
 * `shards`: the files of the tests are shared out among so many processes. `prepare`: runs before them, with a time limit of its own.
 * @typedef {{ name: string, command: string[], tests?: boolean, shards?: number, prepare?: string[] }} Stage
 */
/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

const stageLimitMs = 15 * 60_000;
/** Suites wait for other processes most of the time: so many of their files run at once, whatever the number of processors. */
const filesAtOnce = 3;
/** On Temporal they wait more. */
const filesAtOnceOnTemporal = 4;
const checkNames = ["format", "lint", "types", "unused", "unit"];

const reporter = path.join(root, "scripts/lib/test-reporter.js");
const testCommand = ["node", "--test", `--test-reporter=${reporter}`];

/** @returns {Stage[]} */
function allStages() {
  return [
    { name: "format", command: ["oxfmt", "--check", "."] },
    { name: "lint", command: ["oxlint"] },
    { name: "types", command: ["tsc", "-p", "."] },
    { name: "unused", command: ["knip"] },
    unitStage(),
    ...suiteStages(),
  ];
}

/**
 * Unit tests and contract suites share two processes: they hold no module state, so this is forty times as fast.
 * @returns {Stage}
 */
function unitStage() {
  const command = [...testCommand, "--test-isolation=none", "--test-timeout=60000", "src/**/*.test.ts"];
  return { name: "unit", tests: true, command, shards: 2 };
}

/**
 * Each folder of test/ is a stage, and so are the examples together; their files run in processes of their own, after the
 * folder's prepare.ts if it has one.
 * @returns {Stage[]}
 */
function suiteStages() {
  const folders = subfolders("test").map((folder) => ({ name: folder, glob: `test/${folder}/**/*.test.ts` }));
  return [...folders, { name: "examples", glob: "examples/**/*.test.ts" }]
    .filter(({ glob }) => hasTests(path.dirname(path.dirname(glob))))
    .map(({ name, glob }) => ({
      name,
      tests: true,
      command: [...testCommand, "--test-timeout=300000", ...optionsOf(name), glob],
      ...preparation(`test/${name}/prepare.ts`),
    }));
}

/** @param {string} name */
function optionsOf(name) {
  if (name !== "temporal") return [`--test-concurrency=${filesAtOnce}`];
  // What a failed test leaves open, a worker of Temporal's, outlives the signal that ends a test file.
  return [`--test-concurrency=${filesAtOnceOnTemporal}`, "--test-force-exit"];
}

/** @param {string} file */
function preparation(file) {
  return existsSync(path.join(root, file)) ? { prepare: ["node", file] } : {};
}

/** @param {string} folder */
function subfolders(folder) {
  if (!existsSync(path.join(root, folder))) return [];
  const entries = readdirSync(path.join(root, folder), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
}

/** @param {string} folder */
function hasTests(folder) {
  if (!existsSync(path.join(root, folder))) return false;
  return readdirSync(path.join(root, folder), { recursive: true }).some((file) => String(file).endsWith(".test.ts"));
}

/**
 * @param {string[]} names
 * @returns {Stage[]}
 */
function chooseStages(names) {
  const stages = allStages();
  if (names.length === 0) return stages;
  const wanted = names.flatMap((name) => (name === "check" ? checkNames : [name]));
  for (const name of wanted) {
    if (stages.some((stage) => stage.name === name)) continue;
    console.error(`There is no stage "${name}". Stages: check, ${stages.map((stage) => stage.name).join(", ")}`);
    process.exit(2);
  }
  return stages.filter((stage) => wanted.includes(stage.name));
}

/**
 * Runs a command with its output going to ours; resolves with its exit status.
 * @param {string[]} command
 * @param {Record<string, string>} [environment]
 * @param {number} [limitMs]
 * @returns {Promise<number>}
 */
function run([file = "", ...args], environment, limitMs) {
  const env = { ...toolEnvironment(), ...environment };
  const child = spawn(file, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"], timeout: limitMs });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (signal === "SIGTERM" && limitMs !== undefined) {
        console.error(`ended after ${limitMs / 60_000} minutes: something stays open`);
      }
      resolve(code ?? 1);
    });
  });
}

/**
 * Runs one stage. A stage that fails without a failing test counts as one failure, so that "0 failed" means all is well.
 * @param {Stage} stage
 * @param {string} folder where totals may be written
 * @returns {Promise<Totals>}
 */
async function runStage(stage, folder) {
  const prepared = stage.prepare === undefined ? 0 : await run(stage.prepare, {}, stageLimitMs);
  const commands = commandsOf(stage);
  const files = commands.map((_, index) => path.join(folder, `${stage.name}-${index}.json`));
  const statuses = await Promise.all(
    commands.map((command, index) => run(command, { TEST_TOTALS_FILE: files[index] ?? "" }, stageLimitMs)),
  );
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const file of files.filter((name) => existsSync(name))) {
    const { passed, failed, skipped } = /** @type {Totals} */ (JSON.parse(readFileSync(file, "utf8")));
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped += skipped;
  }
  const status = Math.max(prepared, ...statuses);
  const isEmpty = stage.tests === true && totals.passed + totals.skipped === 0;
  if (isEmpty && status === 0) console.error("no test ran");
  const bad = status !== 0 || isEmpty;
  if (bad && totals.failed === 0) totals.failed = 1;
  return totals;
}

/** @param {Stage} stage */
function commandsOf({ command, shards = 1 }) {
  if (shards === 1) return [command];
  const [node = "", test = "", ...rest] = command;
  return Array.from({ length: shards }, (_, index) => [node, test, `--test-shard=${index + 1}/${shards}`, ...rest]);
}

/** @param {string[]} names */
async function runStages(names) {
  const folder = mkdtempSync(path.join(tmpdir(), "autoflow-test-"));
  const sum = { passed: 0, failed: 0, skipped: 0 };
  try {
    for (const stage of chooseStages(names)) {
      const start = performance.now();
      const totals = await runStage(stage, folder);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      const skipped = totals.skipped === 0 ? "" : `, ${totals.skipped} skipped`;
      const count = stage.tests ? `  ${totals.passed} passed${skipped}` : "";
      console.log(
        `${totals.failed === 0 ? "ok    " : "FAILED"}  ${stage.name.padEnd(12)} ${seconds.padStart(6)} s${count}`,
      );
      sum.passed += totals.passed;
      sum.failed += totals.failed;
      sum.skipped += totals.skipped;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
  return sum.failed === 0 ? 0 : 1;
}

const [first, ...rest] = process.argv.slice(2);
ensureInstalled();
const isLong = ["crash", "fuzz", "differential"].includes(first ?? "") && rest[0]?.startsWith("--") === true;
process.exitCode = await (isLong ? run(["node", `test/${first}/main.ts`, ...rest]) : runStages(process.argv.slice(2)));
