import type { Command } from "commander";
import type { Page } from "../../../core/engine.ts";
import { addServerOptions, connect, type ServerOptions } from "../../client.ts";
import { eventView, type ApiEvent } from "../../event-view.ts";
import { addOutputOption, printList, type OutputFormat } from "../../output.ts";
import { addPageOptions, type PageOptions } from "../../paging.ts";

interface Options extends ServerOptions, PageOptions {
  project?: string;
  type?: string;
  output: OutputFormat;
}

export function configureList(command: Command): void {
  command
    .summary("list events, newest first, with what became of them")
    .description("List events, newest first, with what became of them.")
    .option("-p, --project <project>", "only events of this project")
    .option("-t, --type <type>", "only events of this type");
  addServerOptions(addOutputOption(addPageOptions(command))).action(list);
}

async function list(options: Options): Promise<void> {
  const { project, type, limit, cursor } = options;
  const page = await (await connect(options)).get<Page<ApiEvent>>("/api/v1/events", { project, type, limit, cursor });
  await printList(page, eventView, options.output);
}
