import type { Rule } from "../rule.ts";

export const defaultNeverTaken: Rule = {
  name: "default-never-taken",
  doc: "A switch on events whose `defaultCondition` is never taken, since no `eventTimeout` ends the wait.",
  bad: `
events: [{name: paid, type: com.example.paid}]
states:
- {name: Wait, type: switch, eventConditions: [{eventRef: paid, end: true}], defaultCondition: {end: true}}
`,
  good: `
events: [{name: paid, type: com.example.paid}]
states:
- {name: Wait, type: switch, eventConditions: [{eventRef: paid, end: true}], defaultCondition: {end: true}, timeouts: {eventTimeout: P3D}}
`,
  check({ workflow }, report) {
    for (const state of workflow.states) {
      if (state.type !== "switch" || state.eventConditions.length === 0) continue;
      if (state.defaultCondition === undefined || state.timeouts.event !== undefined) continue;
      report(
        state.defaultCondition.at,
        `no eventTimeout ends the wait of state "${state.name}", so this is never taken`,
      );
    }
  },
};
