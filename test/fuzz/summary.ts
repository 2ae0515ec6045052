/** What a campaign found, as a few lines for people. */
import type { Findings } from "./campaign.ts";
import { differences } from "./differences.ts";

/** The first line says how many; then a line for each listed difference that was met. */
export function summaryOf({ texts, compared, ended, listed, problems }: Findings): string {
  const uses = differences
    .filter(({ name }) => listed.has(name))
    .map(({ name, reason }) => `  ${listed.get(name)} times, as listed: ${name} (${reason})`);
  const ends = `${ended.ok} ended well, ${ended.failed} failed as they should, ${ended.limit} passed a limit`;
  const head = `${texts} texts (${ends}), ${compared} compared with starlark-go, ${problems.length} problems`;
  return [head, ...uses].join("\n");
}
