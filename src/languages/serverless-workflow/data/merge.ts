/** Merging by the rule that a workflow has chosen. */
import { type Counted, equals, uncounted } from "../../jq/library/order.ts";
import type { JqObject, Value } from "../../jq/value.ts";
import type { Workflow } from "../model.ts";
import { mergeSonataflow } from "./merge-sonataflow.ts";
import { mergeSpecification } from "./merge-specification.ts";

/** `source` merged into `target`; neither is changed. */
export type Merge = (target: Value, source: Value) => Value;

/** A rule, which tells what work it does. */
export type MergeRule = (context: Counted, target: Value, source: Value) => Value;

/** The rule of a workflow. */
export function mergeRule(workflow: Pick<Workflow, "merge">): MergeRule {
  return workflow.merge === "specification" ? mergeSpecification : mergeSonataflow;
}

/**
 * What became of a copy, merged back. Only what differs from `base`, the data that was copied, is merged into `target`, so that of
 * two branches the one that left a member alone does not undo the other's change of it. Each part is compared once. The work is not
 * counted: how much it is depends on what the three share, which is less in a run that was read from a store.
 */
export function mergeChanges(rule: MergeRule, target: Value, base: Value, changed: Value): Value {
  if (base instanceof Map && changed instanceof Map && target instanceof Map && target !== base)
    return mergeMembers(rule, target, base, changed);
  if (equals(uncounted, base, changed)) return target;
  return target === base ? changed : rule(uncounted, target, changed);
}

function mergeMembers(rule: MergeRule, target: JqObject, base: JqObject, changed: JqObject): Value {
  if (base === changed) return target;
  const merged = new Map(target);
  for (const [name, value] of changed) {
    const old = base.get(name);
    const there = target.get(name);
    if (old !== undefined && there !== undefined && value !== null) {
      merged.set(name, mergeChanges(rule, there, old, value));
    } else if (old === undefined || !equals(uncounted, old, value)) {
      merged.set(name, there === undefined || value === null ? value : mergeMember(rule, there, value));
    }
  }
  return merged;
}

/** Merges one member by the rule for members, which may differ from that for the whole. */
function mergeMember(rule: MergeRule, target: Value, source: Value): Value {
  return (rule(uncounted, new Map([["", target]]), new Map([["", source]])) as Map<string, Value>).get("")!;
}
