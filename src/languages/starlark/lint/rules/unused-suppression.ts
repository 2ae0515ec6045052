import type { Rule } from "../rule.ts";

/** Carried out by `lint` itself, which knows what each suppression kept silent. */
export const unusedSuppression: Rule = {
  name: "unused-suppression",
  severity: "warning",
  doc: "A comment `# autoflow: ignore[rule]` that ignores nothing: what it was written for is gone, or the rule is misspelt.",
  bad: `
def handler(w, ev):
    print(ev.type)  # autoflow: ignore[unused-variable]

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    unused = ev.type  # autoflow: ignore[unused-variable]

on_event(type = "com.example.ping", handler = handler)
`,
  check() {},
};
