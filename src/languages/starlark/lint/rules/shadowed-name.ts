import type { Scope, Variable } from "../../analysis/symbols.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const shadowedName: Rule = {
  name: "shadowed-name",
  severity: "info",
  doc:
    "A variable with the name of one of the function around it, or an assignment in a function to a name of the file: it makes a new " +
    "variable and leaves the outer one as it is.",
  bad: `
count = 0

def add():
    count = 1
    return count

print(add(), count)
`,
  good: `
counts = {"all": 0}

def add():
    counts["all"] += 1
    return counts["all"]

print(add(), counts)
`,
  check({ symbols, tree }, out) {
    for (const variable of new Set(symbols.variables.values())) {
      const outer = shadowed(variable);
      if (outer === undefined) continue;
      const [definition] = variable.definitions;
      const { line } = tree.file.location(outer.definitions[0]!.identifier.pos);
      out.report(spanOf(definition!.identifier), `${toText(variable.name)} hides the one of line ${line}`);
    }
  },
};

/** Parameters and loop variables may have a name of the file: nobody takes them for an assignment to it. */
function shadowed({ name, scope, definitions }: Variable): Variable | undefined {
  if (name.startsWith("_")) return undefined;
  const how = definitions[0]!.how;
  for (let around: Scope | undefined = scope.parent; around !== undefined; around = around.parent) {
    const outer = around.variables.get(name);
    if (outer === undefined) continue;
    if (around.kind !== "file") return outer;
    return how === "assign" || how === "augmented" ? outer : undefined;
  }
  return undefined;
}
