import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const redefinedFunction: Rule = {
  name: "redefined-function",
  severity: "warning",
  doc: "Two functions of one name in the same block, of which the first is never used in between.",
  bad: `
def double(x):
    return 2 * x

def double(x):
    return x + x

print(double(2))
`,
  good: `
def double(x):
    return 2 * x

def twice(x):
    return x + x

print(double(2), twice(2))
`,
  check({ index, symbols, tree }, out) {
    for (const { statements } of index.blocks) {
      const seen = new Map<string, number>();
      for (const statement of statements) {
        if (statement.kind !== "def") continue;
        const { name, pos } = statement.name;
        const before = seen.get(name);
        const uses = symbols.variables.get(statement.name)?.uses ?? [];
        if (before !== undefined && !uses.some((use) => use.pos > before && use.pos < pos)) {
          const { line } = tree.file.location(before);
          out.report(spanOf(statement.name), `this replaces ${toText(name)} of line ${line}, which nothing used`);
        }
        seen.set(name, pos);
      }
    }
  },
};
