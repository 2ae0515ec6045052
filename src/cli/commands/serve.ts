import type { Command } from "commander";
import { startApp } from "../../app.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { addConfigOptions, configuredEngineOption, readConfiguration, type ConfigOptions } from "../configuration.ts";
import { onInterruption, starting } from "../interruption.ts";
import { say } from "../output.ts";

interface Options extends ConfigOptions {
  engine?: string;
  worker: boolean;
}

/** autoflow serve */
export function configureServe(command: Command): void {
  command
    .description("Start a server. It ends in good order on SIGTERM and SIGINT; runs go on at the next start.")
    .addOption(configuredEngineOption())
    .option("--no-worker", "on Temporal: only serve, and leave the computing of runs to `autoflow worker`")
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow serve --config /etc/autoflow/autoflow.yaml\n  autoflow serve --engine temporal --no-worker",
    );
  addConfigOptions(command).action(serve);
}

async function serve({ engine, worker, ...options }: Options): Promise<void> {
  const interruption = onInterruption();
  const { config } = readConfiguration(options, { flags: { ...(engine !== undefined && { engine }) } });
  if (!worker && config.engine !== "temporal") {
    throw new AutoFlowError("REQUEST_INVALID", "--no-worker is of use only on Temporal, and the engine is embedded", {
      hint: "Leave it out, or add --engine temporal.",
    });
  }
  const app = await starting(startApp(config, { worker, waitsForTemporal: true }), interruption);
  say(`AutoFlow serves ${app.url}`);
  await interruption.asked;
  await app.drain();
}
