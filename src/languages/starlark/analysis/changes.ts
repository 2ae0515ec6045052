/** Whether a list, dict or set is changed where it is used. */
import type { Expression } from "../syntax/tree.ts";
import type { TreeIndex } from "./tree-index.ts";
import { bare } from "./walk.ts";

const changing = new Set(
  "append extend insert remove pop clear update setdefault popitem add discard difference_update intersection_update symmetric_difference_update".split(
    " ",
  ),
);

/** Whether a use of a variable changes its value: `x.append(…)`, `x[k] = v`, `x += y`. */
export function isChange(use: Expression, index: TreeIndex): boolean {
  const parent = index.parentOf(use);
  const around = parent === undefined ? undefined : index.parentOf(parent);
  switch (parent?.kind) {
    case "dot":
      return changing.has(parent.name) && around?.kind === "call" && around.callee === parent;
    case "index":
      return parent.object === use && around?.kind === "assign" && around.target === parent;
    case "assign":
      return parent.target === use && parent.operator !== "";
    default:
      return false;
  }
}

/** Whether an expression makes a new list, dict or set. */
export function makesMutable(expression: Expression): boolean {
  const value = bare(expression);
  if (value.kind === "list" || value.kind === "dict" || value.kind === "comprehension") return true;
  return (
    value.kind === "call" && value.callee.kind === "identifier" && ["list", "dict", "set"].includes(value.callee.name)
  );
}
