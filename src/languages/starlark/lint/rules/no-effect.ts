import { bare } from "../../analysis/walk.ts";
import type { Expression } from "../../syntax/tree.ts";
import { showType } from "../../analysis/static-type.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const noEffect: Rule = {
  name: "no-effect",
  severity: "warning",
  doc: "A statement that computes a value and does nothing with it: a comparison in place of an assignment, a function that is not called.",
  bad: `
def handler(w, ev):
    w.now
    print(ev.id)

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    print(w.now(), ev.id)

on_event(type = "com.example.ping", handler = handler)
`,
  check({ index, inference }, out) {
    for (const statement of index.statements("expression")) {
      const value = bare(statement.value);
      if (!isIdle(value)) continue;
      const type = showType(inference.typeOf(value));
      const isCallable = type === "function" && (value.kind === "identifier" || value.kind === "dot");
      const message = isCallable ? "this function is not called: add ()" : "nothing is done with this value";
      const fix = { title: "Call it", edits: [{ start: statement.end, end: statement.end, text: "()" }], safe: false };
      out.report(spanOf(statement), message, { fixes: isCallable ? [fix] : [] });
    }
  },
};

/** Strings document what is around them; calls and comprehensions may do something; a gap of broken text is no mistake of its own. */
function isIdle(value: Expression): boolean {
  switch (value.kind) {
    case "string":
    case "call":
    case "comprehension":
      return false;
    case "conditional":
      return isIdle(bare(value.then)) && isIdle(bare(value.orElse));
    case "binary":
      return (value.operator !== "and" && value.operator !== "or") || isIdle(bare(value.right));
    case "dot":
      return value.name !== "";
    default:
      return true;
  }
}
