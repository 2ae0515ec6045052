import { withoutNone } from "../../analysis/static-type.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { nameSpan } from "../spans.ts";

export const unknownField: Rule = {
  name: "unknown-field",
  severity: "info",
  doc:
    "A field that an event is not known to have, and whose name is one slip away from one that it has: `ev.tpye`. Events may have more " +
    "fields than are known, so other names are left alone.",
  bad: `
def handler(w, ev):
    print(ev.tpye, ev.data)

on_event(type = "com.gitlab.events.issue_updated", handler = handler)
`,
  good: `
def handler(w, ev):
    print(ev.type, ev.data)

on_event(type = "com.gitlab.events.issue_updated", handler = handler)
`,
  check({ index, inference }, out) {
    for (const dot of index.expressions("dot")) {
      const type = withoutNone(inference.typeOf(dot.object));
      if (type.kind !== "instance" || type.record !== true || type.fields === undefined) continue;
      if (dot.name === "" || inference.memberOf(type, dot.name) !== undefined) continue;
      const meant = [...type.fields.keys()].find((field) => isSlip(dot.name, field));
      if (meant === undefined) continue;
      const text = toText(meant);
      const fixes = [{ title: `Change to ${text}`, edits: [{ ...nameSpan(dot), text }], safe: false }];
      out.report(nameSpan(dot), `no field ${toText(dot.name)} is known here (did you mean ${text}?)`, { fixes });
    }
  },
};

/** Whether one letter is too many, missing or another, or two neighbours are swapped. A plural is a name of its own. */
function isSlip(written: string, meant: string): boolean {
  if (meant.length < 4 || `${written}s` === meant || written === `${meant}s`) return false;
  let start = 0;
  while (start < written.length && written[start] === meant[start]) start++;
  const [a, b] = [written.slice(start), meant.slice(start)];
  const isSwap = a.length > 1 && a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2);
  return isSwap || a.slice(1) === b || a === b.slice(1) || a.slice(1) === b.slice(1);
}
