import { startOf } from "../../syntax/start-of.ts";
import { canPass, isAlways, isNever } from "../../analysis/reach.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const unreachableCode: Rule = {
  name: "unreachable-code",
  severity: "warning",
  doc:
    "Statements that are never carried out: after `return`, `break`, `continue` or `fail`, after a loop that never ends, or under a " +
    "condition that is always false.",
  bad: `
def check(x):
    if x < 0:
        fail("negative")
        print(x)
    return x

print(check(1))
`,
  good: `
def check(x):
    if x < 0:
        print(x)
        fail("negative")
    return x

print(check(1))
`,
  check({ index }, out) {
    for (const { statements } of index.blocks) {
      const last = statements.findIndex((statement) => !canPass(statement));
      const after = statements[last + 1];
      if (last < 0 || after === undefined) continue;
      const span = { start: startOf(after), end: statements.at(-1)!.end };
      out.report(span, "this is never reached", { unnecessary: true });
    }
    for (const statement of [...index.statements("if"), ...index.statements("while")]) {
      if (isNever(statement.condition)) {
        out.report(spanOf(statement.condition), "this is never true, so what follows is never reached");
      } else if (statement.kind === "if" && statement.orElse.length > 0 && isAlways(statement.condition)) {
        out.report(spanOf(statement.condition), "this is always true, so what is under else is never reached");
      }
    }
  },
};
