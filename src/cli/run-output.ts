/** What runs print, line by line, each with the run's id and its script. */
import path from "node:path";
import type { HistoryEntry } from "../core/run.ts";
import { printedLines } from "./history-view.ts";
import { print, visible } from "./output.ts";

export interface PrintingRun {
  id: string;
  definition: string;
}

/** Prints `run-id main.star | text` for what scripts print, and how a run failed. */
export function printRunOutput(run: PrintingRun, entries: HistoryEntry[]): void {
  const prefix = `${run.id} ${path.basename(run.definition)} |`;
  for (const entry of entries) {
    for (const line of printedLines(entry)) print(`${prefix} ${line}`);
    if (entry.kind !== "ended") continue;
    for (const line of entry.text.split("\n")) print(`${prefix} ${visible(line)}`);
  }
}
