import type { Trigger } from "../../analysis/triggers.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const duplicateTrigger: Rule = {
  name: "duplicate-trigger",
  severity: "warning",
  doc:
    "Two triggers of one name. The second is renamed to `name#2` by its place in the file, so adding one in front of it later exchanges " +
    "them; a name of its own keeps it apart. A handler for several types is one trigger with a list of types.",
  bad: `
def handler(w, ev):
    print(w.run_id, ev.id)

on_event(type = "com.example.opened", handler = handler)
on_event(type = "com.example.closed", handler = handler)
`,
  good: `
def handler(w, ev):
    print(w.run_id, ev.id)

on_event(type = ["com.example.opened", "com.example.closed"], handler = handler)
`,
  check({ triggers, tree }, out) {
    const first = new Map<string, Trigger>();
    for (const trigger of triggers) {
      const name = nameOf(trigger);
      if (name === undefined) continue;
      const before = first.get(name);
      if (before === undefined) first.set(name, trigger);
      else {
        const { line } = tree.file.location(spanOf(before.call).start);
        const span = spanOf(trigger.name ?? trigger.handler ?? trigger.call);
        out.report(
          span,
          `the trigger of line ${line} is called ${name} too: give this one a name of its own, name="…"`,
        );
      }
    }
  },
};

function nameOf({ call, name, function: node }: Trigger): string | undefined {
  if (name !== undefined) return toText(name.value);
  const isNamed = call.arguments.some((argument) => argument.name === "name" || argument.kind !== "named");
  if (node === undefined || node.name === "lambda") return undefined;
  return isNamed && call.arguments.length > 2 ? undefined : toText(node.name);
}
