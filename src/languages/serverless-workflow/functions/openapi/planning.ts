/** What the parts of a plan are made from. */
import type { Problems } from "../../document/problems.ts";
import { describe, type DataNode } from "../../document/tree.ts";
import { referenceOf, type Resources } from "../resources.ts";
import type { Operation, Version } from "./operation.ts";

export interface Planning {
  version: Version;
  document: DataNode;
  operation: Operation;
  resources: Resources;
  problems: Problems;
}

/** Tells that a reference in a document leads nowhere. */
export function danglingReference(node: DataNode, problems: Problems): void {
  problems.error(`${JSON.stringify(referenceOf(node) ?? describe(node))} is not there, or refers to itself`, node);
}
