import type { Analysis } from "../../analysis/analysis.ts";
import { breaks, isAlways } from "../../analysis/reach.ts";
import { walkStatements } from "../../analysis/walk.ts";
import type { CallExpression, FunctionNode, Statement } from "../../syntax/tree.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const endlessLoop: Rule = {
  name: "endless-loop",
  severity: "warning",
  doc:
    "A loop that never ends and never waits: it runs into the limit of steps. A loop that waits in each round may go on for ever, since the " +
    "run is stored meanwhile.",
  bad: `
def handler(w, ev):
    tries = 0
    while True:
        tries += 1
        print(w.run_id, ev.id, tries)

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    tries = 0
    while True:
        tries += 1
        print(w.run_id, ev.id, tries)
        w.sleep(hours = 1)

on_event(type = "com.example.ping", handler = handler)
`,
  check(analysis, out) {
    for (const loop of analysis.index.statements("while")) {
      if (!isAlways(loop.condition) || breaks(loop.body) || leaves(loop.body)) continue;
      if (mayWait(analysis, loop.body, new Set())) continue;
      out.report(spanOf(loop.condition), "this loop never ends and never waits");
    }
  },
};

/** Whether a return or a fail leads out of the loop. */
function leaves(body: readonly Statement[]): boolean {
  let found = false;
  walkStatements(body, {
    statement(statement) {
      if (statement.kind === "def") return false;
      if (statement.kind === "return") found = true;
      return undefined;
    },
    expression(expression) {
      if (expression.kind === "lambda") return false;
      if (expression.kind === "call" && isCallOf(expression, "fail")) found = true;
      return undefined;
    },
  });
  return found;
}

function isCallOf({ callee }: CallExpression, name: string): boolean {
  return callee.kind === "identifier" && callee.name === name;
}

/** Whether something in a body waits, or calls what is not known. */
function mayWait(analysis: Analysis, body: readonly Statement[], seen: Set<FunctionNode>): boolean {
  let found = false;
  walkStatements(body, {
    statement: (statement) => (statement.kind === "def" ? false : undefined),
    expression(expression) {
      if (expression.kind === "lambda") return false;
      if (expression.kind === "call" && callMayWait(analysis, expression, seen)) found = true;
      return undefined;
    },
  });
  return found;
}

function callMayWait(analysis: Analysis, call: CallExpression, seen: Set<FunctionNode>): boolean {
  const callee = analysis.inference.typeOf(call.callee);
  if (callee.kind === "builtin") {
    const { spec, shown } = callee;
    const waits = "waits" in spec && spec.waits === true;
    return waits || spec.divert !== undefined || /^(future|receive_channel)\./.test(shown);
  }
  if (callee.kind !== "function") return true;
  if (seen.has(callee.node)) return false;
  seen.add(callee.node);
  const file = analysis.inFile(callee.file);
  return file === undefined || mayWait(file, callee.node.body, seen);
}
