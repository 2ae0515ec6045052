import type { Analysis } from "../../analysis/analysis.ts";
import { nearest } from "../../library/spelling.ts";
import { showType, withoutNone, members, type Type } from "../../analysis/static-type.ts";
import { membersOfModule, membersOfType } from "../../analysis/vocabulary.ts";
import type { Expression } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { nameSpan } from "../spans.ts";

export const unknownAttribute: Rule = {
  name: "unknown-attribute",
  severity: "error",
  doc: "A field or method that a value does not have, where its type is clear: of `w`, of a module, of a string, list, response, …",
  bad: `
def handler(w, ev):
    w.wait_for_evnt(type = "com.example.pong", timeout = "1h")

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    w.wait_for_event(type = "com.example.pong", timeout = "1h")

on_event(type = "com.example.ping", handler = handler)
`,
  check(analysis, out) {
    const { index, inference } = analysis;
    for (const dot of index.expressions("dot")) {
      if (dot.name === "" || asksForType(analysis, dot.object)) continue;
      const type = withoutNone(inference.typeOf(dot.object));
      if (inference.memberOf(type, dot.name) !== undefined) continue;
      const names = namesOf(type);
      if (names === undefined) continue;
      const name = toText(dot.name);
      const meant = nearest(dot.name, names);
      const hint = meant === undefined ? "" : ` (did you mean ${toText(meant)}?)`;
      const fix = { title: `Change to ${meant}`, edits: [{ ...nameSpan(dot), text: meant ?? "" }], safe: false };
      out.report(nameSpan(dot), `${describe(type)} has no ${name}${hint}`, { fixes: meant === undefined ? [] : [fix] });
    }
  },
};

const questions = new Set(["type", "hasattr", "getattr", "dir"]);

/** Whether a script asks what type a variable has, and so knows more than its text shows: `if type(x) == "list": x.append(…)`. */
function asksForType({ index, symbols }: Analysis, object: Expression): boolean {
  const variable = object.kind === "identifier" ? symbols.variables.get(object) : undefined;
  return (variable?.uses ?? []).some((use) => {
    const parent = index.parentOf(use);
    return parent?.kind === "call" && parent.callee.kind === "identifier" && questions.has(parent.callee.name);
  });
}

function describe(type: Type): string {
  if (type.kind === "module") return `the module ${type.name}`;
  return type.kind === "instance" ? type.name : `a value that is ${showType(type)}`;
}

/** All names that a value of a type has; undefined when it may have others. */
function namesOf(type: Type): string[] | undefined {
  const names: string[] = [];
  for (const member of members(type)) {
    const own = namesOfOne(member);
    if (own === undefined) return undefined;
    names.push(...own);
  }
  return names;
}

function namesOfOne(type: Type): string[] | undefined {
  if (type.kind === "module") return [...(membersOfModule(type.name)?.keys() ?? [])];
  if (type.kind !== "instance" || type.record === true) return undefined;
  if (type.name === "struct" && type.closed !== true) return undefined;
  const methods = membersOfType(type.name);
  if (methods === undefined && type.name !== "struct") return undefined;
  return [...(methods?.keys() ?? []), ...(type.name === "struct" ? (type.fields?.keys() ?? []) : [])];
}
