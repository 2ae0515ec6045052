import { bare } from "../../analysis/walk.ts";
import type { Expression } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const mutableDefault: Rule = {
  name: "mutable-default",
  severity: "warning",
  doc:
    "A list, dict or set as the default of a parameter that the function changes. It is made once: in a function of the file it is frozen, " +
    "so changing it fails; in an inner function all calls share it.",
  bad: `
def collect(x, into = []):
    into.append(x)
    return into

print(collect(1))
`,
  good: `
def collect(x, into = None):
    into = into or []
    into.append(x)
    return into

print(collect(1))
`,
  check({ index, symbols }, out) {
    for (const node of index.functions) {
      for (const { name, default: value } of node.parameters) {
        if (name === undefined || value === undefined || !isMutable(bare(value))) continue;
        const variable = symbols.variables.get(name);
        const isChanged = variable?.uses.some((use) =>
          changes(use, index.parentOf(use), index.parentOf(index.parentOf(use)!)),
        );
        if (isChanged === true) {
          out.report(spanOf(value), `the default of ${toText(name.name)} is made once and changed by its function`);
        }
      }
    }
  },
};

function isMutable(value: Expression): boolean {
  if (value.kind === "list" || value.kind === "dict" || value.kind === "comprehension") return true;
  return (
    value.kind === "call" && value.callee.kind === "identifier" && ["list", "dict", "set"].includes(value.callee.name)
  );
}

const changing = new Set(
  "append extend insert remove pop clear update setdefault popitem add discard union_update".split(" "),
);

/** `x.append(…)`, `x[k] = v`, `x += y`. */
function changes(use: Expression, parent: unknown, outer: unknown): boolean {
  const node = parent as { kind: string; object?: Expression; target?: Expression; operator?: string; name?: string };
  const around = outer as { kind: string; target?: unknown } | undefined;
  if (node.kind === "dot" && node.object === use) return changing.has(node.name!) && around?.kind === "call";
  if (node.kind === "index" && node.object === use) return around?.kind === "assign" && around.target === parent;
  return node.kind === "assign" && node.target === use && node.operator !== "";
}
