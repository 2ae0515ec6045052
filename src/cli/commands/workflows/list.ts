import type { Command } from "commander";
import { formatDuration } from "../../../core/duration.ts";
import type { Overview } from "../../../server/orchestrator/overview.ts";
import { addServerOptions, connect, type ServerOptions } from "../../client.ts";
import { addOutputOption, formatTime, printList, type OutputFormat, type View } from "../../output.ts";

interface Options extends ServerOptions {
  project?: string;
  output: OutputFormat;
}

const view: View<Overview> = {
  name: (workflow) => workflow.workflowId,
  columns: [
    { title: "workflow", value: (workflow) => workflow.workflowId },
    { title: "version", value: (workflow) => workflow.version },
    { title: "project", value: (workflow) => workflow.project },
    { title: "runs", value: ({ workflowRunStats }) => workflowRunStats.total },
    { title: "active", value: ({ workflowRunStats }) => workflowRunStats.active },
    { title: "failed", value: ({ workflowRunStats }) => workflowRunStats.error },
    { title: "aborted", value: ({ workflowRunStats }) => workflowRunStats.aborted },
    { title: "success", value: ({ workflowRunStats }) => percent(workflowRunStats.successRatio) },
    {
      title: "mean",
      value: ({ avgDurationMs: ms }) => (ms === undefined ? undefined : formatDuration(Math.round(ms))),
    },
    { title: "last run", value: (workflow) => lastRun(workflow) },
    { title: "name", value: ({ name, workflowId }) => (name === workflowId ? undefined : name) },
  ],
};

export function configureList(command: Command): void {
  command
    .summary("list the workflows of the server, with what became of their runs")
    .description("List the workflows of the server, with what became of their runs.")
    .option("-p, --project <project>", "only those of this project");
  addServerOptions(addOutputOption(command)).action(list);
}

async function list({ project, output, ...options }: Options): Promise<void> {
  const found = await (await connect(options)).get<{ items: Overview[] }>("/api/v1/workflows", { project });
  await printList(found, view, output);
}

function percent(ratio: number | undefined): string | undefined {
  return ratio === undefined ? undefined : `${Math.round(ratio * 100)} %`;
}

function lastRun({ lastRunStatus, lastTriggeredMs }: Overview): string | undefined {
  return lastRunStatus === undefined ? undefined : `${lastRunStatus} ${formatTime(lastTriggeredMs)}`;
}
