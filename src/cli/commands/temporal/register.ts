import type { Command } from "commander";
import { withTemporalPackages } from "../../../app/temporal-packages.ts";
import { addConfigOptions, readConfiguration, type ConfigOptions } from "../../configuration.ts";
import { say } from "../../output.ts";

/** autoflow temporal register */
export function configureRegister(command: Command): void {
  command
    .summary("register the search attributes that lists of runs need")
    .description(
      "Register the search attributes that lists of runs need in the configured namespace: AutoFlowState and AutoFlowLabels. " +
        "Those that are there are left. A namespace of Temporal Cloud does not let us; the command for it is told.",
    );
  addConfigOptions(command).action(register);
}

async function register(options: ConfigOptions): Promise<void> {
  const { temporal } = readConfiguration(options, { flags: { engine: "temporal" } }).config;
  const { registerAttributes } = await withTemporalPackages(() => import("../../temporal/administration.ts"));
  const added = await registerAttributes(temporal);
  const at = `in the namespace ${temporal.namespace} of ${temporal.hostPort}`;
  say(added.length === 0 ? `All search attributes are there ${at}.` : `Registered ${added.join(", ")} ${at}.`);
}
