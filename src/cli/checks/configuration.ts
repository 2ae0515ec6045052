/** What `autoflow doctor` checks about the configuration. */
import { loadConfig } from "../../config/load.ts";
import { AutoFlowError, formatLocation } from "../../core/errors.ts";
import { ok, problem, warning, type Finding } from "./check.ts";

/** The configuration as `autoflow serve` would read it here. */
export function checkConfiguration(): Finding {
  try {
    const { file, warnings } = loadConfig({ folder: process.cwd(), environment: process.env });
    const from = file ?? "defaults and environment";
    if (warnings.length === 0) return ok("configuration", from);
    return warning("configuration", `${from}: ${warnings.join("; ")}`, "See docs/reference/configuration.md.");
  } catch (error) {
    if (!(error instanceof AutoFlowError)) throw error;
    return problem(
      "configuration",
      [formatLocation(error.where), error.message].filter(Boolean).join(": "),
      error.hint,
    );
  }
}
