import { Option, type Command } from "commander";
import type { Page } from "../../../core/engine.ts";
import { taskStates } from "../../../core/task.ts";
import type { TaskJson } from "../../../server/tasks/task-json.ts";
import { addServerOptions, connect, type ServerOptions } from "../../client.ts";
import { addOutputOption, printList, type OutputFormat } from "../../output.ts";
import { addPageOptions, type PageOptions } from "../../paging.ts";
import { taskView } from "../../task-view.ts";

interface Options extends ServerOptions, PageOptions {
  project?: string;
  state: string;
  assignee?: string;
  run?: string;
  output: OutputFormat;
}

export function configureList(command: Command): void {
  command
    .summary("list what runs ask people, newest first")
    .description("List what runs ask people, newest first.")
    .option("-p, --project <project>", "only tasks of this project")
    .addOption(
      new Option("-s, --state <state>", "only tasks in this state").choices([...taskStates, "all"]).default("open"),
    )
    .option("-a, --assignee <user>", "only tasks that are assigned to this user")
    .option("-r, --run <run>", "only tasks of this run")
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow tasks list --assignee kim\n  autoflow tasks list --state all -o json",
    );
  addServerOptions(addOutputOption(addPageOptions(command))).action(list);
}

async function list(options: Options): Promise<void> {
  const { project, state, assignee, run, limit, cursor } = options;
  const query = { project, state: state === "all" ? undefined : state, assignee, run, limit, cursor };
  const page = await (await connect(options)).get<Page<TaskJson>>("/api/v1/tasks", query);
  await printList(page, taskView, options.output);
}
