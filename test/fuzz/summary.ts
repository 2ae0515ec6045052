/** What a campaign found, as a few lines for people. */
import type { Findings } from "./campaign.ts";
import { differences } from "./differences.ts";

export function summaryOf({ texts, compared, ended, listed, problems }: Findings): string {
  const uses = differences
    .filter(({ name }) => listed.has(name))
    .map(({ name, reason }) => `  listed difference, ${listed.get(name)} times: ${name} (${reason})`);
  return [
    `${texts} texts (${ended.ok} ended well, ${ended.failed} failed as they should, ${ended.limit} passed a limit)`,
    `${compared} compared with starlark-go`,
    ...uses,
    `${problems.length} problems`,
  ].join("\n");
}
