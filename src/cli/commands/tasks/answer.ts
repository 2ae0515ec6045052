import type { Command } from "commander";
import type { TaskJson } from "../../../server/tasks/task-json.ts";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { parseJsonArgument } from "../../json-argument.ts";
import { addOutputOption, printItem, say, type OutputFormat } from "../../output.ts";
import { taskDetailsView } from "../../task-view.ts";

interface Options extends ServerOptions {
  values?: string;
  comment?: string;
  by?: string;
  output: OutputFormat;
}

export function configureAnswer(command: Command): void {
  command
    .summary("answer a task")
    .description("Answer a task with one of its actions.")
    .argument("<task>", "the task's id")
    .argument("<action>", "one of its actions")
    .option("--values <json>", "what its form asks for: JSON, @file, or - for standard input", parseJsonArgument)
    .option("-m, --comment <text>", "why")
    .option("--by <user>", "the user name of the person who answers")
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow tasks answer 0193….4 approve --by kim\n" +
        `  autoflow tasks answer 0193….4 submit --by kim --values '{"reason": "tested"}'`,
    );
  addServerOptions(addOutputOption(command)).action(answer);
}

async function answer(id: string, action: string, options: Options): Promise<void> {
  const { values, comment, by } = options;
  const body = {
    action,
    comment,
    by,
    via: "cli",
    ...(values !== undefined && { values: JSON.parse(values) as unknown }),
  };
  const task = await (await connect(options)).post<TaskJson>(`/api/v1/tasks/${segment(id)}/answer`, body);
  if (options.output !== "table") return printItem(task, taskDetailsView, options.output);
  say(task.state === "open" ? `Answered ${id}; it is not decided yet.` : `Answered ${id}: ${action}.`);
}
