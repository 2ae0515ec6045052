/** Merging by the rule that a workflow has chosen. */
import { equals, uncounted } from "../../jq/library/order.ts";
import type { Value } from "../../jq/value.ts";
import type { Workflow } from "../model.ts";
import { mergeSonataflow } from "./merge-sonataflow.ts";
import { mergeSpecification } from "./merge-specification.ts";

/** `source` merged into `target`; neither is changed. */
export type Merge = (target: Value, source: Value) => Value;

/** The rule of a workflow. */
export function mergeRule(workflow: Pick<Workflow, "merge">): Merge {
  return workflow.merge === "specification" ? mergeSpecification : mergeSonataflow;
}

/**
 * What became of a copy, merged back. Only what differs from `base`, the data that was copied, is merged into `target`, so that of
 * two branches the one that left a member alone does not undo the other's change of it.
 */
export function mergeChanges(merge: Merge, target: Value, base: Value, changed: Value): Value {
  if (equals(uncounted, base, changed)) return target;
  if (target === base) return changed;
  if (!(base instanceof Map && changed instanceof Map && target instanceof Map)) return merge(target, changed);
  const merged = new Map(target);
  for (const [name, value] of changed) {
    const old = base.get(name);
    const there = merged.get(name);
    if (old !== undefined && equals(uncounted, old, value)) continue;
    if (there === undefined || value === null) merged.set(name, value);
    else if (old === undefined) merged.set(name, mergeMember(merge, there, value));
    else merged.set(name, mergeChanges(merge, there, old, value));
  }
  return merged;
}

/** Merges one member by the rule for members, which may differ from that for the whole. */
function mergeMember(merge: Merge, target: Value, source: Value): Value {
  return (merge(new Map([["", target]]), new Map([["", source]])) as Map<string, Value>).get("")!;
}
