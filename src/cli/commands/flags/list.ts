import type { Command } from "commander";
import type { FlagView } from "../../../core/engine.ts";
import { addServerOptions, connect, type ServerOptions } from "../../client.ts";
import { addOutputOption, printList, type OutputFormat, type View } from "../../output.ts";

interface Options extends ServerOptions {
  output: OutputFormat;
}

const view: View<FlagView> = {
  name: (flag) => flag.name,
  columns: [
    { title: "flag", value: (flag) => flag.name },
    { title: "project", value: (flag) => flag.project ?? "(instance)" },
    { title: "enabled", value: (flag) => (flag.enabled ? "yes" : "no") },
  ],
};

export function configureList(command: Command): void {
  command.summary("list the flags and where they are set").description("List the flags and where they are set.");
  addServerOptions(addOutputOption(command)).action(list);
}

async function list(options: Options): Promise<void> {
  const flags = await (await connect(options)).get<{ items: FlagView[] }>("/api/v1/flags");
  await printList(flags, view, options.output);
}
