import type { FunctionNode, Statement } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const unusedParameter: Rule = {
  name: "unused-parameter",
  severity: "info",
  doc:
    "A parameter that its function never reads. Functions that are passed on (handlers, callbacks) are left out, since others decide " +
    "what they receive; so are lambdas, functions that do nothing, and names that begin with `_`.",
  bad: `
def greet(name, greeting):
    print("hello " + name)

greet("Ana", "bonjour")
`,
  good: `
def greet(name, greeting):
    print(greeting + " " + name)

greet("Ana", "bonjour")
`,
  check(analysis, out) {
    for (const { function: node, name } of analysis.index.statements("def")) {
      const uses = analysis.symbols.variables.get(name)?.uses ?? [];
      const isPassedOn = uses.some((use) => analysis.callOf(use) === undefined);
      if (isPassedOn || uses.length === 0 || isEmpty(node)) continue;
      const { variables } = analysis.symbols.scopes.get(node)!;
      for (const variable of variables.values()) {
        const [definition] = variable.definitions;
        if (definition?.how !== "parameter" || variable.uses.length > 0 || variable.name.startsWith("_")) continue;
        out.report(spanOf(definition.identifier), `${toText(node.name)} never reads ${toText(variable.name)}`, {
          unnecessary: true,
        });
      }
    }
  },
};

function isEmpty({ body }: FunctionNode): boolean {
  return body.every(
    ({ kind }, i) => kind === "pass" || (kind === "expression" && i === 0 && isDocumentation(body[0]!)),
  );
}

function isDocumentation(statement: Statement): boolean {
  return statement.kind === "expression" && statement.value.kind === "string";
}
