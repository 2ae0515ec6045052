/** How a run of a workflow looks on the command line: the nodes that it went through, and its data. */
import { formatDuration } from "../core/duration.ts";
import type { NodeVisit } from "../core/effect.ts";
import type { OpenNode } from "../core/program.ts";
import type { RunDetails } from "../core/run.ts";
import { formatTime, type View } from "./output.ts";
import { runDetailsView } from "./run-view.ts";
import { completionOf } from "./workflows/completion.ts";

export type NodeVisitView = NodeVisit | OpenNode;

/** What a run of a script has and one of a workflow lacks. */
const others = new Set(["stands at", "value"]);

export function workflowRunView(nodes: readonly NodeVisitView[]): View<RunDetails> {
  const [id, ...rest] = runDetailsView.columns.filter(({ title }) => !others.has(title));
  return {
    name: (run) => run.id,
    columns: [
      id!,
      { title: "workflow", value: ({ workflow }) => workflow && `${workflow.name} ${workflow.version}` },
      { title: "completed with", value: (run) => describeCompletion(run) },
      ...rest,
      { title: "business key", value: ({ starter }) => starter?.businessKey },
      { title: "started by", value: ({ starter }) => starter?.initiatorEntity ?? starter?.identity },
      { title: "started for", value: ({ starter }) => starter?.targetEntity },
      { title: "parent", value: ({ parent }) => parent?.runId },
      { title: "nodes", value: () => inOrderOfEntry(nodes).map(describeVisit).join("\n") },
      { title: "data", value: ({ data }) => data && JSON.stringify(JSON.parse(data), undefined, 2) },
      { title: "repair", value: (run) => (run.repairable === true ? `autoflow runs retry ${run.id}` : undefined) },
    ],
  };
}

/** As they were entered. They come as they were left, actions before their states: of the same time, a state stands before its actions. */
export function inOrderOfEntry(nodes: readonly NodeVisitView[]): NodeVisitView[] {
  const ranked = nodes.map((visit, index) => {
    const state = nodes.findIndex((other, at) => at > index && visit.node.startsWith(`${other.node}/`));
    return { visit, state: state < 0 ? index : state, part: Number(state >= 0) };
  });
  const sorted = ranked.toSorted((a, b) => a.visit.entered - b.visit.entered || a.state - b.state || a.part - b.part);
  return sorted.map(({ visit }) => visit);
}

function describeCompletion(run: RunDetails): string | undefined {
  if (run.state !== "succeeded") return undefined;
  const completion = completionOf(run);
  return completion && [completion.with, completion.message].filter(Boolean).join(": ");
}

function describeVisit(visit: NodeVisitView): string {
  const { name, type, entered, error } = visit;
  const took = "left" in visit ? formatDuration(visit.left - entered) : error === undefined ? "is here" : "failed here";
  return `${formatTime(entered)}  ${name} (${type})  ${took}${error === undefined ? "" : `  ${error}`}`;
}
