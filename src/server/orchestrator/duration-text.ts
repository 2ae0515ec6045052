/** How long something took, for people. */

const units: readonly [string, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** "2 hours 5 minutes", "3 seconds", "40 milliseconds": the two largest units. */
export function durationText(ms: number): string {
  if (ms < 1000) return counted(Math.max(0, Math.round(ms)), "millisecond");
  const parts: string[] = [];
  let left = Math.round(ms / 1000) * 1000;
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(counted(count, unit));
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
