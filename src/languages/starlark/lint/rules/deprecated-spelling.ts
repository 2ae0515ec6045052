import type { Rule } from "../rule.ts";

/** Parameters that are accepted for older scripts, by verb: what to say in their place. */
const parameters: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "http.do": { header: "headers" },
  http_do: { header: "headers" },
  signal: { run_id: "" },
};

export const deprecatedSpelling: Rule = {
  name: "deprecated-spelling",
  severity: "info",
  doc: "A spelling that is accepted for older scripts: `header` of HTTP calls is `headers`, and `run_id` of `signal` says nothing.",
  bad: `
def handler(w, ev):
    w.http.do("https://example.com", method = "LOCK", header = {"X-Event": ev.id})

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    w.http.do("https://example.com", method = "LOCK", headers = {"X-Event": ev.id})

on_event(type = "com.example.ping", handler = handler)
`,
  check({ index, inference }, out) {
    for (const call of index.expressions("call")) {
      const callee = inference.typeOf(call.callee);
      if (callee.kind !== "builtin") continue;
      const old = parameters[callee.shown.replace(/^w\./, "")];
      if (old === undefined) continue;
      for (const { kind, name, pos } of call.arguments) {
        const instead = kind === "named" ? old[name!] : undefined;
        if (instead === undefined) continue;
        const span = { start: pos, end: pos + name!.length };
        if (instead === "") out.report(span, `${name!} is not needed`);
        else {
          const fix = { title: `Change to ${instead}`, edits: [{ ...span, text: instead }], safe: true };
          out.report(span, `${name!} is spelt ${instead}`, { fixes: [fix] });
        }
      }
    }
  },
};
