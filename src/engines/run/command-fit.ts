/** Whether a command of an operator fits where a run stands: one that does not is refused before it changes anything. */
import type { OperatorCommand } from "../../core/arrival.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { Description, GraphNode, OpenNode } from "../../core/program.ts";

/** So many nodes are named. */
const maxNamed = 20;

/** A run that is given a command; each is asked for only where a command needs it. */
export interface CommandedRun {
  runId: string;
  describe(): Description;
  /** Nodes that it is in, or failed at. Undefined while it computes: then its program tells what does not fit. */
  nodes(): readonly OpenNode[] | undefined;
}

/** What an operator wants, in words: "retry", "skip charge". */
export function describeCommand({ name, node }: OperatorCommand): string {
  return node === undefined ? name : `${name} ${node}`;
}

/**
 * Throws NOT_FOUND for a node that the run is not in, or that its graph does not have (for "enter"), and RUN_NOT_FAILED when the
 * failed node is meant and there is none.
 */
export function requireFit(run: CommandedRun, { name, node }: OperatorCommand): void {
  if (name === "data" || name === "merge") return;
  if (name === "enter") return requireNodeOfGraph(run.runId, run.describe().workflow?.graph.nodes ?? [], node);
  const nodes = run.nodes();
  if (nodes === undefined) return;
  if (node !== undefined) return requireOpenNode(run.runId, nodes, node);
  if (name === "leave" || nodes.some(({ error }) => error !== undefined)) return;
  throw new AutoFlowError("RUN_NOT_FAILED", `the run ${run.runId} has not failed, so there is nothing to ${name}`, {
    hint: nodes.length === 0 ? "Wait, or cancel it." : `Name a node that it is in: ${named(nodes)}.`,
  });
}

function requireNodeOfGraph(runId: string, nodes: readonly Pick<GraphNode, "id">[], node: string | undefined): void {
  if (nodes.some(({ id }) => id === node)) return;
  const known = named(nodes.map(({ id }) => ({ node: id })));
  throw new AutoFlowError("NOT_FOUND", `the workflow of run ${runId} has no node ${JSON.stringify(node ?? "")}`, {
    hint: known === "" ? "It has no nodes." : `Its nodes: ${known}.`,
  });
}

function requireOpenNode(runId: string, nodes: readonly OpenNode[], node: string): void {
  if (nodes.some((open) => open.node === node)) return;
  const failed = nodes.filter(({ error }) => error !== undefined);
  throw new AutoFlowError("NOT_FOUND", `the run ${runId} is not in the node ${JSON.stringify(node)}`, {
    hint:
      failed.length > 0
        ? `It failed at ${named(failed)}.`
        : nodes.length > 0
          ? `It is in ${named(nodes)}.`
          : "It is in no node.",
  });
}

function named(nodes: readonly { node: string }[]): string {
  const names = nodes.slice(0, maxNamed).map(({ node }) => JSON.stringify(node));
  return names.join(", ") + (nodes.length > maxNamed ? ", …" : "");
}
