import { evaluationsOf, literalTexts } from "../evaluations.ts";
import type { Rule } from "../rule.ts";

/** Functions without arguments that jq 1.7 and 1.8 have and 1.6 has not. */
const laterBuiltins = new Set(["abs", "toarray", "trim", "ltrim", "rtrim", "have_literal_numbers", "have_decnum"]);

export const bareBuiltin: Rule = {
  name: "bare-builtin",
  doc:
    "An argument that is nothing but the name of a function of jq: `length`, `now`, `empty`. It is evaluated, though a text was probably meant; a name " +
    "that only a later jq has is a text today and would be evaluated there. Quotes make it a text, `${ }` an expression.",
  bad: `
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: First, type: operation, actions: [{functionRef: {refName: say, arguments: {message: now}}}], end: true}
`,
  good: `
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: First, type: operation, actions: [{functionRef: {refName: say, arguments: {message: '"now"', time: '\${ now }'}}}], end: true}
`,
  check({ workflow }, report) {
    if (workflow.expressionLang !== "jq") return;
    for (const { expression, literal } of evaluationsOf(workflow)) {
      if (
        literal === undefined ||
        !/^\s*[a-z_]\w*\s*$/.test(literal) ||
        ["true", "false", "null"].includes(literal.trim())
      )
        continue;
      report(
        expression.at,
        `${literal.trim()} is a function of jq and is evaluated; write '"${literal.trim()}"' for the text, \${ ${literal.trim()} } for the function`,
      );
    }
    for (const { text, at } of literalTexts(workflow)) {
      if (!laterBuiltins.has(text)) continue;
      report(
        at,
        `the text ${text} is the name of a function in later versions of jq; write '"${text}"' so that it stays a text`,
      );
    }
  },
};
