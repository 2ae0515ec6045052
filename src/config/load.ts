/** Loads the configuration: defaults, file, environment, command line, each over the one before. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { Config } from "./config.ts";
import { readEnvironment, type Environment } from "./environment.ts";
import { readGitLabBlock, type ReadBlock } from "./gitlab-file.ts";
import { isFromFile, isGiven, mergeLayers, originOf, type Layers } from "./layers.ts";
import { configInvalid, describeProblem, type ConfigPath, type ConfigProblem } from "./problem.ts";
import { resolveConfig } from "./resolve.ts";
import type { RawConfig } from "./schema.ts";
import { rootSchema } from "./schema-walk.ts";
import { validate, type Finding } from "./validate.ts";
import { readYamlFile } from "./yaml-file.ts";

const defaultConfigFile = "autoflow.yaml";

export interface LoadOptions {
  /** The file that --config or AUTOFLOW_CONFIG names; without one, autoflow.yaml in `folder` if it is there. */
  file?: string;
  /** The working folder. */
  folder: string;
  environment: Environment;
  /** Settings of the command line, in the file's shape; they win. */
  flags?: unknown;
  /** Whether standard error is a terminal: people read the log. */
  isTerminal?: boolean;
  /** Whether scripts may call this machine: for development. */
  allowLoopbackCalls?: boolean;
}

export interface LoadedConfig {
  config: Config;
  /** As written, with defaults; secrets are still references. */
  raw: RawConfig;
  /** The file that was read. */
  file: string | undefined;
  /** Sentences about what is probably a mistake. */
  warnings: string[];
}

/** Throws CONFIG_INVALID that tells all problems with their places. */
export function loadConfig(options: LoadOptions): LoadedConfig {
  const { folder, environment, flags, isTerminal = false, allowLoopbackCalls = false } = options;
  const file = findFile(options);
  const variables = readEnvironment(rootSchema, environment);
  const block = file === undefined ? undefined : readGitLabBlock(readYamlFile(file));
  const layers: Layers = { file: block?.file, environment: variables.settings, flags };
  const failOn = (findings: readonly Finding[]): void => refuse(findings, layers, block);
  failOn(block?.findings ?? []);
  const raw = mergeLayers(rootSchema, layers);
  const [strange, wrong] = setApart(validate(rootSchema, raw), ({ path, isStrange }) => {
    return isStrange === true && block?.isWithin(path) === true && "file" in originOf(path, layers);
  });
  failOn(wrong);
  const ignored = strange.map((finding) => ({ ...finding, message: "is not known, and has no effect" }));

  const fileFolder = file === undefined ? folder : path.dirname(path.resolve(folder, file));
  const folderOf = (at: ConfigPath): string => (isFromFile(at, layers) ? fileFolder : folder);
  const findings: Finding[] = [];
  const config = resolveConfig(raw as RawConfig, { environment, folderOf, isTerminal, allowLoopbackCalls }, findings);
  failOn(findings);
  const inFile = located([...(block?.ignored ?? []), ...ignored], layers, block).map(describeProblem);
  const warnings = [...variables.unknown, ...inFile, ...unused(config, layers)];
  return { config, raw: raw as RawConfig, file, warnings };
}

/** Those of which it is so, and the others. */
function setApart<T>(items: readonly T[], isSo: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isSo), items.filter((item) => !isSo(item))];
}

/** A Temporal server that is configured, where nothing says which engine is meant. */
function unused({ engine }: Config, layers: Layers): string[] {
  if (engine === "temporal" || isGiven(["engine"], layers) || !isGiven(["temporal"], layers)) return [];
  return [
    "temporal is configured and not used: engine is embedded; set engine: temporal, or start with --engine temporal",
  ];
}

function findFile({ file, folder, environment }: LoadOptions): string | undefined {
  const named = file ?? environment["AUTOFLOW_CONFIG"];
  if (named !== undefined && named !== "") return path.resolve(folder, named);
  const usual = path.join(folder, defaultConfigFile);
  return existsSync(usual) ? usual : undefined;
}

function refuse(findings: readonly Finding[], layers: Layers, block: ReadBlock | undefined): void {
  if (findings.length > 0) throw configInvalid(located(findings, layers, block));
}

/** With where each was given, and named as it is written there. */
function located(findings: readonly Finding[], layers: Layers, block: ReadBlock | undefined): ConfigProblem[] {
  return findings.map((finding) => {
    const origin = originOf(finding.path, layers);
    const path = block !== undefined && "file" in origin ? block.written(finding.path) : finding.path;
    return { ...finding, path, origin };
  });
}
