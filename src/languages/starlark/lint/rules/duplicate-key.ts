import type { Expression } from "../../syntax/tree.ts";
import type { Rule } from "../rule.ts";
import { spanOf } from "../spans.ts";

export const duplicateKey: Rule = {
  name: "duplicate-key",
  severity: "error",
  doc: "A key that is twice in a dict expression: it fails when it is evaluated.",
  bad: `
print({"a": 1, "b": 2, "a": 3})
`,
  good: `
print({"a": 1, "b": 2, "c": 3})
`,
  check({ index, tree }, out) {
    for (const { entries } of index.expressions("dict")) {
      const seen = new Map<string, Expression>();
      for (const { key } of entries) {
        const text = constantKey(key);
        if (text === undefined) continue;
        const before = seen.get(text);
        if (before === undefined) seen.set(text, key);
        else out.report(spanOf(key), `this key is there already, in line ${tree.file.location(before.pos).line}`);
      }
    }
  },
};

/** Equal for keys that are equal: 1 and 1.0 are. */
function constantKey(key: Expression): string | undefined {
  switch (key.kind) {
    case "string":
    case "bytes":
      return `${key.kind}:${key.value}`;
    case "int":
    case "float":
      return `number:${key.value}`;
    case "identifier":
      return ["None", "True", "False"].includes(key.name) ? key.name : undefined;
    default:
      return undefined;
  }
}
