import type { Command } from "commander";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { say } from "../../output.ts";

interface Options extends ServerOptions {
  reason: string;
}

export function configureCancel(command: Command): void {
  command
    .summary("ask a run to end")
    .description("Ask a run to end: its waits unwind and its clean-up runs. A second time ends it at once.")
    .argument("<run>", "the run's id")
    .option("--reason <text>", "why, for the run's history", "asked for on the command line");
  addServerOptions(command).action(cancel);
}

async function cancel(id: string, options: Options): Promise<void> {
  const client = await connect(options);
  await client.post(`/api/v1/runs/${segment(id)}/cancel`, { reason: options.reason });
  say(`Asked ${id} to end.`);
}
