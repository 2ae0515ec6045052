/** How a run's history looks on the command line. */
import type { HistoryEntry } from "../core/run.ts";
import { formatTime, visible } from "./output.ts";

/** The lines that the script printed with this entry; none when it printed nothing. */
export function printedLines(entry: HistoryEntry): string[] {
  if (entry.effect?.kind !== "log") return [];
  return entry.effect.message.split("\n").map(visible);
}

/** Time, kind and text of an entry, on one line. */
export function historyLine(entry: HistoryEntry): string {
  return `${formatTime(entry.time)}  ${entry.kind.padEnd(7)}  ${visible(entry.text)}`;
}
