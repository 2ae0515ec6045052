import { loops, waits } from "../ways.ts";
import type { Rule } from "../rule.ts";

export const busyLoop: Rule = {
  name: "busy-loop",
  doc: "States that lead back to each other and never wait: each round follows the other at once, until a limit of steps or effects ends the run.",
  bad: `
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: Look, type: operation, actions: [{functionRef: {refName: say, arguments: {message: .n}}}], transition: Check}
- {name: Check, type: switch, dataConditions: [{condition: .n > 3, end: true}], defaultCondition: {transition: Look}}
`,
  good: `
timeouts: {workflowExecTimeout: P1D}
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: Look, type: operation, actions: [{functionRef: {refName: say, arguments: {message: .n}}, sleep: {after: PT1M}}], transition: Check}
- {name: Check, type: switch, dataConditions: [{condition: .n > 3, end: true}], defaultCondition: {transition: Look}}
`,
  check({ workflow }, report) {
    for (const loop of loops(workflow)) {
      if (loop.some(waits)) continue;
      const names = loop.map(({ name }) => name).join(", ");
      report(loop[0]!.at, `this loop never waits: ${names}; let a state or an action of it sleep`);
    }
  },
};
