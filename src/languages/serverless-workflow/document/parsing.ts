/** What the readers of the parts of a workflow share. */
import type {
  ErrorDefinition,
  EventDefinition,
  FunctionDefinition,
  RetryDefinition,
  StateTimeouts,
  WorkflowTimeout,
} from "../model.ts";
import type { ExpressionTexts } from "./expression-texts.ts";
import { nearest } from "./nearest.ts";
import type { Problems } from "./problems.ts";
import type { DataNode } from "./tree.ts";

export interface Parsing {
  problems: Problems;
  texts: ExpressionTexts;
  functions: ReadonlyMap<string, FunctionDefinition>;
  events: ReadonlyMap<string, EventDefinition>;
  errors: ReadonlyMap<string, ErrorDefinition>;
  retries: ReadonlyMap<string, RetryDefinition>;
  /** Those of the workflow. */
  timeouts: StateTimeouts;
  autoRetries: boolean;
}

/** Its own, and those that apply to its states. */
export interface WorkflowTimeouts {
  workflow?: WorkflowTimeout;
  states: StateTimeouts;
}

/** Tells that a name is none of those there are. `kind`: "function", "event", … */
export function tellUnknown(
  problems: Problems,
  { kind, name, known, node }: { kind: string; name: string; known: Iterable<string>; node: DataNode },
): void {
  const meant = nearest(name, known);
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  problems.error(`there is no ${kind} "${name}"${hint}`, node);
}
