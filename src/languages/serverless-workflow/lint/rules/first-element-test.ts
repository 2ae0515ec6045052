import { pathText, textComparisons, treeOf } from "../jq-reads.ts";
import type { Rule } from "../rule.ts";

export const firstElementTest: Rule = {
  name: "first-element-test",
  doc:
    "A condition that compares the first element of a list with a text, such as GitLab's first label: labels are sorted, so that any other one may " +
    "be the first, and people write them in capitals too.",
  bad: `
states:
- {name: Check, type: switch, dataConditions: [{condition: '.labels[0] == "approved"', end: true}], defaultCondition: {end: true}}
`,
  good: `
states:
- {name: Check, type: switch, dataConditions: [{condition: '.labels | any(ascii_downcase == "approved")', end: true}], defaultCondition: {end: true}}
`,
  check({ workflow }, report) {
    for (const state of workflow.states) {
      for (const { condition } of state.type === "switch" ? state.dataConditions : []) {
        const tree = treeOf(condition.text, workflow);
        for (const { path, value } of tree === undefined ? [] : textComparisons(tree)) {
          if (path.at(-1) !== 0) continue;
          const list = pathText(path.slice(0, -1)) || ".";
          const better = `${list} | any(ascii_downcase == ${JSON.stringify(value.toLowerCase())})`;
          report(condition.at, `only the first element of ${list} is looked at, and in these very letters: ${better}`);
        }
      }
    }
  },
};
