import type { Command } from "commander";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { say } from "../../output.ts";

export function configureResume(command: Command): void {
  command
    .summary("let a suspended run continue")
    .description("Let a suspended run continue.")
    .argument("<run>", "the run's id");
  addServerOptions(command).action(resume);
}

async function resume(id: string, options: ServerOptions): Promise<void> {
  const client = await connect(options);
  await client.post(`/api/v1/runs/${segment(id)}/resume`, {});
  say(`${id} continues.`);
}
