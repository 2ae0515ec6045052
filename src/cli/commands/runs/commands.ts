/** What operators do to runs of workflows: retry, skip, edit. */
import type { Command } from "commander";
import { AutoFlowError } from "../../../core/errors.ts";
import type { RunState } from "../../../core/run.ts";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { parseJsonArgument } from "../../json-argument.ts";
import { say } from "../../output.ts";

interface Options extends ServerOptions {
  node?: string;
  newData?: string;
}

const dataHelp = "data in place of the run's: a JSON object, @file, or - for standard input";

export function configureRetry(command: Command): void {
  command
    .summary("repeat the node at which a run failed, and go on from there")
    .description(
      "Open a failed run of a workflow again: the node at which it failed is repeated, with other data if there are some, and the run goes on. " +
        "What was done before is not done again.",
    )
    .argument("<run>", "the run's id")
    .option("--node <id>", "repeat this node, which the run is in, instead")
    .option("--new-data <json>", dataHelp, parseJsonArgument)
    .addHelpText("after", "\nExamples:\n  autoflow runs retry RUN\n  autoflow runs retry RUN --new-data @edited.json");
  addServerOptions(command).action((id: string, options: Options) => give("retry", id, options));
}

export function configureSkip(command: Command): void {
  command
    .summary("go on behind the node at which a run failed")
    .description("Open a failed run of a workflow again, and go on behind the node at which it failed.")
    .argument("<run>", "the run's id")
    .option("--node <id>", "skip this node, which the run is in, instead")
    .option("--new-data <json>", dataHelp, parseJsonArgument);
  addServerOptions(command).action((id: string, options: Options) => give("skip", id, options));
}

export function configureEdit(command: Command): void {
  command
    .summary("put other data in place of a run's")
    .description(
      "Put other data in place of those that a run of a workflow works on. A failed run stays so until it is retried.",
    )
    .argument("<run>", "the run's id")
    .requiredOption("--new-data <json>", dataHelp, parseJsonArgument)
    .addHelpText("after", "\nExample:\n  autoflow runs edit RUN --new-data @edited.json && autoflow runs retry RUN");
  addServerOptions(command).action((id: string, options: Options) => give("data", id, options));
}

async function give(
  command: "retry" | "skip" | "data",
  id: string,
  { node, newData, ...options }: Options,
): Promise<void> {
  const client = await connect(options);
  const members = [
    ...(node === undefined ? [] : [`"node":${JSON.stringify(node)}`]),
    ...(newData === undefined ? [] : [`"data":${requireObject(newData)}`]),
  ];
  const route = `/api/v1/runs/${segment(id)}/commands/${command}`;
  const { state, message } = await client.postText<{ state: RunState; message?: string }>(
    route,
    `{${members.join(",")}}`,
  );
  if (command === "data") return say(`${id} has the new data; its state is ${state}.`);
  if (state !== "failed") return say(`${id} goes on; its state is ${state}.`);
  process.exitCode = 1;
  say(`${id} failed again: ${message ?? "see `autoflow runs show`"}`);
}

function requireObject(json: string): string {
  if (json.startsWith("{")) return json;
  throw new AutoFlowError("REQUEST_INVALID", "the data of a run have to be a JSON object", {
    hint: 'Give an object, such as \'{"size": "small"}\'.',
  });
}
