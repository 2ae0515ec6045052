/** What a run does, one thing after another. */
import type { Condition, Policy, ResourceType, Rule, Summary } from "../model.ts";

/** A rule with one combination of what stands in its braces, a part of a summary, or the summary of the parts before it. */
export type AgendaItem = { type: ResourceType } & (
  | { kind: "rule"; rule: Rule; conditions: Condition[] }
  | { kind: "part"; summary: Summary; rule: Rule; conditions: Condition[] }
  | { kind: "summary"; summary: Summary }
);

/** Of each type the summaries come first, so that they tell what the rules are about to change. */
export function agendaOf({ resources }: Policy): AgendaItem[] {
  return resources.flatMap(({ type, summaries, rules }) => [
    ...summaries.flatMap((summary) => itemsOfSummary(type, summary)),
    ...rules.flatMap((rule) =>
      rule.variants.map((variant) => ({ type, kind: "rule" as const, rule, conditions: withDefaults(type, variant) })),
    ),
  ]);
}

function itemsOfSummary(type: ResourceType, summary: Summary): AgendaItem[] {
  const parts = summary.rules.flatMap((rule) =>
    rule.variants.map((variant) => ({
      type,
      kind: "part" as const,
      summary,
      rule,
      conditions: withDefaults(type, variant),
    })),
  );
  return [...parts, { type, kind: "summary", summary }];
}

/** Protected branches are left alone unless a rule names them. */
function withDefaults(type: ResourceType, conditions: Condition[]): Condition[] {
  if (type !== "branches" || conditions.some(({ key }) => key === "protected")) return conditions;
  const at = conditions[0]?.at ?? { file: "", line: 0, column: 0 };
  return [...conditions, { key: "protected", value: false, at }];
}
