import type { Command } from "commander";
import { startApp } from "../../app.ts";
import { addConfigOptions, readConfiguration, type ConfigOptions } from "../configuration.ts";
import { onInterruption } from "../interruption.ts";
import { say } from "../output.ts";

/** autoflow serve */
export function configureServe(command: Command): void {
  command
    .description("Start a server. It ends in good order on SIGTERM and SIGINT; runs go on at the next start.")
    .addHelpText("after", "\nExample:\n  autoflow serve --config /etc/autoflow/autoflow.yaml");
  addConfigOptions(command).action(serve);
}

async function serve(options: ConfigOptions): Promise<void> {
  const { asked } = onInterruption();
  const app = await startApp(readConfiguration(options).config);
  say(`AutoFlow serves ${app.url}`);
  await asked;
  await app.drain();
}
