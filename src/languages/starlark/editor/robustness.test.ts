import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { lint } from "../lint/lint.ts";
import { analysed } from "../testing/analysed.ts";
import { actionsForUndefined, suppressAction } from "./actions.ts";
import { completionsAt } from "./completion.ts";
import { hoverAt } from "./hover.ts";
import { LineMap } from "./line-map.ts";
import { folds, outline } from "./outline.ts";
import { definitionsAt, highlightsAt, referencesAt, whyNotRename } from "./references.ts";
import { semanticTokens } from "./semantic-tokens.ts";
import { signatureAt } from "./signature-help.ts";

const folders = ["../run/testdata/", "../vm/testdata/", "../syntax/testdata/"];
const texts = folders.flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url))
    .filter((file) => file.endsWith(".star"))
    .map((file) => readFileSync(new URL(folder + file, import.meta.url), "utf8")),
);

/** A piece of a program from which a part was cut, with something typed in its place, and the place. */
const unfinished = fc
  .tuple(
    fc.nat(),
    fc.nat(),
    fc.nat(2000),
    fc.nat(30),
    fc.constantFrom("", "w.", "(", '"', "f(a, ", "x = ", "é😀", "[", "if x:\n", "\\", 'load("', "ev.data."),
  )
  .map(([which, start, length, cut, typed]) => {
    const whole = texts[which % texts.length]!;
    const from = start % whole.length;
    const piece = whole.slice(from, from + 40 + length);
    const at = start % piece.length;
    return { text: piece.slice(0, at) + typed + piece.slice(at + cut), offset: at + typed.length };
  });

function checkSpan(text: string, { start, end }: { start: number; end: number }): void {
  assert.ok(start >= 0 && start <= end && end <= text.length, `${start} to ${end} of ${text.length}`);
}

test("unfinished texts: everything has an answer, within the text", () => {
  fc.assert(
    fc.property(unfinished, ({ text, offset }) => {
      const analysis = analysed(text);
      const at = Math.min(offset, analysis.text.length);
      const { length } = analysis.text;
      for (const finding of lint(analysis)) {
        checkSpan(analysis.text, finding);
        for (const { edits } of finding.fixes) for (const edit of edits) checkSpan(analysis.text, edit);
        for (const edit of suppressAction(analysis, finding.rule, finding.start).edits) checkSpan(analysis.text, edit);
      }
      for (const item of completionsAt(analysis, at)) checkSpan(analysis.text, item);
      const hover = hoverAt(analysis, at);
      if (hover !== undefined) checkSpan(analysis.text, hover);
      signatureAt(analysis, at);
      whyNotRename(analysis, at, "another");
      const places = [...definitionsAt(analysis, at), ...referencesAt(analysis, at), ...highlightsAt(analysis, at)];
      for (const place of places) checkSpan(analysis.text, place);
      for (const action of actionsForUndefined(analysis, at))
        for (const edit of action.edits) checkSpan(analysis.text, edit);
      for (const entry of outline(analysis)) checkSpan(analysis.text, entry);
      let before = 0;
      for (const token of semanticTokens(analysis)) {
        assert.ok(token.start >= before);
        checkSpan(analysis.text, token);
        before = token.end;
      }
      for (const fold of folds(analysis)) checkSpan(analysis.text, fold);
      const lines = new LineMap(analysis.text);
      assert.equal(lines.offset(lines.position(Math.min(at, length))), Math.min(at, length));
    }),
    { numRuns: 400 },
  );
});

test("variables in a long circle have a type: any", () => {
  const count = 4000;
  const chain = Array.from({ length: count }, (_, i) => `        a${i} = a${(i + 1) % count}\n`).join("");
  const analysis = analysed(`def f(x):\n    for i in x:\n${chain}`);
  assert.ok(semanticTokens(analysis).length > 2 * count);
});
