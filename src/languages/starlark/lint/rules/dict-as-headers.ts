import { httpVerbs } from "../../api/http.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

const sending = new Set(["post", "put", "patch"]);
const specs = httpVerbs.filter(({ name }) => sending.has(name));

export const dictAsHeaders: Rule = {
  name: "dict-as-headers",
  severity: "warning",
  doc:
    "A dict right after the address in `http.post`, `http.put` or `http.patch`: it is taken as the headers, and nothing is sent. " +
    "Say `json = ` or `headers = `.",
  bad: `
http.post("https://example.com/issues", {"title": "A"})
`,
  good: `
http.post("https://example.com/issues", json = {"title": "A"})
`,
  check({ index, inference }, out) {
    for (const call of index.expressions("call")) {
      const callee = inference.typeOf(call.callee);
      if (callee.kind !== "builtin") continue;
      const spec = specs.find((one) => one === callee.spec);
      const second = call.arguments[1];
      if (spec === undefined || call.arguments[0]!.kind !== "positional") continue;
      if (second?.kind !== "positional" || second.value.kind !== "dict") continue;
      const naming = (keyword: string) => ({
        title: `Pass it as ${keyword}`,
        edits: [{ start: second.pos, end: second.pos, text: `${keyword} = ` }],
        safe: false,
      });
      const message = `${callee.shown} takes this dict as headers; say json = or headers =`;
      out.report(spanOf(second.value), message, { fixes: [naming("json"), naming("headers")] });
    }
  },
};
