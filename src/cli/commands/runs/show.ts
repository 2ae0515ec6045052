import type { Command } from "commander";
import type { RunDetails } from "../../../core/run.ts";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { addOutputOption, printItem, type OutputFormat } from "../../output.ts";
import { runDetailsView } from "../../run-view.ts";

interface Options extends ServerOptions {
  output: OutputFormat;
}

export function configureShow(command: Command): void {
  command
    .summary("show where a run stands, or how it ended")
    .description("Show where a run stands (the line, the local variables, what it waits for), or how it ended.")
    .argument("<run>", "the run's id");
  addServerOptions(addOutputOption(command)).action(show);
}

async function show(id: string, options: Options): Promise<void> {
  const run = await (await connect(options)).get<RunDetails>(`/api/v1/runs/${segment(id)}`);
  await printItem(run, runDetailsView, options.output);
}
