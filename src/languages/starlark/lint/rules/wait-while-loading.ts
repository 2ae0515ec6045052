import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const waitWhileLoading: Rule = {
  name: "wait-while-loading",
  severity: "error",
  doc: "A verb at the top level of a script that registers handlers. The top level runs when the script is loaded, before there is a run.",
  bad: `
def handler(w, ev):
    print(w.run_id, ev.id)

sleep(minutes = 5)
on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    w.sleep(minutes = 5)
    print(w.run_id, ev.id)

on_event(type = "com.example.ping", handler = handler)
`,
  check({ index, inference, triggers, mode }, out) {
    if (triggers.length === 0 || mode !== "handlers") return;
    for (const call of index.expressions("call")) {
      if (index.functionOf(call) !== undefined) continue;
      const callee = inference.typeOf(call.callee);
      const waits = callee.kind === "builtin" && "waits" in callee.spec && callee.spec.waits === true;
      if (waits) out.report(spanOf(call.callee), "there is no run while the script is loaded: call this in a handler");
    }
  },
};
