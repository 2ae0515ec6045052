/** The linter: what is most likely a mistake in a text that compiles, or in one that does not yet. */
import type { Analysis } from "../analysis/analysis.ts";
import type { Finding, Rule } from "./rule.ts";
import { rules as allRules } from "./rules.ts";
import { findSuppressions, suppresses, type Suppression } from "./suppressions.ts";
import { unusedSuppression } from "./rules/unused-suppression.ts";

export interface LintOptions {
  /** The rules to apply; all by default. */
  rules?: readonly Rule[];
}

/** What the rules find in a text, in its order, without what its comments suppress. */
export function lint(analysis: Analysis, { rules = allRules }: LintOptions = {}): Finding[] {
  const suppressions = findSuppressions(analysis.tree);
  const found: Finding[] = [];
  for (const rule of rules) found.push(...applyRule(rule, analysis));
  const kept = found.filter((finding) => suppressions.filter((one) => suppresses(one, finding)).length === 0);
  if (rules.includes(unusedSuppression)) kept.push(...unusedOnes(suppressions, rules));
  return kept.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

function applyRule(rule: Rule, analysis: Analysis): Finding[] {
  const { name, severity } = rule;
  const found: Finding[] = [];
  rule.check(analysis, {
    report({ start, end }, message, { fixes = [], unnecessary = false } = {}) {
      found.push({ rule: name, severity, message, start, end, fixes, unnecessary });
    },
  });
  return found;
}

/** Suppressions of nothing. Those of rules that were not applied are left alone. */
function unusedOnes(suppressions: readonly Suppression[], rules: readonly Rule[]): Finding[] {
  const { name: rule, severity } = unusedSuppression;
  const found: Finding[] = [];
  const applied = new Set(rules.map(({ name }) => name));
  const known = new Set(allRules.map(({ name }) => name));
  for (const { rules: named, used, start, end } of suppressions) {
    const base = { rule, severity, fixes: [], unnecessary: true };
    if (named.length === 0 && !used && rules.length === allRules.length) {
      found.push({ ...base, start, end, message: "there is nothing to ignore here" });
    }
    for (const one of named) {
      if (one.used || (known.has(one.name) && !applied.has(one.name))) continue;
      const message = known.has(one.name) ? `${one.name} finds nothing here` : `there is no rule ${one.name}`;
      found.push({ ...base, start: one.start, end: one.end, message });
    }
  }
  return found;
}
