import { expressionTexts } from "../../compile/environment-names.ts";
import type { Workflow } from "../../model.ts";
import { actionsOf } from "../evaluations.ts";
import { waysOn } from "../../document/check-names.ts";
import type { Rule } from "../rule.ts";

export const unusedDefinition: Rule = {
  name: "unused-definition",
  doc: "A function, event, error, retry, auth or secret that is defined and that nothing names.",
  bad: `
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: First, type: inject, data: {a: 1}, end: true}
`,
  good: `
functions: [{name: say, type: custom, operation: sysout}]
states:
- {name: First, type: operation, actions: [{functionRef: say}], end: true}
`,
  check({ workflow }, report) {
    const used = usedNames(workflow);
    const tell = (kind: keyof typeof used, { name, at }: { name: string; at: Workflow["at"] }): void => {
      if (!used[kind].has(name)) report(at, `nothing uses the ${kind} "${name}"`);
    };
    // What other files define may be for several workflows.
    const isOwn = ({ at }: { at: Workflow["at"] }): boolean => at.file === workflow.at.file;
    for (const one of workflow.functions.filter(isOwn)) tell("function", one);
    for (const one of workflow.events.filter(isOwn)) tell("event", one);
    for (const one of workflow.errors.filter(isOwn)) tell("error", one);
    for (const one of workflow.retries.filter(isOwn)) tell("retry", one);
    for (const one of workflow.auth.filter(isOwn)) tell("auth", one);
    const texts = expressionTexts(workflow).join("\n") + JSON.stringify([workflow.properties, workflow.auth]);
    for (const name of workflow.secrets) {
      if (!texts.includes(name)) report(workflow.at, `nothing uses the secret "${name}"`);
    }
  },
};

function usedNames(workflow: Workflow): Record<"function" | "event" | "error" | "retry" | "auth", Set<string>> {
  const used = {
    function: new Set<string>(),
    event: new Set<string>(),
    error: new Set<string>(),
    retry: new Set<string>(),
    auth: new Set<string>(),
  };
  const add = (set: Set<string>, names: readonly (string | undefined)[]): void => {
    for (const name of names) if (name !== undefined) set.add(name);
  };
  for (const state of workflow.states) {
    for (const { does, retry } of actionsOf(state)) {
      if (does.kind === "function") used.function.add(does.refName);
      if (does.kind === "event") add(used.event, [does.triggerEventRef, does.resultEventRef]);
      if (retry === undefined) continue;
      used.retry.add(retry.policy.name);
      add(used.error, [...(retry.on === "any" ? [] : retry.on), ...retry.except]);
    }
    if (state.type === "event")
      add(
        used.event,
        state.onEvents.flatMap(({ eventRefs }) => eventRefs),
      );
    if (state.type === "callback") used.event.add(state.eventRef);
    if (state.type === "switch")
      add(
        used.event,
        state.eventConditions.map(({ eventRef }) => eventRef),
      );
    for (const { next } of waysOn(state))
      add(
        used.event,
        next.produceEvents.map(({ eventRef }) => eventRef),
      );
    for (const { errors } of state.onErrors) if (errors !== "any") add(used.error, errors);
  }
  add(
    used.auth,
    workflow.functions.map(({ authRef }) => authRef),
  );
  // A "fn:name" has been replaced by the function's text.
  const texts = new Set(expressionTexts({ ...workflow, functions: [] }));
  for (const { name, expression } of workflow.functions)
    if (expression !== undefined && texts.has(expression.text)) used.function.add(name);
  return used;
}
