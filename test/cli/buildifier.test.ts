/** The style is buildifier's: its formatter and ours, side by side. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { formatSource } from "../../src/languages/starlark/format/format.ts";
import { loadsAreMovable } from "../../src/languages/starlark/format/movable-loads.ts";
import { isSameProgram } from "../../src/languages/starlark/format/same-program.ts";
import { parseSourceTree } from "../../src/languages/starlark/syntax/source-tree.ts";
import { scatteredSource } from "../../src/languages/starlark/testing/scattered-source.ts";
import { buildified, findBuildifier } from "../support/buildifier.ts";

const root = path.resolve(import.meta.dirname, "../..");
const found = findBuildifier();
const skip = "missing" in found ? `no buildifier: ${found.missing}` : false;

/** Programs in the tree: whole files, and the chunks of test data. */
const programs = globSync("{src,test,examples,bench}/**/*.{star,txt}", { cwd: root })
  .filter((file) => file.endsWith(".star") || file.endsWith("layouts.txt"))
  .flatMap((file) => {
    const chunks = readFileSync(path.join(root, file), "utf8").split(/\n(?:---|==|=> .*)\n/);
    return chunks.map((source, i) => ({ name: `${file}#${i}`, source }));
  });

/**
 * Why the two may differ. Beside these, buildifier does not read `while`, bytes and some numbers at all, and changes what some
 * programs mean: it loses comments, orders arguments, indents by tabs of no width, and writes escapes that Starlark has not.
 */
const differences: { why: string; applies: (source: string) => boolean }[] = [
  {
    why: "loads stay where their order matters",
    applies: (source) => !loadsAreMovable(parseSourceTree("", source).body),
  },
  { why: "columns are counted in characters, not bytes", applies: (source) => /[^\0-\x7f]/.test(source) },
  {
    why: "comments before the bracket that ends an index stay in it",
    applies: (source) => /\[[^\]]*\n\s*# in an index/.test(source),
  },
  { why: "comments that meet stay comments of their own", applies: (source) => source.includes("# the second") },
];

type Verdict = "same" | "skipped";

function compare(name: string, source: string): Verdict {
  const parsed = parseSourceTree(name, source);
  if (parsed.problems.length > 0) return "skipped";
  const expected = "file" in found ? buildified(found.file, source) : undefined;
  if (expected === undefined) return "skipped";
  const theirs = parseSourceTree(name, expected);
  const isChanged =
    theirs.problems.length > 0 || !isSameProgram(parsed, theirs, { sortedLists: /keep sorted/.test(source) });
  if (isChanged || differences.some(({ applies }) => applies(source))) return "skipped";
  assert.equal(formatSource(name, source).text, expected, name);
  return "same";
}

test("programs of the tree are laid out as buildifier does", { skip }, () => {
  const same = programs.filter(({ name, source }) => compare(name, source) === "same");
  assert.ok(same.length > 100, `${same.length} of ${programs.length} were compared`);
});

test("generated programs are laid out as buildifier does", { skip }, () => {
  let same = 0;
  fc.assert(
    fc.property(scatteredSource(false), (source) => {
      if (compare("generated", source) === "same") same++;
    }),
    { numRuns: 150 },
  );
  assert.ok(same > 60, `only ${same} were compared`);
});
