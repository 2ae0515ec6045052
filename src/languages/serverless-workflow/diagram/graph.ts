/** What a workflow looks like: its states with their branches and actions as nodes, and every way between states as an edge. */
import type { Graph, GraphEdge, GraphNode } from "../../../core/program.ts";
import { waysOn } from "../document/check-names.ts";
import type { Action, ActionMode, Next, State, Workflow } from "../model.ts";

/** The nodes before the first state and behind the last ones. No state can be called so. */
export const startNode = "#start";
export const endNode = "#end";

/** Ids of states are their names; those of actions are in the model. */
export function graphOf(workflow: Workflow): Graph {
  const graph = new GraphBuilder();
  graph.node({ id: startNode, name: "Start", type: "start", where: workflow.start.at });
  const schedule = workflow.start.schedule;
  const label = schedule === undefined ? undefined : (schedule.cron ?? `every ${(schedule.every ?? 0) / 1000} s`);
  graph.edge({ from: startNode, to: workflow.start.stateName, kind: "start", ...(label !== undefined && { label }) });
  for (const state of workflow.states) addState(graph, state);
  if (graph.edges.some(({ to }) => to === endNode)) {
    graph.node({ id: endNode, name: "End", type: "end", where: workflow.at });
  }
  return { nodes: graph.nodes, edges: graph.edges };
}

class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly edges: GraphEdge[] = [];

  node(node: GraphNode): void {
    this.nodes.push(node);
  }

  edge(edge: GraphEdge): void {
    this.edges.push(edge);
  }
}

function addState(graph: GraphBuilder, state: State): void {
  const { name, type, at } = state;
  graph.node({ id: name, name, type, where: at });
  addContent(graph, state);
  const isDetached = state.usedForCompensation && state.type !== "switch" && state.next.kind === "end";
  for (const { next, kind, label } of waysOn(state)) {
    if (kind === "next" && isDetached) continue;
    graph.edge(wayEdge(name, next, kind, label));
  }
  if (state.compensatedBy !== undefined) graph.edge({ from: name, to: state.compensatedBy, kind: "compensation" });
}

function wayEdge(
  from: string,
  next: Next,
  kind: Exclude<GraphEdge["kind"], "start">,
  label: string | undefined,
): GraphEdge {
  if (next.kind === "transition") return { from, to: next.nextState, kind, ...(label !== undefined && { label }) };
  const continued = next.continueAs === undefined ? undefined : `continue as ${next.continueAs.workflowId}`;
  const shown = [label, continued].filter((part) => part !== undefined).join(": ");
  return { from, to: endNode, kind: kind === "next" ? "end" : kind, ...(shown !== "" && { label: shown }) };
}

/** Branches and actions, as parts of the state. */
function addContent(graph: GraphBuilder, state: State): void {
  if (state.type === "operation") addActions(graph, state.name, state.actions, state.actionMode);
  if (state.type === "foreach") addActions(graph, state.name, state.actions, "sequential");
  if (state.type === "callback" && state.action !== undefined)
    addActions(graph, state.name, [state.action], "sequential");
  if (state.type === "parallel") {
    for (const { name, actions, at } of state.branches) {
      const id = `${state.name}/${name}`;
      graph.node({ id, name, type: "branch", where: at, parent: state.name });
      addActions(graph, id, actions, "sequential");
    }
  }
  if (state.type === "event") {
    for (const [i, { eventRefs, actions, actionMode, at }] of state.onEvents.entries()) {
      const id = `${state.name}/${i + 1}`;
      graph.node({ id, name: eventRefs.join(", "), type: "onEvents", where: at, parent: state.name });
      addActions(graph, id, actions, actionMode);
    }
  }
}

function addActions(graph: GraphBuilder, parent: string, actions: readonly Action[], mode: ActionMode): void {
  for (const [i, { id, name, does, at }] of actions.entries()) {
    graph.node({ id, name, type: does.kind, where: at, parent });
    const before = actions[i - 1];
    if (mode === "sequential" && before !== undefined) graph.edge({ from: before.id, to: id, kind: "next" });
  }
}
