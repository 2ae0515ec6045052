import { InvalidArgumentError, type Command } from "commander";
import type { Page } from "../../../core/engine.ts";
import { runStates, type RunState, type RunSummary } from "../../../core/run.ts";
import { addServerOptions, connect, type ServerOptions } from "../../client.ts";
import { addPageOptions, type PageOptions } from "../../paging.ts";
import { addOutputOption, printList, type OutputFormat } from "../../output.ts";
import { runView } from "../../run-view.ts";

interface Options extends ServerOptions, PageOptions {
  project?: string;
  state?: RunState[];
  definition?: string;
  output: OutputFormat;
}

export function configureList(command: Command): void {
  command
    .summary("list runs, newest first")
    .description("List runs, newest first.")
    .option("-p, --project <project>", "only runs of this project")
    .option(
      "-s, --state <states>",
      `only runs in these states, separated by commas: ${runStates.join(", ")}`,
      parseStates,
    )
    .option("-d, --definition <path>", "only runs of this script")
    .addHelpText("after", "\nExamples:\n  autoflow runs list --state running,waiting\n  autoflow runs list -o name");
  addServerOptions(addOutputOption(addPageOptions(command))).action(list);
}

async function list(options: Options): Promise<void> {
  const { project, state, definition, limit, cursor } = options;
  const query = { project, state: state?.join(","), definition, limit, cursor };
  const page = await (await connect(options)).get<Page<RunSummary>>("/api/v1/runs", query);
  await printList(page, runView, options.output);
}

function parseStates(text: string): RunState[] {
  return text.split(",").map((name) => {
    const state = runStates.find((known) => known === name);
    if (state === undefined)
      throw new InvalidArgumentError(`There is no state "${name}"; states are ${runStates.join(", ")}.`);
    return state;
  });
}
