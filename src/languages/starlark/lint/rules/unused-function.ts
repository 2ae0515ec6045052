import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const unusedFunction: Rule = {
  name: "unused-function",
  severity: "warning",
  doc:
    "A function that nothing calls: one inside another function, or one of the file whose name begins with `_`, which no other file can " +
    "load.",
  bad: `
def _double(x):
    return 2 * x

print(2 * 2)
`,
  good: `
def _double(x):
    return 2 * x

print(_double(2))
`,
  check({ index, symbols }, out) {
    for (const { name, function: node } of index.statements("def")) {
      const variable = symbols.variables.get(name);
      if (variable === undefined) continue;
      const isPrivate = variable.scope.kind !== "file" || name.name.startsWith("_");
      const isUsed = variable.uses.some((use) => index.functionOf(use) !== node);
      if (isPrivate && !isUsed) out.report(spanOf(name), `nothing uses ${toText(name.name)}`, { unnecessary: true });
    }
  },
};
