import type { Command } from "commander";
import type { TaskJson } from "../../../server/tasks/task-json.ts";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { addOutputOption, printItem, type OutputFormat } from "../../output.ts";
import { taskDetailsView } from "../../task-view.ts";

interface Options extends ServerOptions {
  output: OutputFormat;
}

export function configureShow(command: Command): void {
  command
    .summary("show what a run asks, whom, and who has answered")
    .description("Show what a run asks, whom, with which actions and form, and who has answered.")
    .argument("<task>", "the task's id");
  addServerOptions(addOutputOption(command)).action(show);
}

async function show(id: string, options: Options): Promise<void> {
  const task = await (await connect(options)).get<TaskJson>(`/api/v1/tasks/${segment(id)}`);
  await printItem(task, taskDetailsView, options.output);
}
