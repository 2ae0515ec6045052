/** How a run's history looks on the command line. */
import type { HistoryEntry } from "../core/run.ts";
import { formatTime, visible } from "./output.ts";

/** The lines that the script printed with this entry; none when it printed nothing. */
export function printedLines(entry: HistoryEntry): string[] {
  if (entry.effect?.kind !== "log") return [];
  return entry.effect.message.split("\n").map(visible);
}

/** Time, kind and text of an entry; further lines of the text stand under its first. */
export function historyLine(entry: HistoryEntry): string {
  const before = `${formatTime(entry.time)}  ${entry.kind.padEnd(7)}  `;
  const lines = entry.text.trimEnd().split("\n").map(visible);
  return before + lines.join(`\n${" ".repeat(before.length)}`);
}
