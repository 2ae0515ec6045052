import type { Analysis } from "../../analysis/analysis.ts";
import { argumentOf, textOf } from "../../analysis/triggers.ts";
import { nearest } from "../../library/spelling.ts";
import type { Expression, StringLiteral } from "../../syntax/tree.ts";
import type { Rule } from "../rule.ts";
import { replaceContent, spanOf } from "../spans.ts";

export const unheardSignal: Rule = {
  name: "unheard-signal",
  severity: "info",
  doc: "A signal that no script of the project receives, because its name is not that of any `signal_channel`.",
  bad: `
def handler(w, ev):
    w.signal(ev["data"]["run"], "aproved")

def waiting(w, ev):
    print(ev.id, w.signal_channel("approved").receive(timeout = "3d"))

on_event(type = "com.example.approved", handler = handler)
on_event(type = "com.example.asked", handler = waiting)
`,
  good: `
def handler(w, ev):
    w.signal(ev["data"]["run"], "approved")

def waiting(w, ev):
    print(ev.id, w.signal_channel("approved").receive(timeout = "3d"))

on_event(type = "com.example.approved", handler = handler)
on_event(type = "com.example.asked", handler = waiting)
`,
  check(analysis, out) {
    const sent = namesIn(analysis, "signal", "signal_name", 1);
    if (sent.length === 0) return;
    const heard = heardNames(analysis);
    if (heard === undefined) return;
    for (const name of sent) {
      if (name.kind !== "string" || heard.has(textOf(name))) continue;
      const meant = nearest(textOf(name), heard);
      const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
      const edits = [replaceContent(name, analysis.text, meant ?? "")];
      const fixes = meant === undefined ? [] : [{ title: `Change to ${meant}`, edits, safe: false }];
      out.report(spanOf(name), `no script of this project receives the signal ${textOf(name)}${hint}`, { fixes });
    }
  },
};

/** The names of all channels of the project; undefined when one is computed. */
function heardNames(analysis: Analysis): Set<string> | undefined {
  const heard = new Set<string>();
  const paths = analysis.environment.scripts?.() ?? [];
  const files = [
    analysis,
    ...paths.filter((path) => path !== analysis.path).map((path) => analysis.environment.file(path)),
  ];
  for (const file of files) {
    for (const name of file === undefined ? [] : namesIn(file, "signal_channel", "name", 0)) {
      if (name.kind !== "string") return undefined;
      heard.add(textOf(name));
    }
  }
  return heard;
}

function namesIn(
  { index, inference }: Analysis,
  verb: string,
  parameter: string,
  place: number,
): (Expression | StringLiteral)[] {
  return index.expressions("call").flatMap((call) => {
    const callee = inference.typeOf(call.callee);
    if (callee.kind !== "builtin" || callee.spec.name !== verb) return [];
    return argumentOf(call, parameter, place) ?? [];
  });
}
