import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { scatteredSource } from "../testing/scattered-source.ts";
import { parseSourceTree } from "../syntax/source-tree.ts";
import { formatSource } from "./format.ts";
import { isSameProgram } from "./same-program.ts";

/** A text, what it is about, and the text in the style. */
const layouts = readFileSync(new URL("testdata/layouts.txt", import.meta.url), "utf8")
  .trimEnd()
  .split("\n==\n")
  .map((block) => {
    const [, before, about, after] = /^([^]*?)\n=> (.*)\n([^]*)$/.exec(block)!;
    return { before: `${before}\n`, about: about!, after: `${after}\n` };
  });

function formatted(source: string): string {
  const { text, problems } = formatSource("t.star", source);
  assert.deepEqual(problems, []);
  return text!;
}

for (const { before, about, after } of layouts) {
  test(`layout: ${about}`, () => {
    assert.equal(formatted(before), after);
    assert.equal(formatted(after), after);
  });
}

test("an empty text stays one, comments alone stay, and no line end is missing", () => {
  assert.equal(formatted(""), "");
  assert.equal(formatted("\n\n"), "");
  assert.equal(formatted("# a"), "# a\n");
  assert.equal(formatted("x=1"), "x = 1\n");
  assert.equal(formatted("\ufeffx=1\r\ny=2\r\n"), "x = 1\ny = 2\n");
});

test("what is no Starlark is told with its places, and has no text", () => {
  const { text, problems } = formatSource("t.star", "x = )\ny = (\n");
  assert.equal(text, undefined);
  assert.deepEqual(
    problems.map(({ message, where }) => `${where.file}:${where.line}:${where.column} ${message}`),
    [
      "t.star:1:5 unexpected ')'",
      "t.star:1:6 got newline, want primary expression",
      "t.star:3:1 got end of file, want primary expression",
    ],
  );
});

test("type annotations are refused, and left out where one asks for it", () => {
  const source = "def f(a: int, *b: str, c: list[int] = [1]) -> dict[str, int]:  # d\n    x: int = 1\n    return x\n";
  assert.equal(formatSource("t.star", source).text, undefined);
  assert.equal(
    formatSource("t.star", source, { stripTypes: true }).text,
    "def f(a, *b, c = [1]):  # d\n    x = 1\n    return x\n",
  );
  assert.equal(
    formatted("def f(a):\n    # type: (int) -> str\n    pass\n"),
    "def f(a):\n    # type: (int) -> str\n    pass\n",
  );
});

for (const anywhere of [false, true]) {
  test(`any program keeps its meaning and its comments, and is formatted once (${anywhere ? "comments anywhere" : "usual comments"})`, () => {
    let count = 0;
    fc.assert(
      fc.property(scatteredSource(anywhere), (source) => {
        const { text } = formatSource("t.star", source);
        if (text === undefined) return;
        count++;
        const [before, after] = [source, text].map((one) => parseSourceTree("t.star", one));
        assert.deepEqual(after!.problems, []);
        assert.equal(after!.comments.length, before!.comments.length);
        assert.ok(isSameProgram(before!, after!, { sortedLists: false }));
        assert.equal(formatted(text), text);
        for (const line of text.split("\n")) assert.doesNotMatch(line, /[ \t]$/);
      }),
      { numRuns: 250 },
    );
    assert.ok(count > 100, `only ${count} programs were valid`);
  });
}

test("another program is another program", () => {
  const same = (a: string, b: string) =>
    isSameProgram(parseSourceTree("t", a), parseSourceTree("t", b), { sortedLists: false });
  assert.ok(same("x = (1)", "x = 1"));
  assert.ok(same('load("a", "b")\nx = 1', 'x = 1\nload("a", "b")'));
  assert.ok(!same("x = 1", "x = 1.0"));
  assert.ok(!same("x = (1, 2)", "x = 1"));
  assert.ok(!same("x = 1  # a", "x = 1"));
  assert.ok(!same("x = 'a'", "x = b'a'"));
  assert.ok(!same("a - (b - c)", "a - b - c"));
  assert.ok(!same("x = [1, 2]", "x = [2, 1]"));
  assert.ok(!same('load("a", "b")', 'load("a", b = "c")'));
});
