import type { Analysis } from "../../analysis/analysis.ts";
import { typesMatching } from "../../analysis/event-types.ts";
import { argumentOf, stringLiterals, textOf } from "../../analysis/triggers.ts";
import { nearest } from "../../library/spelling.ts";
import type { StringLiteral } from "../../syntax/tree.ts";
import type { Rule } from "../rule.ts";
import { replaceContent, spanOf } from "../spans.ts";

/** Only the types under this are all known; anybody may send others. */
const gitlab = "com.gitlab.events.";

export const unknownEventType: Rule = {
  name: "unknown-event-type",
  severity: "warning",
  doc:
    "An event type that GitLab does not send, so that nothing ever happens: one of `com.gitlab.events.` that is not in the " +
    "[table of events](events.md), or a bare name such as `issue_updated` that is in it only with that in front.",
  bad: `
def handler(w, ev):
    print(ev.id)

on_event(type = "com.gitlab.events.isue_updated", handler = handler)
`,
  good: `
def handler(w, ev):
    print(ev.id)

on_event(type = "com.gitlab.events.issue_updated", handler = handler)
`,
  check(analysis, out) {
    const { events } = analysis.environment;
    if (events.length === 0) return;
    const names = events.map(({ type }) => type);
    for (const literal of typeLiterals(analysis)) {
      const type = textOf(literal);
      if (!isSuspicious(analysis, type)) continue;
      const meant = type.endsWith("*") ? undefined : nearestType(type, names);
      const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
      const edits = [replaceContent(literal, analysis.text, meant ?? "")];
      const fixes = meant === undefined ? [] : [{ title: `Change to ${meant}`, edits, safe: false }];
      out.report(spanOf(literal), `GitLab sends no event of type ${type}${hint}`, { fixes });
    }
  },
};

function isSuspicious({ environment: { events } }: Analysis, type: string): boolean {
  if (type.startsWith(gitlab)) return typesMatching(events, type).length === 0;
  return typesMatching(events, gitlab + type).length > 0 && type !== "*";
}

function nearestType(type: string, names: readonly string[]): string | undefined {
  const short = type.startsWith(gitlab) ? type.slice(gitlab.length) : type;
  const found = nearest(
    short,
    names.filter((name) => name.startsWith(gitlab)).map((name) => name.slice(gitlab.length)),
  );
  return found === undefined ? undefined : gitlab + found;
}

/** The types that verbs are told to wait for or to handle. */
function typeLiterals({ index, inference }: Analysis): StringLiteral[] {
  return index.expressions("call").flatMap((call) => {
    const callee = inference.typeOf(call.callee);
    const takesType = callee.kind === "builtin" && ["on_event", "wait_for_event", "event"].includes(callee.spec.name);
    return takesType ? stringLiterals(argumentOf(call, "type", 0)) : [];
  });
}
