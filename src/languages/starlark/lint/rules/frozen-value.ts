import { isChange, makesMutable } from "../../analysis/changes.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const frozenValue: Rule = {
  name: "frozen-value",
  severity: "error",
  doc:
    "A list, dict or set of the file that a function changes, in a script that registers handlers. What the top level makes is frozen when the " +
    "script has been loaded, and shared by all runs: changing it fails.",
  bad: `
seen = {}

def handler(w, ev):
    seen[ev.id] = w.now()

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    seen = {}
    seen[ev.id] = w.now()
    print(seen)

on_event(type = "com.example.ping", handler = handler)
`,
  check({ index, symbols, mode, triggers }, out) {
    if (mode !== "handlers" || triggers.length === 0) return;
    for (const variable of symbols.file.variables.values()) {
      const isMutable = variable.definitions.every(
        ({ how, ...rest }) => how === "assign" && "value" in rest && makesMutable(rest.value),
      );
      if (!isMutable) continue;
      for (const use of variable.uses) {
        if (index.functionOf(use) === undefined || !isChange(use, index)) continue;
        out.report(spanOf(use), `${toText(variable.name)} is frozen when the script has been loaded: this fails`);
      }
    }
  },
};
