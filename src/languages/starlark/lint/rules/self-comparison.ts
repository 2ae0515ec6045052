import { sameExpression } from "../../analysis/same.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

const comparisons = new Set(["==", "!=", "<", ">", "<=", ">=", "-", "//", "and", "or"]);

export const selfComparison: Rule = {
  name: "self-comparison",
  severity: "warning",
  doc: "The same on both sides of a comparison, of `and` or of `or`, or a variable assigned to itself.",
  bad: `
def check(a, b):
    return a == a and b > 0

print(check(1, 2))
`,
  good: `
def check(a, b):
    return a == b and b > 0

print(check(1, 2))
`,
  check({ index }, out) {
    for (const expression of index.expressions("binary")) {
      const { operator, left, right } = expression;
      if (!comparisons.has(operator) || !sameExpression(left, right)) continue;
      out.report(spanOf(expression), `the same is on both sides of ${operator}`);
    }
    for (const statement of index.statements("assign")) {
      if (statement.operator !== "" || !sameExpression(statement.target, statement.value)) continue;
      out.report(spanOf(statement), "this assigns a variable to itself");
    }
  },
};
