/** What became of a policy, as people read it. */
import { visible } from "../output.ts";

export interface TriageReport {
  rules: RuleReport[];
}

interface RuleReport {
  rule: string;
  type: string;
  line: number;
  labels?: string[];
  found: number;
  matched: number;
  beyondLimit: number;
  skipped?: string;
  summary?: { title: string; destination: string; description?: string };
  resources: { reference: string; actions: string[]; error?: string }[];
  others: { reference: string; conditions: string[] }[];
  more: number;
}

/** Lines of a report: a heading for each rule, then what was done to which resource, then what does not match and why. */
export function reportLines({ rules }: TriageReport): string[] {
  if (rules.length === 0) return ["The policy has no rules for this."];
  return rules.flatMap((rule) => [headingOf(rule), ...resourceLines(rule), ...summaryLines(rule), ...otherLines(rule)]);
}

function headingOf({ rule, type, labels, found, matched, beyondLimit, skipped }: RuleReport): string {
  const name = `${type} · ${rule}${labels === undefined ? "" : ` (${labels.join(", ")})`}`;
  if (skipped !== undefined) return visible(`${name}: skipped: ${skipped}`);
  const beyond = beyondLimit === 0 ? "" : `, ${beyondLimit} left out by the limit`;
  return visible(`${name}: ${found} found, ${matched} ${matched === 1 ? "matches" : "match"}${beyond}`);
}

function resourceLines({ resources, more }: RuleReport): string[] {
  const lines = resources.flatMap(({ reference, actions, error }) => [
    `  ${reference}${actions.length + (error === undefined ? 0 : 1) === 0 ? "" : ":"}`,
    ...actions.flatMap((action) => action.split("\n").map((line) => `    ${line}`)),
    ...(error === undefined ? [] : [`    failed: ${error}`]),
  ]);
  return [...lines.map(visible), ...(more === 0 ? [] : [`  … and ${more} more`])];
}

function summaryLines({ summary }: RuleReport): string[] {
  if (summary === undefined) return [];
  const { title, destination, description } = summary;
  const text = description === undefined ? [] : description.split("\n").map((line) => `    ${line}`);
  return [`  summary "${title}" in ${destination}`, ...text].map(visible);
}

function otherLines({ others }: RuleReport): string[] {
  return others.map(({ reference, conditions }) => visible(`  ${reference} does not match: ${conditions.join(", ")}`));
}
