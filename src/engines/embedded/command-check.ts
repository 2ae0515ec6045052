/** Whether a command of an operator fits where a run stands: one that does not is refused before it changes anything. */
import type { OperatorCommand } from "../../core/arrival.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { OpenNode } from "../../core/program.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { runStart } from "./run-start.ts";
import type { StoredRun } from "./store/runs.ts";
import { inspectable } from "./views.ts";

/** So many nodes are named. */
const maxNamed = 20;

/**
 * Throws NOT_FOUND for a node that the run is not in, or that its graph does not have (for "enter"), and RUN_NOT_FAILED when the
 * failed node is meant and there is none. A run that computes cannot be looked into: its program tells what does not fit.
 */
export function requireFit(core: Core, row: StoredRun, active: ActiveRun | undefined, command: OperatorCommand): void {
  const { name, node } = command;
  if (name === "data" || name === "merge") return;
  if (name === "enter") return requireNodeOfGraph(core, row, node);
  const state = inspectable(active, row);
  if (state === undefined) return;
  const nodes = core.image(row.version).inspect(runStart(core, row), state).nodes ?? [];
  if (node !== undefined) return requireOpenNode(row, nodes, node);
  if (name === "leave" || nodes.some(({ error }) => error !== undefined)) return;
  throw new AutoFlowError("RUN_NOT_FAILED", `the run ${row.uuid} has not failed, so there is nothing to ${name}`, {
    hint: nodes.length === 0 ? "Wait, or cancel it." : `Name a node that it is in: ${named(nodes)}.`,
  });
}

function requireNodeOfGraph(core: Core, row: StoredRun, node: string | undefined): void {
  const nodes = core.image(row.version).describe().workflow?.graph.nodes ?? [];
  if (nodes.some(({ id }) => id === node)) return;
  const known = named(nodes.map(({ id }) => ({ node: id })));
  throw new AutoFlowError("NOT_FOUND", `the workflow of run ${row.uuid} has no node ${JSON.stringify(node ?? "")}`, {
    hint: known === "" ? "It has no nodes." : `Its nodes: ${known}.`,
  });
}

function requireOpenNode(row: StoredRun, nodes: readonly OpenNode[], node: string): void {
  if (nodes.some((open) => open.node === node)) return;
  const failed = nodes.filter(({ error }) => error !== undefined);
  throw new AutoFlowError("NOT_FOUND", `the run ${row.uuid} is not in the node ${JSON.stringify(node)}`, {
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
