import type { Command } from "commander";
import { withTemporalPackages } from "../../../app/temporal-packages.ts";
import { addConfigOptions, readConfiguration, type ConfigOptions } from "../../configuration.ts";
import { addOutputOption, printList, type OutputFormat, type View } from "../../output.ts";
import type { Build } from "../../temporal/administration.ts";

interface Options extends ConfigOptions {
  output: OutputFormat;
}

const view: View<Build> = {
  name: (build) => build.buildId,
  columns: [
    { title: "build", value: (build) => build.buildId },
    { title: "status", value: (build) => build.status },
    { title: "open", value: (build) => build.open },
  ],
};

/** autoflow temporal builds */
export function configureBuilds(command: Command): void {
  command
    .summary("list the versions of workers, and how many runs each still has")
    .description(
      "List the versions of workers that Temporal knows, with the open workflows that are pinned to each: the current one, with " +
        "which new runs begin, those that are draining, and those that are drained. Counts lag by some seconds.",
    );
  addOutputOption(addConfigOptions(command)).action(builds);
}

async function builds({ output, ...options }: Options): Promise<void> {
  const { temporal } = readConfiguration(options, { flags: { engine: "temporal" } }).config;
  const { listBuilds } = await withTemporalPackages(() => import("../../temporal/administration.ts"));
  await printList({ items: await listBuilds(temporal) }, view, output);
}
