import { waysOn } from "../../document/check-names.ts";
import { loops, waits } from "../ways.ts";
import type { Rule } from "../rule.ts";

export const endlessPolling: Rule = {
  name: "endless-polling",
  doc: "A loop that waits for something to change, and nothing ends it when that never happens: a run stays open for ever. `workflowExecTimeout` bounds it.",
  bad: `
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: Look, type: operation, actions: [{functionRef: say, sleep: {before: PT1M}}], transition: Check}
- {name: Check, type: switch, dataConditions: [{condition: .done, end: true}], defaultCondition: {transition: Look}}
`,
  good: `
timeouts: {workflowExecTimeout: {duration: P14D}}
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: Look, type: operation, actions: [{functionRef: say, sleep: {before: PT1M}}], transition: Check}
- {name: Check, type: switch, dataConditions: [{condition: .done, end: true}], defaultCondition: {transition: Look}}
`,
  check({ workflow }, report) {
    if (workflow.workflowTimeout !== undefined) return;
    for (const loop of loops(workflow)) {
      if (!loop.some(waits) || loop.some(({ type }) => type === "event" || type === "callback")) continue;
      const inside = new Set(loop.map(({ name }) => name));
      const leaves = loop.some((state) =>
        waysOn(state).some(
          ({ next, kind }) => kind !== "error" && (next.kind === "end" || !inside.has(next.nextState)),
        ),
      );
      const names = [...inside].join(", ");
      const message = leaves
        ? `nothing bounds this loop when what it waits for never happens: ${names}; set timeouts.workflowExecTimeout`
        : `nothing but an error leads out of this loop: ${names}`;
      report(loop[0]!.at, message);
    }
  },
};
