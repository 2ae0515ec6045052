/** The options of commands that print long lists. */
import type { Command } from "commander";
import { parseCount } from "./numbers.ts";

export interface PageOptions {
  limit: number;
  cursor?: string;
}

export function addPageOptions(command: Command): Command {
  return command
    .option("-n, --limit <count>", "how many to list", parseCount, 50)
    .option("--cursor <cursor>", "continue a list where its last page ended");
}
