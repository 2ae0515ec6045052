/** --engine, for commands that a developer starts an engine with. */
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { Option, type Command } from "commander";
import type { Config } from "../config/config.ts";

export interface EngineOptions {
  engine: Config["engine"];
}

/** Adds --engine. Without it the engine is embedded, whatever the configuration says. */
export function addEngineOption(command: Command): Command {
  const option = new Option(
    "--engine <engine>",
    "what drives runs: in the data folder, or on the configured Temporal server, apart from all others' there",
  );
  return command.addOption(option.choices(["embedded", "temporal"]).default("embedded"));
}

/**
 * A configuration for development: on Temporal, what belongs to a data folder of this machine has a task queue of its own, so that
 * nothing of it meets what a server or a worker with the same configuration has there. Its everyday work is not logged. Scripts may use
 * the common GitLab token for everything.
 */
export function inDevelopment(config: Config): Config {
  const { temporal, log, dataDir } = config;
  // Whoever runs a script here has the token, and names the script.
  const own: Config = { ...config, gitlab: { ...config.gitlab, tokenForAll: true } };
  if (config.engine !== "temporal") return own;
  return {
    ...own,
    temporal: { ...temporal, taskQueue: ownTaskQueue(dataDir) },
    log: { ...log, level: log.level === "info" ? "warn" : log.level },
  };
}

/** The same for the same folder, and never what a configuration has unless somebody writes it there. */
function ownTaskQueue(dataDir: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([hostname(), dataDir]))
    .digest("hex");
  return `autoflow-dev-${digest.slice(0, 16)}`;
}
