import { unboundReads } from "../../analysis/flow.ts";
import type { Scope, Variable } from "../../analysis/symbols.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const possiblyUnbound: Rule = {
  name: "possibly-unbound",
  severity: "warning",
  doc: "A variable that may have no value where it is read, because the branch or loop that assigns it may not be carried out. Reading it then fails.",
  bad: `
def last(items):
    for item in items:
        found = item
    return found

print(last([1]))
`,
  good: `
def last(items):
    found = None
    for item in items:
        found = item
    return found

print(last([1]))
`,
  check({ body, symbols }, out) {
    const scopes = [{ scope: symbols.file, body }];
    for (const [node, scope] of symbols.scopes) {
      if (scope.kind === "function" && "parameters" in node) scopes.push({ scope, body: node.body });
    }
    for (const { scope, body: statements } of scopes) {
      for (const { identifier, variable, always } of unboundReads(statements, symbols, ...split(scope))) {
        const name = toText(variable.name);
        out.report(spanOf(identifier), always ? `${name} has no value yet` : `${name} may have no value here`);
      }
    }
  },
};

/** A scope's variables, and those of them that have a value from the start. */
function split({ variables }: Scope): [own: Set<Variable>, bound: Set<Variable>] {
  const own = new Set(variables.values());
  return [own, new Set([...own].filter(({ definitions }) => definitions.some(({ how }) => how === "parameter")))];
}
