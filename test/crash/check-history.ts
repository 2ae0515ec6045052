/** A run's history in itself: nothing is missing, and nothing came twice. */
import type { HistoryEntry } from "../../src/core/run.ts";

export function checkHistory(name: string, history: readonly HistoryEntry[]): string[] {
  const problems: string[] = [];
  const arrivals = history.flatMap(({ arrival }) => (arrival === undefined ? [] : [arrival]));
  const effects = history.flatMap(({ effect }) => (effect === undefined ? [] : [effect]));
  if (arrivals.some(({ seq }, i) => seq !== i + 1)) problems.push(`${name} has arrivals out of order or twice`);
  if (effects.some(({ n }, i) => n !== i + 1)) problems.push(`${name} has effects out of order or twice`);
  const answered = arrivals.flatMap((arrival) => ("effect" in arrival ? [arrival.effect] : []));
  if (new Set(answered).size !== answered.length) problems.push(`${name} got two answers for one effect`);
  return problems;
}
