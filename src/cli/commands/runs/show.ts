import type { Command } from "commander";
import type { RunDetails } from "../../../core/run.ts";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { addOutputOption, printItem, type OutputFormat } from "../../output.ts";
import { runDetailsView } from "../../run-view.ts";
import { workflowRunView, type NodeVisitView } from "../../workflow-run-view.ts";

interface Options extends ServerOptions {
  output: OutputFormat;
}

export function configureShow(command: Command): void {
  command
    .summary("show where a run stands, or how it ended")
    .description(
      "Show where a run stands (the line, the local variables or the data, the nodes, what it waits for), or how it ended.",
    )
    .argument("<run>", "the run's id");
  addServerOptions(addOutputOption(command)).action(show);
}

async function show(id: string, options: Options): Promise<void> {
  const client = await connect(options);
  const run = await client.get<RunDetails>(`/api/v1/runs/${segment(id)}`);
  const isPlain = run.workflow === undefined || options.output !== "table";
  const route = `/api/v1/runs/${segment(id)}/nodes`;
  const nodes = isPlain ? [] : (await client.get<{ items: NodeVisitView[] }>(route)).items;
  await printItem(run, isPlain ? runDetailsView : workflowRunView(nodes), options.output);
}
