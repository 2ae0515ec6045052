import { Option, type Command } from "commander";
import type { Page } from "../../../core/engine.ts";
import type { HistoryEntry } from "../../../core/run.ts";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { historyLine, printedLines } from "../../history-view.ts";
import { print } from "../../output.ts";
import { parseCount } from "../../numbers.ts";

interface Options extends ServerOptions {
  follow?: boolean;
  history?: boolean;
  after: number;
  output: "text" | "jsonl";
}

export function configureLogs(command: Command): void {
  command
    .summary("print what a run printed")
    .description("Print what a run printed, or all that it did.")
    .argument("<run>", "the run's id")
    .option("-f, --follow", "go on until the run ends")
    .option("--history", "also effects, arrivals and attempts, not only what the script printed")
    .option("--after <entry>", "only what comes after this entry of the history", parseCount, 0)
    .addOption(
      new Option("-o, --output <format>", "text, or the history's entries as they are")
        .choices(["text", "jsonl"])
        .default("text"),
    )
    .addHelpText("after", "\nExamples:\n  autoflow runs logs -f 0193…\n  autoflow runs logs --history -o jsonl 0193…");
  addServerOptions(command).action(logs);
}

async function logs(id: string, options: Options): Promise<void> {
  const client = await connect(options);
  const route = `/api/v1/runs/${segment(id)}/history`;
  if (!options.follow) {
    let after = options.after;
    for (;;) {
      const { items } = await client.get<Page<HistoryEntry>>(route, { after });
      if (items.length === 0) return;
      for (const entry of items) show(entry, options);
      after = items.at(-1)!.seq;
    }
  }
  const never = new AbortController().signal;
  for await (const { data } of client.follow<HistoryEntry>(`${route}/stream`, options.after, never))
    show(data, options);
}

function show(entry: HistoryEntry, options: Options): void {
  if (options.output === "jsonl") print(JSON.stringify(entry));
  else if (options.history) print(historyLine(entry));
  else for (const line of printedLines(entry)) print(line);
}
