/** autoflow config … */
import type { Command } from "commander";
import { printConfig } from "../../config/redact.ts";
import { addConfigOptions, readConfiguration, type ConfigOptions } from "../configuration.ts";
import { print, say } from "../output.ts";

export function configureConfig(command: Command): void {
  const show = command.command("print").summary("print the configuration in effect, without its secrets");
  show.description("Print the configuration in effect (defaults, file, environment) as YAML. Secrets are ***.");
  addConfigOptions(show).action((options: ConfigOptions) => {
    const { raw, file } = readConfiguration(options);
    say(
      file === undefined
        ? "No configuration file; defaults and environment."
        : `From ${file}, with defaults and environment.`,
    );
    print(printConfig(raw).trimEnd());
  });
}
