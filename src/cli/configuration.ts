/** The configuration of the commands that start something: --config, --data and what they add. */
import { Option, type Command } from "commander";
import { loadConfig, type LoadedConfig } from "../config/load.ts";
import { say } from "./output.ts";

export interface ConfigOptions {
  config?: string;
  data?: string;
}

/** Adds --config and --data. */
export function addConfigOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .addOption(new Option("--data <folder>", "the data folder (default: as configured, or .autoflow)"));
}

/** --config. */
export function configOption(): Option {
  return new Option("--config <file>", "the configuration file (default: autoflow.yaml, if it is here)");
}

/** --engine, over what is configured. */
export function configuredEngineOption(): Option {
  const option = new Option("--engine <engine>", "what drives runs (default: as configured, or embedded)");
  return option.choices(["embedded", "temporal"]);
}

export interface ConfigExtras {
  /** Settings in the configuration's shape; they win over file and environment. */
  flags?: Record<string, unknown>;
  /** For development: scripts may call this machine, and people read the log, which tells only what is wrong. */
  isDevelopment?: boolean;
}

/** Reads the configuration and says what is probably a mistake in it. Throws CONFIG_INVALID. */
export function readConfiguration(
  options: ConfigOptions,
  { flags, isDevelopment = false }: ConfigExtras = {},
): LoadedConfig {
  const loaded = loadConfig({
    folder: process.cwd(),
    environment: process.env,
    isTerminal: isDevelopment || process.stderr.isTTY,
    allowLoopbackCalls: isDevelopment,
    flags: { ...flags, ...(options.data !== undefined && { data: options.data }) },
    ...(options.config !== undefined && { file: options.config }),
  });
  for (const warning of loaded.warnings) say(`warning: ${warning}`);
  if (isDevelopment && loaded.config.log.level === "info") loaded.config.log.level = "warn";
  return loaded;
}
