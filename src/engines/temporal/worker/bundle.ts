/**
 * The code of the workflows, as one script for Temporal's sandbox. A package has it beside this file; in a clone it is made once and
 * kept in the cache for as long as none of its sources changes.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type BundleOptions, bundleWorkflowCode } from "@temporalio/worker";
import { type Log, silentLog } from "../../../core/ports.ts";
import { temporalDataConverter } from "../codec/data-converter.ts";

/** A script that defines workflows. */
export interface WorkflowCode {
  readonly text: string;
  /** Names the text to Temporal: its hash. */
  readonly buildId: string;
}

/**
 * Where workflows begin. All of their modules are loaded once for each thread, frozen and shared, so that a workflow begins without
 * loading any: no module may remember anything of a workflow.
 */
export interface WorkflowSources {
  /** Absolute path of the module that exports the workflows, by their types. */
  entry: string;
}

type Configuration = Parameters<NonNullable<BundleOptions["webpackConfigHook"]>>[0];
type Rule = NonNullable<NonNullable<Configuration["module"]>["rules"]>[number];

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const packagedFile = fileURLToPath(new URL("workflow-code.js", import.meta.url));

const ourSources: WorkflowSources = {
  entry: fileURLToPath(new URL("../sandbox/entry.ts", import.meta.url)),
};

/** The code of our workflows, with all languages. Where it has to be made, that takes some seconds, and the log says so. */
export async function openWorkflowCode(log: Log): Promise<WorkflowCode> {
  if (existsSync(packagedFile)) return workflowCode(readFileSync(packagedFile, "utf8"));
  return bundleOnce(ourSources, log);
}

/**
 * Writes the file that a package has beside this module.
 *
 * @public by the build
 */
export async function writePackagedCode(): Promise<void> {
  writeFileSync(packagedFile, (await bundle(ourSources)).text);
}

export function workflowCode(text: string): WorkflowCode {
  return { text, buildId: hashOf(text).slice(0, 32) };
}

/** From the cache, when it has a bundle of these very sources; else made and kept there. Several processes may do so at once. */
export async function bundleOnce(sources: WorkflowSources, log: Log = silentLog): Promise<WorkflowCode> {
  const folder = path.join(root, ".cache", "workflows");
  const file = path.join(folder, hashOf(JSON.stringify(sources)).slice(0, 16));
  const kept = readKept(`${file}.json`, `${file}.js`);
  if (kept !== undefined) return kept;
  log.info("workflows are bundled, once for these sources: this takes some seconds");
  const { text, files } = await bundle(sources);
  const code = workflowCode(text);
  const hashes = files.map((path): [string, string] => [path, hashOfFile(path)]);
  mkdirSync(folder, { recursive: true });
  replaceFile(`${file}.js`, text);
  replaceFile(`${file}.json`, JSON.stringify({ maker: maker(), buildId: code.buildId, files: hashes } satisfies Note));
  return code;
}

/** What a kept bundle was made by and of. */
interface Note {
  maker: string;
  buildId: string;
  /** Paths and hashes. */
  files: [string, string][];
}

function readKept(noteFile: string, codeFile: string): WorkflowCode | undefined {
  try {
    const note = JSON.parse(readFileSync(noteFile, "utf8")) as Note;
    const code = workflowCode(readFileSync(codeFile, "utf8"));
    const isCurrent = note.maker === maker() && note.buildId === code.buildId;
    return isCurrent && note.files.every(([file, hash]) => hashOfFile(file) === hash) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** The SDK, whose code is in every bundle, and this file, which says how they are made. */
function maker(): string {
  const { version } = createRequire(import.meta.url)("@temporalio/worker/package.json") as { version: string };
  return `${version} ${hashOfFile(fileURLToPath(import.meta.url))}`;
}

function hashOf(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}

function hashOfFile(file: string): string {
  return hashOf(readFileSync(file));
}

function replaceFile(file: string, text: string): void {
  const scratch = `${file}.${process.pid}`;
  writeFileSync(scratch, text);
  renameSync(scratch, file);
}

/** Folders that were searched are among what a bundle depends on, and a module that is only in memory. */
function isFile(file: string): boolean {
  return path.isAbsolute(file) && (statSync(file, { throwIfNoEntry: false })?.isFile() ?? false);
}

/** The script, and the files that it is made of. */
async function bundle({ entry }: WorkflowSources): Promise<{ text: string; files: string[] }> {
  const files = new Set<string>();
  const problems: string[] = [];
  const { payloadConverterPath, failureConverterPath } = temporalDataConverter({});
  const ignore = (): void => {};
  const said = bundleWorkflowCode({
    workflowsPath: entry,
    preloadModules: [entry, payloadConverterPath!, failureConverterPath!],
    payloadConverterPath: payloadConverterPath!,
    failureConverterPath: failureConverterPath!,
    logger: {
      log: ignore,
      trace: ignore,
      debug: ignore,
      info: ignore,
      warn: ignore,
      error: (text) => problems.push(text),
    },
    webpackConfigHook: (config) => configure(config, files),
  });
  const { code } = await said.catch((cause: unknown) => {
    throw new Error(`the workflows cannot be bundled: ${(cause as Error).message}\n${problems.join("\n")}`, { cause });
  });
  return { text: code, files: [...files].filter(isFile).toSorted() };
}

/**
 * The same text wherever the sources lie, and code that is fast: the SDK's own settings translate private members to look-ups in maps
 * and call across modules through getters.
 */
function configure(config: Configuration, files: Set<string>): Configuration {
  return {
    ...config,
    context: root,
    mode: "production",
    devtool: false,
    optimization: { minimize: false, concatenateModules: true, moduleIds: "named" },
    module: { ...config.module, rules: config.module!.rules!.map(keepSyntax) },
    plugins: [...config.plugins!, { apply: (compiler) => noteFiles(compiler, files) }],
  };
}

/** Types are stripped from TypeScript, and nothing is translated. */
function keepSyntax(rule: Rule): Rule {
  if (rule === null || typeof rule !== "object" || !(rule.test instanceof RegExp && rule.test.test("x.ts")))
    return rule;
  const { use } = rule;
  if (use === null || typeof use !== "object" || Array.isArray(use)) return rule;
  return { ...rule, use: { ...use, options: { jsc: { target: "es2024", parser: { syntax: "typescript" } } } } };
}

/** What of the bundler's compiler is needed. */
interface Compiler {
  hooks: { afterCompile: { tap(name: string, heard: (made: { fileDependencies: Iterable<string> }) => void): void } };
}

function noteFiles(compiler: Compiler, files: Set<string>): void {
  compiler.hooks.afterCompile.tap("files", ({ fileDependencies }) => {
    for (const file of fileDependencies) files.add(file);
  });
}
