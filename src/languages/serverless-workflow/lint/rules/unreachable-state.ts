import { reachable } from "../ways.ts";
import type { Rule } from "../rule.ts";

export const unreachableState: Rule = {
  name: "unreachable-state",
  doc: "A state that no way from the start leads to.",
  bad: `
states:
- {name: First, type: inject, data: {a: 1}, end: true}
- {name: Second, type: inject, data: {b: 1}, end: true}
`,
  good: `
states:
- {name: First, type: inject, data: {a: 1}, transition: Second}
- {name: Second, type: inject, data: {b: 1}, end: true}
`,
  check({ workflow }, report) {
    const reached = reachable(workflow);
    for (const { name, at } of workflow.states) {
      if (!reached.has(name)) report(at, `nothing leads to state "${name}"`);
    }
  },
};
