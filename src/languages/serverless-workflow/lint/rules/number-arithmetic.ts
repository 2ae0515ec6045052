import { evaluationsOf } from "../evaluations.ts";
import type { Rule } from "../rule.ts";

export const numberArithmetic: Rule = {
  name: "number-arithmetic",
  doc: "An argument such as `2026-01-31` or `1/2`: as jq it is a subtraction or a division, and is evaluated. Quotes make it a text.",
  bad: `
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: First, type: operation, actions: [{functionRef: {refName: say, arguments: {message: '2026-01-31'}}}], end: true}
`,
  good: `
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: First, type: operation, actions: [{functionRef: {refName: say, arguments: {message: '"2026-01-31"'}}}], end: true}
`,
  check({ workflow }, report) {
    if (workflow.expressionLang !== "jq") return;
    for (const { expression, literal } of evaluationsOf(workflow)) {
      if (literal === undefined || !/^\s*\d[\d.]*(?:\s*[-+*/%]\s*\d[\d.]*)+\s*$/.test(literal)) continue;
      const text = literal.trim();
      report(expression.at, `${text} is evaluated as arithmetic; write '"${text}"' for the text`);
    }
  },
};
