/** The project that docs/guides/testing.md begins with. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Workplace } from "../cli/command-line.ts";

test("the guide to testing: its first tests pass, and its failure is told as it says", async () => {
  const guide = readFileSync(new URL("../../docs/guides/testing.md", import.meta.url), "utf8");
  const blocks = [...guide.matchAll(/^```python\n# (\S+)\n(.*?)^```$/gms)].map(
    ([, name, text]) => [name!, text!] as const,
  );
  assert.deepEqual(
    blocks.map(([name]) => name),
    [".gitlab/autoflow/main.star", "main_test.star"],
  );
  await using place = new Workplace();
  // With the comment, so that lines are those of the page.
  for (const [name, text] of blocks) place.write(name, `# ${name}\n${text}`);
  const passed = await place.run("test");
  assert.equal(passed.status, 0, passed.stdout + passed.stderr);
  assert.equal(untimed(passed.stdout), untimed(shown(guide, "$ autoflow test\n")));

  place.write(blocks[0]![0], blocks[0]![1].replace("days = 3", "days = 5"));
  const failed = await place.run("test", "--filter", "open_issue");
  assert.equal(failed.status, 1);
  assert.equal(
    untimed(failed.stdout.replace(/^0 passed.*\n/m, "")),
    untimed(shown(guide, "FAIL main_test.star", true)),
  );
});

/** An indented block of a page, from the line behind its first one on, or with that. */
function shown(page: string, first: string, withFirst = false): string {
  const at = page.indexOf(`    ${first}`);
  const end = page.indexOf("\n\n", at);
  const block = page.slice(withFirst ? at : at + 4 + first.length, end);
  return `${block.replaceAll(/^ {4}/gm, "")}\n`;
}

function untimed(text: string): string {
  return text.replaceAll(/\b[\d.]+m?s\b(?=[,)]|$)/gm, "T");
}
