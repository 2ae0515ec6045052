import type { LoadStatement } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Fix, Rule } from "../rule.ts";
import { removeLines, spanOf } from "../spans.ts";

export const unusedLoad: Rule = {
  name: "unused-load",
  severity: "warning",
  doc: "A name that is loaded and never used.",
  bad: `
load("lib.star", "double", "half")

print(double(2))
`,
  good: `
load("lib.star", "double")

print(double(2))
`,
  files: { "lib.star": "def double(x):\n    return 2 * x\n\ndef half(x):\n    return x / 2\n" },
  check({ index, symbols, text }, out) {
    for (const statement of index.statements("load")) {
      const unused = statement.names.filter(({ local }) => symbols.variables.get(local)?.uses.length === 0);
      for (const name of unused) {
        const { start } = spanOf(name.local);
        const span = { start: Math.min(start, name.remote.pos), end: name.remote.end };
        const fix =
          unused.length === statement.names.length ? removeAll(statement, text) : removeOne(statement, name, text);
        out.report(span, `${toText(name.local.name)} is loaded and never used`, { fixes: [fix], unnecessary: true });
      }
    }
  },
};

function removeAll(statement: LoadStatement, text: string): Fix {
  return { title: "Remove this load", edits: [removeLines(text, spanOf(statement))], safe: true };
}

/** Removes a name with the comma in front of it. */
function removeOne(statement: LoadStatement, name: LoadStatement["names"][number], text: string): Fix {
  const place = statement.names.indexOf(name);
  const before = place === 0 ? statement.module.end : statement.names[place - 1]!.remote.end;
  const edit = { start: before, end: name.remote.end, text: "" };
  const hasComment = text.slice(before, name.remote.pos).includes("#");
  return { title: `Remove ${toText(name.local.name)} from this load`, edits: [edit], safe: !hasComment };
}
