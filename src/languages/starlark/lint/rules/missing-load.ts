import type { Analysis } from "../../analysis/analysis.ts";
import { dataNames } from "../../run/data-file.ts";
import { textOf } from "../../analysis/triggers.ts";
import { nearest } from "../../library/spelling.ts";
import type { LoadStatement } from "../../syntax/tree.ts";
import { toText } from "../../values/text.ts";
import type { Reporter, Rule } from "../rule.ts";
import { replaceContent, spanOf } from "../spans.ts";

export const missingLoad: Rule = {
  name: "missing-load",
  severity: "error",
  doc: "A load of a name that the file does not have, or that begins with `_` and so belongs to that file alone.",
  bad: `
load("lib.star", "dubble")

print(dubble(2))
`,
  good: `
load("lib.star", "double")

print(double(2))
`,
  files: { "lib.star": "def double(x):\n    return 2 * x\n" },
  check(analysis, out) {
    for (const statement of analysis.index.statements("load")) {
      const path = analysis.loadPath(textOf(statement.module));
      const names = path === undefined ? undefined : dataNames(path);
      if (names !== undefined) checkData(statement, path!, names, out);
      const other = analysis.loaded(textOf(statement.module));
      if (other !== undefined && other !== analysis) checkNames(analysis, statement, other, out);
    }
  },
};

function checkData({ names }: LoadStatement, path: string, known: readonly string[], out: Reporter): void {
  for (const { remote } of names) {
    if (known.includes(textOf(remote))) continue;
    out.report(spanOf(remote), `${path} is data, whose value is called ${known.join(" or ")}`);
  }
}

function checkNames({ text }: Analysis, { names }: LoadStatement, other: Analysis, out: Reporter): void {
  const { variables } = other.symbols.file;
  for (const { remote } of names) {
    const name = toText(remote.value);
    const variable = variables.get(remote.value);
    const isLoadedThere = variable?.definitions.every(({ how }) => how === "load") === true;
    if (name.startsWith("_") || (variable !== undefined && !isLoadedThere)) continue;
    if (isLoadedThere) {
      out.report(spanOf(remote), `${other.path} loads ${name} itself, and does not hand it on: load it from there`);
      continue;
    }
    const candidates = [...variables.keys()].filter((candidate) => !candidate.startsWith("_"));
    const meant = nearest(remote.value, candidates);
    const hint = meant === undefined ? "" : ` (did you mean ${toText(meant)}?)`;
    const edits = [replaceContent(remote, text, toText(meant ?? ""))];
    const fixes = meant === undefined ? [] : [{ title: `Change to ${toText(meant)}`, edits, safe: false }];
    out.report(spanOf(remote), `${other.path} has no ${name}${hint}`, { fixes });
  }
}
