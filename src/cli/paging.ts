/** The options of commands that print long lists. */
import { InvalidArgumentError, type Command } from "commander";

export interface PageOptions {
  limit: number;
  cursor?: string;
}

export function addPageOptions(command: Command): Command {
  return command
    .option("-n, --limit <count>", "how many to list", parseCount, 50)
    .option("--cursor <cursor>", "continue a list where its last page ended");
}

/** A whole number of at least 1. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1) return count;
  throw new InvalidArgumentError("It must be a whole number of at least 1.");
}
