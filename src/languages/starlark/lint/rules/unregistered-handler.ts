import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const unregisteredHandler: Rule = {
  name: "unregistered-handler",
  severity: "warning",
  doc: "A function with the parameters `(w, ev)` in a script that registers others, which neither `on_event` nor anything else mentions.",
  bad: `
def opened(w, ev):
    print("opened", w.run_id, ev.id)

def closed(w, ev):
    print("closed", w.run_id, ev.id)

on_event(type = "com.example.opened", handler = opened)
`,
  good: `
def opened(w, ev):
    print("opened", w.run_id, ev.id)

def closed(w, ev):
    print("closed", w.run_id, ev.id)

on_event(type = "com.example.opened", handler = opened)
on_event(type = "com.example.closed", handler = closed)
`,
  check({ index, symbols, triggers }, out) {
    if (triggers.length === 0) return;
    for (const { name, function: node } of index.statements("def")) {
      const variable = symbols.variables.get(name);
      const [first, second, ...more] = node.parameters.map((parameter) => parameter.name?.name);
      const looksLikeOne = first === "w" && (second === "ev" || second === "event") && more.length === 0;
      if (variable?.scope.kind !== "file" || variable.uses.length > 0 || !looksLikeOne) continue;
      if (variable.name.startsWith("_")) continue;
      out.report(spanOf(name), `${toText(name.name)} looks like a handler, and no on_event mentions it`);
    }
  },
};
