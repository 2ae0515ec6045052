/** Which data folder is meant. */
import { existsSync } from "node:fs";
import path from "node:path";
import { Option } from "commander";

const usualFolder = ".autoflow";
/** As in config/load.ts, which is too much to load for every command. */
const usualConfigFile = "autoflow.yaml";

export function dataOption(): Option {
  return new Option("--data <folder>", "the data folder (default: AUTOFLOW_DATA, as configured, or .autoflow)");
}

/**
 * The folder of the option, the environment or the configuration file (`named`, or the usual one), else the usual folder. The file is
 * only looked at for this: it may need variables that are set for the server and not here.
 */
export async function findDataFolder(option: string | undefined, named?: string): Promise<string> {
  const given = option ?? process.env["AUTOFLOW_DATA"];
  if (given !== undefined && given !== "") return path.resolve(given);
  return path.resolve((await configuredFolder(named)) ?? usualFolder);
}

async function configuredFolder(named = process.env["AUTOFLOW_CONFIG"]): Promise<string | undefined> {
  const file = path.resolve(named ?? usualConfigFile);
  if (!existsSync(file)) return undefined;
  const { readYamlFile } = await import("../config/yaml-file.ts");
  try {
    const { data } = readYamlFile(file).value as { data?: unknown };
    return typeof data === "string" ? path.resolve(path.dirname(file), data) : undefined;
  } catch {
    return undefined;
  }
}
