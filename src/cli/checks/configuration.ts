/** What `autoflow doctor` checks about the configuration. */
import type { Config } from "../../config/config.ts";
import { loadConfig } from "../../config/load.ts";
import { AutoFlowError, formatLocation } from "../../core/errors.ts";
import { ok, problem, warning, type Finding } from "../../core/finding.ts";

interface Options {
  /** The file that --config names. */
  file: string | undefined;
  /** Settings of the command line. */
  flags: Record<string, unknown>;
}

/** The configuration as `autoflow serve` would read it here, where it can be read, and what is to be said of it. */
export function checkConfiguration({ file: named, flags }: Options): { finding: Finding; config: Config | undefined } {
  const name = "configuration";
  try {
    const { config, file, warnings } = loadConfig({
      folder: process.cwd(),
      environment: process.env,
      flags,
      ...(named !== undefined && { file: named }),
    });
    const from = file ?? "defaults and environment";
    const finding =
      warnings.length === 0
        ? ok(name, from)
        : warning(name, `${from}: ${warnings.join("; ")}`, "See docs/reference/configuration.md.");
    return { finding, config };
  } catch (error) {
    if (!(error instanceof AutoFlowError)) throw error;
    const detail = [formatLocation(error.where), error.message].filter(Boolean).join(": ");
    return { finding: problem(name, detail, error.hint), config: undefined };
  }
}
