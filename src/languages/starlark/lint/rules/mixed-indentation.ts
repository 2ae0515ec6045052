import { walkStatements } from "../../analysis/walk.ts";
import { startOf } from "../../syntax/start-of.ts";
import type { Statement } from "../../syntax/tree.ts";
import type { Rule, Span } from "../rule.ts";

export const mixedIndentation: Rule = {
  name: "mixed-indentation",
  severity: "warning",
  doc:
    "A block that is indented with tabs and with spaces: a tab reaches to the next multiple of eight columns, and most editors show " +
    "something else. `autoflow format` indents with spaces.",
  bad: `
def greet(name):
    if name != "":
\tprint("hello", name)

greet("you")
`,
  good: `
def greet(name):
    if name != "":
        print("hello", name)

greet("you")
`,
  check({ body, text }, out) {
    for (const statement of body) {
      const mixed = firstMixed(statement, text);
      if (mixed !== undefined) out.report(mixed, "this block is indented with tabs and with spaces");
    }
  },
};

/** The first indentation that has both, or has not what those before it have; of one statement of the top level. */
function firstMixed(outermost: Statement, text: string): Span | undefined {
  let seen = "";
  let found: Span | undefined;
  walkStatements([outermost], {
    statement(statement) {
      const end = startOf(statement);
      const start = text.lastIndexOf("\n", end - 1) + 1;
      const indentation = text.slice(start, end);
      if (found !== undefined || !/^[ \t]+$/.test(indentation)) return found === undefined;
      seen += indentation;
      if (seen.includes(" ") && seen.includes("\t")) found = { start, end };
      return found === undefined;
    },
    expression: () => false,
  });
  return found;
}
