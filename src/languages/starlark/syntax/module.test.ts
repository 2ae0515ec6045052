import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { discrepancies, readChunks } from "../testing/chunked-file.ts";
import { loadPaths, maximalSourceBytes, parseModule } from "./module.ts";
import type { Problem } from "./problem.ts";
import { superset, type DialectOptions } from "./tree.ts";

const names = new Set(["U", "set", "len"]);
const known = { isPredeclared: (name: string) => name === "M", isUniversal: (name: string) => names.has(name) };

/** Every option off. */
const strictest: DialectOptions = {
  set: false,
  while: false,
  topLevelControl: false,
  globalReassign: false,
  loadBindsGlobally: false,
  recursion: false,
};

/** "line:column: message". */
function line({ message, where }: Problem): string {
  return `${where.line}:${where.column}: ${message}`;
}

function problemsOf(source: string): string[] {
  return parseModule("t", source, known).problems.map(line);
}

const testdata = join(import.meta.dirname, "testdata");
for (const path of readdirSync(testdata).filter((file) => file.endsWith(".star"))) {
  for (const chunk of readChunks(path, readFileSync(join(testdata, path), "utf8"))) {
    test(`${path}:${chunk.firstLine}`, () => {
      const { module, problems } = parseModule(path, chunk.source, { ...known, options: chunk.options });
      const actual = problems.map(({ message, where }) => ({
        line: where.line,
        message: `${where.column}: ${message}`,
      }));
      assert.deepEqual(discrepancies(path, chunk, actual), []);
      assert.equal(module === undefined, problems.length > 0);
    });
  }
}

/** Broken programs, and what starlark-go reports. Names that begin with a byte before "x" are known. */
interface BrokenProgram {
  source: string;
  /** In the dialect without any option. */
  strict?: boolean;
  problems: string[];
}

test("broken programs have starlark-go's problems at its places", () => {
  const programs = JSON.parse(readFileSync(join(testdata, "problems.json"), "utf8")) as BrokenProgram[];
  const universal = (name: string) => name === "set" || name === "len";
  const environment = {
    isPredeclared: (name: string) => name < "x" && !universal(name),
    isUniversal: universal,
  };
  for (const { source, strict = false, problems } of programs) {
    const result = parseModule("t", source, { ...environment, options: strict ? strictest : superset });
    assert.deepEqual(result.problems.map(line), problems, source);
  }
});

test("line ends of any kind count as one", () => {
  assert.deepEqual(problemsOf("a = 1\rb = 2\r\nc = $"), ["3:5: unexpected input character '$'"]);
  const { module } = parseModule("t", 'a = """x\r\ny\rz"""\r\n', known);
  const [statement] = module!.body;
  assert.ok(statement?.kind === "assign" && statement.value.kind === "string");
  assert.equal(statement.value.value, "x\ny\nz");
});

test("a byte order mark is no part of the text", () => {
  assert.deepEqual(problemsOf("\ufeffa = $"), ["1:5: unexpected input character '$'"]);
  assert.deepEqual(problemsOf("a = \ufeff1"), ["1:5: unexpected input character '\\ufeff'"]);
});

test("characters that have no shape are shown by number", () => {
  assert.deepEqual(problemsOf("a = 1\0"), ["1:6: unexpected input character '\\x00'"]);
  assert.deepEqual(problemsOf("\fa = 1"), ["1:1: unexpected input character '\\f'"]);
  assert.deepEqual(problemsOf("a\u00a0= 1"), ["1:2: unexpected input character '\\u00a0'"]);
  assert.deepEqual(problemsOf("a = \u{e0001}"), ["1:5: unexpected input character '\\U000e0001'"]);
  assert.deepEqual(problemsOf("a = \ud800"), ["1:5: unexpected input character '\ufffd'"]);
});

test("columns count characters, also those outside the basic plane", () => {
  assert.deepEqual(problemsOf('a = "😀é" + $'), ["1:12: unexpected input character '$'"]);
  assert.deepEqual(problemsOf('a = "😀"\nb = "é😀😀" + "😀" + $ + "😀"'), ["2:19: unexpected input character '$'"]);
  assert.deepEqual(problemsOf('"😀" + b'), ["1:7: undefined: b"]);
});

test("names and texts are byte strings, messages are text", () => {
  assert.deepEqual(problemsOf("größe = 1\ndef f(): return grösse"), ["2:17: undefined: grösse (did you mean größe?)"]);
  assert.deepEqual(problemsOf('a = "\\é"'), ["1:5: invalid escape sequence \\Ã"]);
  const { module } = parseModule("t", 'größe = "😀"', known);
  assert.deepEqual(module!.globals, ["gr\xc3\xb6\xc3\x9fe"]);
});

test("a call has at most 255 arguments of a kind", () => {
  const positional = (count: number) => `M.f(${"1,".repeat(count)})`;
  const named = (count: number) => `M.f(${Array.from({ length: count }, (_, i) => `a${i}=1`).join(",")})`;
  assert.deepEqual(problemsOf(positional(255)), []);
  assert.deepEqual(problemsOf(named(255)), []);
  assert.deepEqual(problemsOf(positional(256)), ["1:1: 256 positional arguments in call, limit is 255"]);
  assert.deepEqual(problemsOf(named(256)), ["1:1: 256 keyword arguments in call, limit is 255"]);
});

test("known names are suggested when they are listed", () => {
  const { problems } = parseModule("t", "lenn(1)", { ...known, names: ["len", "M"] });
  assert.equal(problems[0]!.message, "undefined: lenn (did you mean len?)");
});

test("a source over the limit is refused by its size in bytes", () => {
  assert.deepEqual(problemsOf("#".repeat(maximalSourceBytes)), []);
  assert.deepEqual(problemsOf("é".repeat(maximalSourceBytes / 2).concat("#")), [
    "1:1: source file is too large: 524289 bytes, the limit is 524288",
  ]);
});

test("more than a hundred problems are counted", () => {
  const problems = problemsOf("a0\n".repeat(130));
  assert.equal(problems.length, 101);
  assert.equal(problems[100], "100:1: too many problems: 30 more are not shown");
});

/** What nests, or follows one another, without end. */
const endless: Record<string, string> = {
  parentheses: "(",
  lists: "[",
  dicts: "{1:",
  calls: "M(",
  signs: "-",
  nots: "not ",
  lambdas: "lambda: ",
  defaults: "lambda a=",
  conditionals: "1 if 1 else ",
  comprehensions: "[1 for a in ",
  targets: "[1 for [1 for ",
  conditions: "{1: 1 for a in [] if ",
  indexes: "M[",
  dots: "M.a.",
  sums: "1+",
};
for (const [name, text] of Object.entries(endless)) {
  test(`hostile input: ${name}`, () => {
    assert.match(problemsOf(text.repeat(10_000)).join(), /^1:\d+: excessive nesting$/);
  });
}

test("hostile input: chains, elifs, blocks", () => {
  const blocks = Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}if 1:\n`).join("");
  assert.deepEqual(problemsOf(`a = 1${"+1".repeat(10_000)}`), ["1:1007: excessive nesting"]);
  assert.deepEqual(problemsOf(`a = M${".b".repeat(10_000)}`), ["1:1007: excessive nesting"]);
  assert.deepEqual(problemsOf(`if 1: pass\n${"elif 1: pass\n".repeat(10_000)}`), ["502:5: excessive nesting"]);
  for (const clause of [" for x in M", " if M"]) {
    assert.match(problemsOf(`a = [1 for y in M${clause.repeat(10_000)}]`)[0]!, /excessive nesting/);
  }
  assert.deepEqual(problemsOf(blocks), ["201:205: excessive nesting"]);
});

test("hostile input: variables captured through many functions", () => {
  const names = Array.from({ length: 5000 }, (_, i) => `v${i}`).join(",");
  const source = `def f(${names}): return ${"lambda: ".repeat(90)}[${names}]`;
  assert.match(problemsOf(source).join(), /^1:\d+: too many variables of enclosing functions in use, limit is 100000$/);
});

test("chains within chains add up", () => {
  const chain = `1${"+1".repeat(300)}`;
  assert.deepEqual(problemsOf(`a = ${chain}, ${chain}, [${chain}], M(${chain})`), []);
  assert.match(problemsOf(`a = (${chain})${"+1".repeat(300)}`)[0]!, /excessive nesting/);
  assert.match(problemsOf(`a = M[${chain}]${".b".repeat(300)}`)[0]!, /excessive nesting/);
});

test("what is generous passes", () => {
  assert.deepEqual(problemsOf(`a = ${"(".repeat(150)}1${")".repeat(150)}`), []);
  assert.deepEqual(problemsOf(`a = 1${"+1".repeat(500)}`), []);
  assert.deepEqual(problemsOf(`if 1: pass\n${"elif 1: pass\n".repeat(500)}`), []);
});

test("any text gives a module or problems within it, and never an exception", () => {
  const words = "( ) [ ] { } , : ; = == + - * ** not in if elif else for while lambda def load return pass x 1 . \n";
  const odd = ["\n  ", "\t", '"a"', "'", '"""', "\\", "#", "é", "😀", "0x", "1e", 'b"\\xff"'];
  const piece = fc.constantFrom(...words.split(" "), ...odd);
  const text = fc.array(fc.oneof(piece, fc.string({ unit: "binary", maxLength: 3 })), { maxLength: 40 });
  fc.assert(
    fc.property(text, (pieces) => {
      const source = pieces.join(" ");
      const { module, problems } = parseModule("t", source, known);
      assert.equal(module === undefined, problems.length > 0);
      const lines = source.split(/\r\n?|\n/).length;
      for (const { where } of problems) assert.ok(where.line >= 1 && where.line <= lines && where.column >= 1);
    }),
  );
});

test("load paths are read without resolving", () => {
  const source = 'load("a.star", "b")\nload("é.star", "b")\nload("a.star", c="d")\nunknown()\n';
  assert.deepEqual(loadPaths(source), ["a.star", "é.star"]);
  assert.deepEqual(loadPaths('load("a.star", "b")\n$'), []);
});
