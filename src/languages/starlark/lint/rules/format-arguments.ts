import { bare } from "../../analysis/walk.ts";
import { readFields, readVerbs } from "../../analysis/format-text.ts";
import type { Analysis } from "../../analysis/analysis.ts";
import type { CallExpression, Expression } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Reporter, Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const formatArguments: Rule = {
  name: "format-arguments",
  severity: "error",
  doc: "A text with `%` or `format` whose places and values do not fit: too many, too few, or a name that is not given.",
  bad: `
print("%s has %d issues" % "group/project")
`,
  good: `
print("%s has %d issues" % ("group/project", 3))
`,
  check(analysis, out) {
    for (const { operator, left, right } of analysis.index.expressions("binary")) {
      const template = bare(left);
      if (operator === "%" && template.kind === "string") checkPercent(analysis, template.value, right, out);
    }
    for (const call of analysis.index.expressions("call")) {
      const { callee } = call;
      if (callee.kind !== "dot" || callee.name !== "format") continue;
      const template = bare(callee.object);
      if (template.kind === "string") checkFormat(template.value, call, out);
    }
  },
};

/** A value that is no tuple fills one place; a dict fills those with names. */
function checkPercent({ inference }: Analysis, template: string, right: Expression, out: Reporter): void {
  const verbs = readVerbs(template);
  if (verbs === undefined) {
    out.report(
      spanOf(right),
      "this text has a % without a letter that says how the value is shown; %% is a percent sign",
    );
    return;
  }
  const value = bare(right);
  const type = inference.typeOf(value);
  if (verbs.named > 0) {
    if (type.kind === "instance" && type.name !== "dict" && verbs.placed === 0)
      out.report(spanOf(right), `%(name) wants a dict, and gets ${type.name}`);
    return;
  }
  const given =
    value.kind === "tuple" ? value.elements.length : type.kind === "instance" && type.name !== "tuple" ? 1 : undefined;
  if (given === undefined || given === verbs.placed) return;
  if (verbs.placed === 0 && value.kind !== "tuple" && type.kind === "instance" && type.name === "dict") return;
  out.report(spanOf(right), `the text has ${count(verbs.placed, "place")}, and gets ${count(given, "value")}`);
}

function checkFormat(template: string, call: CallExpression, out: Reporter): void {
  const fields = readFields(template);
  if (fields === undefined) return;
  const spread = call.arguments.some(({ kind }) => kind === "args" || kind === "kwargs");
  const given = call.arguments.filter(({ kind }) => kind === "positional").length;
  if (spread) return;
  if (fields.placed > given) {
    out.report(spanOf(call), `the text has ${count(fields.placed, "place")}, and gets ${count(given, "value")}`);
  }
  const names = new Set(call.arguments.map(({ name }) => name));
  for (const name of fields.names) {
    if (!names.has(name)) out.report(spanOf(call), `the text wants ${toText(name)}, which is not given`);
  }
  for (const argument of call.arguments) {
    if (argument.kind === "named" && !fields.names.has(argument.name!))
      out.report(spanOf(argument), `the text has no place for ${toText(argument.name!)}`);
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
