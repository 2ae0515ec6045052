import { isChange, makesMutable } from "../../analysis/changes.ts";
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
        if (name === undefined || value === undefined || !makesMutable(value)) continue;
        const variable = symbols.variables.get(name);
        const isChanged = variable?.uses.some((use) => isChange(use, index));
        if (isChanged === true) {
          out.report(spanOf(value), `the default of ${toText(name.name)} is made once and changed by its function`);
        }
      }
    }
  },
};
