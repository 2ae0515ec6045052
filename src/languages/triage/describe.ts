/** What an image tells of itself. */
import type { Description, Graph, GraphEdge, GraphNode } from "../../core/program.ts";
import type { ImageContent } from "./image.ts";
import { inputSchema } from "./machine/run-input.ts";
import type { Policy } from "./model.ts";
import { triggersOf } from "./triggers.ts";

/** A policy is started by name, with where to look as its input. */
export function describePolicy({ policy, source: { path } }: ImageContent): Description {
  const name = nameOfPath(path);
  const schema = `${name}-input.json`;
  return {
    mode: policy.automation === undefined ? "driver" : "handlers",
    triggers: triggersOf(policy),
    workflow: {
      name,
      version: "1",
      title: "Triage policies",
      inputSchema: { path: schema, documents: { [schema]: JSON.stringify(inputSchema) } },
      environment: [],
      graph: graphOf(policy),
    },
  };
}

/** `.triage-policies.yml` is "triage-policies". */
function nameOfPath(path: string): string {
  return (path.split("/").at(-1) ?? path).replace(/\.ya?ml$/i, "").replace(/^\.+/, "");
}

/** Rules in the order in which they are carried out; the parts of a summary are within it. */
function graphOf({ resources }: Policy): Graph {
  const nodes: GraphNode[] = [];
  const order: string[] = [];
  for (const { type, summaries, rules } of resources) {
    for (const { id, name, at, rules: parts } of summaries) {
      nodes.push({ id, name, type: `${type} summary`, where: at });
      order.push(id);
      for (const part of parts) {
        nodes.push({ id: part.id, name: part.name, type, where: part.at, parent: id });
      }
    }
    for (const { id, name, at } of rules) {
      nodes.push({ id, name, type, where: at });
      order.push(id);
    }
  }
  const edges = order.slice(1).map((to, i): GraphEdge => ({ from: order[i]!, to, kind: "next" }));
  return { nodes, edges };
}
