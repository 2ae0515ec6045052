import { toText } from "../../values/text.ts";
import type { Definition, Variable } from "../../analysis/symbols.ts";
import { bare } from "../../analysis/walk.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const unusedVariable: Rule = {
  name: "unused-variable",
  severity: "warning",
  doc:
    "A variable of a function that is assigned and never read. Names that begin with `_` are meant to be unused; so are loop " +
    "variables, and names in an unpacked tuple of which another is read.",
  bad: `
def double(x):
    result = 2 * x
    return 2 * x

print(double(2))
`,
  good: `
def double(x):
    result = 2 * x
    return result

print(double(2))
`,
  check({ symbols, index }, out) {
    for (const node of index.functions) {
      for (const variable of symbols.scopes.get(node)?.variables.values() ?? []) {
        if (!isUnused(variable)) continue;
        const assigned = variable.definitions.filter(isAssigned);
        if (assigned.length !== variable.definitions.length) continue;
        if (assigned.some((definition) => hasReadNeighbour(definition, symbols.variables))) continue;
        for (const { identifier } of assigned) {
          out.report(spanOf(identifier), `${toText(variable.name)} is never read`, { unnecessary: true });
        }
      }
    }
  },
};

function isAssigned(definition: Definition): boolean {
  return definition.how === "assign" || definition.how === "augmented";
}

/** Being read by its own `+=` is no use. */
function isUnused({ name, uses, definitions }: Variable): boolean {
  if (name.startsWith("_")) return false;
  return uses.every((use) => definitions.some(({ how, identifier }) => how === "augmented" && identifier === use));
}

/** Of a tuple of names, whether some other one is read: then the tuple is needed. */
function hasReadNeighbour(definition: Definition, variables: ReadonlyMap<unknown, Variable>): boolean {
  if (definition.how !== "assign") return false;
  const target = bare(definition.target);
  if (target.kind !== "tuple" && target.kind !== "list") return false;
  return target.elements.some((element) => {
    const other = variables.get(element);
    return other === undefined || !isUnused(other);
  });
}
