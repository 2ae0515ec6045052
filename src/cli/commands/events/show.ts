import type { Command } from "commander";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { eventDetailsView, type ApiEvent } from "../../event-view.ts";
import { addOutputOption, printItem, type OutputFormat } from "../../output.ts";

interface Options extends ServerOptions {
  output: OutputFormat;
}

export function configureShow(command: Command): void {
  command
    .summary("show an event, what it started, and why it started nothing else")
    .description("Show an event, what it started, and why it started nothing else.")
    .argument("<event>", "the event's id, or its position in the log");
  addServerOptions(addOutputOption(command)).action(show);
}

async function show(id: string, options: Options): Promise<void> {
  const event = await (await connect(options)).get<ApiEvent>(`/api/v1/events/${segment(id)}`);
  await printItem(event, eventDetailsView, options.output);
}
