import { checkBuiltinCall, checkFunctionCall, type CallProblem } from "../../analysis/call-check.ts";
import type { Analysis } from "../../analysis/analysis.ts";
import type { Argument, CallExpression } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Fix, Rule, Span } from "../rule.ts";

export const wrongArguments: Rule = {
  name: "wrong-arguments",
  severity: "error",
  doc:
    "Arguments that a function does not accept: too many, too few, a name it does not have, or a value of the wrong type. It knows the " +
    "built-in functions, the methods of values whose type is clear, the verbs, and the functions of the script and of what it loads.",
  bad: `
def handler(w, ev):
    w.sleep(minuts = 5)

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    w.sleep(minutes = 5)

on_event(type = "com.example.ping", handler = handler)
`,
  check(analysis, out) {
    for (const call of analysis.index.expressions("call")) {
      for (const problem of problemsOf(analysis, call)) {
        out.report(spanOfProblem(problem, call), problem.message, { fixes: fixesOf(problem) });
      }
    }
  },
};

function problemsOf(analysis: Analysis, call: CallExpression): CallProblem[] {
  const callee = analysis.inference.typeOf(call.callee);
  if (callee.kind === "builtin") {
    return checkBuiltinCall(call, callee.spec, callee.shown, (expression) => analysis.inference.typeOf(expression));
  }
  return callee.kind === "function" ? checkFunctionCall(call, callee.node, toText(callee.node.name)) : [];
}

/** An argument that is wrong, or the parentheses where one is missing. */
function spanOfProblem({ argument }: CallProblem, call: CallExpression): Span {
  return argument === undefined ? { start: call.pos, end: call.end } : { start: argument.pos, end: argument.end };
}

function fixesOf({ argument, meant }: CallProblem): Fix[] {
  return argument === undefined || meant === undefined ? [] : [renameKeyword(argument, meant)];
}

function renameKeyword(argument: Argument, meant: string): Fix {
  const name = toText(meant);
  const end = argument.pos + toText(argument.name!).length;
  return { title: `Change to ${name}`, edits: [{ start: argument.pos, end, text: name }], safe: false };
}
