import { argumentOf, stringLiterals, textOf } from "../../analysis/triggers.ts";
import { builtinSteps } from "../../api/steps.ts";
import { functionName } from "../../run/function-file.ts";
import { nearest } from "../../library/spelling.ts";
import type { Rule } from "../rule.ts";
import { replaceContent, spanOf } from "../spans.ts";

const prefix = "builtin://";

export const unknownStep: Rule = {
  name: "unknown-step",
  severity: "warning",
  doc: "A step of `run` that does not exist, as far as the files tell: neither a built-in one nor a function of the project, and written like one.",
  bad: `
def handler(w, ev):
    w.run("ecko", {"id": ev.id})

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    w.run("echo", {"id": ev.id})

on_event(type = "com.example.ping", handler = handler)
`,
  check({ index, inference, text, environment }, out) {
    const functions = (environment.scripts?.() ?? []).flatMap((path) => functionName(path) ?? []);
    const known = new Set([...builtinSteps.keys(), ...functions]);
    for (const call of index.expressions("call")) {
      const callee = inference.typeOf(call.callee);
      if (callee.kind !== "builtin" || callee.spec.name !== "run") continue;
      for (const literal of stringLiterals(argumentOf(call, "step", 0))) {
        const written = textOf(literal);
        const step = written.replace(prefix, "");
        if (known.has(step)) continue;
        const meant = nearest(step, known);
        // What is like no step may be a workflow.
        if (meant === undefined && step === written) continue;
        const hint =
          meant === undefined ? `; there are ${[...builtinSteps.keys()].join(", ")}` : ` (did you mean ${meant}?)`;
        const edits = [replaceContent(literal, text, meant ?? "")];
        const fixes = meant === undefined ? [] : [{ title: `Change to ${meant}`, edits, safe: false }];
        out.report(spanOf(literal), `there is no step ${step}${hint}`, { fixes });
      }
    }
  },
};
