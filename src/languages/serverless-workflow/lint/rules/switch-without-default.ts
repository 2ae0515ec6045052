import type { Rule } from "../rule.ts";

export const switchWithoutDefault: Rule = {
  name: "switch-without-default",
  doc: "A switch without `defaultCondition`: where no condition holds, the run fails.",
  bad: `
states:
- {name: Check, type: switch, dataConditions: [{condition: .big, end: true}]}
`,
  good: `
states:
- {name: Check, type: switch, dataConditions: [{condition: .big, end: true}], defaultCondition: {end: true}}
`,
  check({ workflow }, report) {
    for (const state of workflow.states) {
      if (state.type !== "switch" || state.defaultCondition !== undefined) continue;
      report(state.at, `state "${state.name}" has no defaultCondition: the run fails where no condition holds`);
    }
  },
};
