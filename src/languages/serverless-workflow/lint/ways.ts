/** How a run can move between states. */
import { waysOn } from "../document/check-names.ts";
import type { State, Workflow } from "../model.ts";
import { actionsOf } from "./evaluations.ts";

/** The names of the states that a state leads to. */
function successors(workflow: Workflow): Map<string, string[]> {
  return new Map(
    workflow.states.map((state) => [
      state.name,
      waysOn(state).flatMap(({ next }) => (next.kind === "transition" ? [next.nextState] : [])),
    ]),
  );
}

/** The states that can be reached. */
export function reachable(workflow: Workflow): Set<string> {
  const next = successors(workflow);
  const before = workflow.workflowTimeout?.runBefore;
  const pending = [workflow.start.stateName, ...(before === undefined ? [] : [before])];
  const found = new Set<string>();
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    pending.push(...(next.get(name) ?? []));
    const by = workflow.states.find((state) => state.name === name)?.compensatedBy;
    if (by !== undefined) pending.push(by);
  }
  return found;
}

/** Groups of states that lead to each other, in the order of their first states. */
export function loops(workflow: Workflow): State[][] {
  const next = successors(workflow);
  const reach = new Map(workflow.states.map(({ name }) => [name, reachFrom(name, next)]));
  const found: State[][] = [];
  const seen = new Set<string>();
  for (const { name } of workflow.states) {
    if (seen.has(name) || reach.get(name)?.has(name) !== true) continue;
    const group = workflow.states.filter(
      (other) => reach.get(name)!.has(other.name) && reach.get(other.name)!.has(name),
    );
    for (const state of group) seen.add(state.name);
    found.push(group);
  }
  return found;
}

/** The states that can follow a state: itself only when there is a way back. */
function reachFrom(name: string, next: ReadonlyMap<string, string[]>): Set<string> {
  const found = new Set<string>();
  const pending = [...(next.get(name) ?? [])];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    pending.push(...(next.get(at) ?? []));
  }
  return found;
}

/** Whether a run waits in a state, for the clock or for events. */
export function waits(state: State): boolean {
  if (state.type === "sleep" || state.type === "event" || state.type === "callback") return true;
  if (state.type === "switch" && state.eventConditions.length > 0) return true;
  return actionsOf(state).some(({ does, before, after }) => {
    return (
      before !== undefined ||
      after !== undefined ||
      does.kind === "subflow" ||
      (does.kind === "event" && does.resultEventRef !== undefined)
    );
  });
}
