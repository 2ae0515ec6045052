import type { Command } from "commander";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { parseJsonArgument } from "../../json-argument.ts";
import { say } from "../../output.ts";

interface Options extends ServerOptions {
  payload: string;
}

export function configureSignal(command: Command): void {
  command
    .summary("send a run a named message")
    .description("Send a run a named message, for its signal channel of that name.")
    .argument("<run>", "the run's id")
    .argument("<name>", "the signal's name")
    .option("--payload <json>", "what it carries: JSON, @file, or - for standard input", parseJsonArgument, "null")
    .addHelpText("after", `\nExample:\n  autoflow runs signal 0193… approve --payload '{"by": "kim"}'`);
  addServerOptions(command).action(signal);
}

async function signal(id: string, name: string, options: Options): Promise<void> {
  const client = await connect(options);
  await client.postText(`/api/v1/runs/${segment(id)}/signals/${segment(name)}`, options.payload);
  say(`Sent ${name} to ${id}.`);
}
