import { isOfLanguage } from "../../analysis/vocabulary.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const shadowedBuiltin: Rule = {
  name: "shadowed-builtin",
  severity: "warning",
  doc:
    "A variable with the name of a built-in function or module: from there on the built-in one is out of reach. The names of verbs are free, " +
    "since verbs are found on `w`.",
  bad: `
def total(list):
    return len(list)

print(total([1]))
`,
  good: `
def total(items):
    return len(items)

print(total([1]))
`,
  check({ symbols }, out) {
    for (const variable of new Set(symbols.variables.values())) {
      const { name, definitions } = variable;
      if (!isOfLanguage(name)) continue;
      out.report(spanOf(definitions[0]!.identifier), `${toText(name)} hides the built-in ${toText(name)}`);
    }
  },
};
