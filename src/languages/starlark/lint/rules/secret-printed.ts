import type { Analysis } from "../../analysis/analysis.ts";
import type { Expression } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

/** Names that variables of secrets usually have. */
const secretName = /(^|_)(TOKEN|SECRET|PASSWORD|PASSPHRASE|PRIVATE_KEY|API_?KEY|CREDENTIALS?)(_|$)/i;

export const secretPrinted: Rule = {
  name: "secret-printed",
  severity: "warning",
  doc:
    "A secret that is printed, compared or formatted into a text that is printed. Scripts see only a handle of it, so what appears is `***`, and a variable " +
    "that is no secret, though its name says so, is printed in full.",
  bad: `
def handler(w, ev):
    print(ev.id, w.vars["API_TOKEN"])

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    print(ev.id, "API_TOKEN" in w.vars)

on_event(type = "com.example.ping", handler = handler)
`,
  check(analysis, out) {
    for (const call of analysis.index.expressions("call")) {
      const { callee } = call;
      const prints = callee.kind === "identifier" && (callee.name === "print" || callee.name === "fail");
      if (!prints || analysis.symbols.variables.has(callee)) continue;
      for (const { value } of call.arguments) {
        for (const secret of secretsIn(analysis, value)) {
          out.report(spanOf(secret), "this is probably a secret, which the log should not have");
        }
      }
    }
  },
};

/** Reads of variables with a secret's name, in what becomes part of a text. */
function secretsIn(analysis: Analysis, value: Expression): Expression[] {
  if (isSecret(analysis, value)) return [value];
  switch (value.kind) {
    case "paren":
      return secretsIn(analysis, value.inner);
    case "tuple":
    case "list":
      return value.elements.flatMap((element) => secretsIn(analysis, element));
    case "binary":
      return value.operator === "%" || value.operator === "+"
        ? [value.left, value.right].flatMap((side) => secretsIn(analysis, side))
        : [];
    case "call":
      return isText(value.callee) ? value.arguments.flatMap((argument) => secretsIn(analysis, argument.value)) : [];
    default:
      return [];
  }
}

function isText(callee: Expression): boolean {
  return (callee.kind === "identifier" && callee.name === "str") || (callee.kind === "dot" && callee.name === "format");
}

/** `w.vars["X"]`, `vars.X` or `w.vars.get("X")`. */
function isSecret(analysis: Analysis, value: Expression): boolean {
  if (value.kind === "index") {
    return (
      value.index.kind === "string" && isVars(analysis, value.object) && secretName.test(toText(value.index.value))
    );
  }
  if (value.kind === "dot") return isVars(analysis, value.object) && secretName.test(toText(value.name));
  if (value.kind !== "call" || value.callee.kind !== "dot" || value.callee.name !== "get") return false;
  const key = value.arguments[0]?.value;
  return key?.kind === "string" && isVars(analysis, value.callee.object) && secretName.test(toText(key.value));
}

function isVars({ inference, symbols }: Analysis, object: Expression): boolean {
  if (object.kind === "identifier") return object.name === "vars" && !symbols.variables.has(object);
  if (object.kind !== "dot" || object.name !== "vars") return false;
  const type = inference.typeOf(object.object);
  return type.kind === "instance" && type.name === "context";
}
