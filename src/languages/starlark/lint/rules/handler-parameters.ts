import type { FunctionNode } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const handlerParameters: Rule = {
  name: "handler-parameters",
  severity: "error",
  doc: "A handler that cannot be called with two arguments, the context and the event.",
  bad: `
def handler(ev):
    print(ev.id)

on_event(type = "com.example.ping", handler = handler)
`,
  good: `
def handler(w, ev):
    print(w.run_id, ev.id)

on_event(type = "com.example.ping", handler = handler)
`,
  check({ triggers }, out) {
    for (const { handler, function: node } of triggers) {
      if (handler === undefined || node === undefined || acceptsTwo(node)) continue;
      const name = toText(node.name);
      const wanted = name === "lambda" ? "lambda w, ev: …" : `def ${name}(w, ev)`;
      out.report(spanOf(handler), `a handler is called with the context and the event: ${wanted}`);
    }
  },
};

function acceptsTwo({ parameters }: FunctionNode): boolean {
  const star = parameters.findIndex(({ kind }) => kind !== "positional");
  const byPlace = star < 0 ? parameters : parameters.slice(0, star);
  const hasRest = parameters.some(({ kind }) => kind === "args");
  const required = parameters.filter((parameter) => parameter.kind === "positional" && parameter.default === undefined);
  const byNameOnly = required.filter((parameter) => !byPlace.includes(parameter));
  return (byPlace.length >= 2 || hasRest) && required.length <= 2 && byNameOnly.length === 0;
}
