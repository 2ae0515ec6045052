import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { functionBody } from "../testing/generated-script.ts";
import { parse } from "./parse.ts";
import { SyntaxProblem } from "./problem.ts";
import { isWholeLine, parseSourceTree, typeComment, type SourceTree } from "./source-tree.ts";
import { startOf, type Spanned } from "./start-of.ts";
import type { Statement } from "./tree.ts";

interface Recovery {
  source: string;
  /** "line:column message". */
  problems: string[];
  /** What is left, as `outline` shows it. */
  left: string;
}

const recoveries: Recovery[] = [
  { source: "x = foo(1,\n  2\ny = 3\n", problems: ["3:2 got identifier, want ','"], left: "y=" },
  {
    source: "x = foo(1,\n  2\ndef f(): pass\n",
    problems: ["3:4 got def, want ','"],
    left: "f(){pass}",
  },
  { source: "x = w.\ny = 1\n", problems: ["2:1 not an identifier"], left: "x= y=" },
  { source: "foo(w.", problems: ["1:7 not an identifier", "1:7 got end of file, want ')'"], left: "expression" },
  {
    source: "def f(a, b:\n    return a\n\ny = 1",
    problems: ["1:12 got ':', want ')'", "2:5 got return, want primary expression"],
    left: "f(a){return} y=",
  },
  { source: "def f(a,:\n  b = a\n", problems: ["1:10 not an identifier"], left: "f(a){b=}" },
  { source: "def f(a)\n  b = a\n", problems: ["2:1 got newline, want ':'"], left: "f(a){b=}" },
  { source: "if a b:\n  x = 1\nelse:\n  y = 2\nz = 3", problems: ["1:7 got identifier, want ':'"], left: "x= y= z=" },
  {
    source: "def f():\n  x = )\n  y = 1\nz = 2",
    problems: ["2:7 unexpected ')'", "2:8 got newline, want primary expression"],
    left: "f(){y=} z=",
  },
  {
    source: 'a = "b\nc = "\\q"\nd = 08 + 1\ne = $ 3\nf = 1 ? 2\n',
    problems: [
      "1:5 unexpected newline in string",
      "2:5 invalid escape sequence \\q",
      "3:5 invalid int literal",
      "4:5 unexpected input character '$'",
      "5:7 unexpected input character '?'",
      "5:10 got int literal, want newline",
    ],
    left: "a= c= d= e= f=",
  },
  { source: 'x = """abc\ny = 1', problems: ["1:5 unexpected EOF in string"], left: "x=" },
  {
    source: "if a:\n    b = 1\n  c = 2\nd = 3",
    problems: ["3:3 unindent does not match any outer indentation level"],
    left: "if{b= c=} d=",
  },
  { source: "  a = 1\nb = 2\n", problems: ["1:3 got indent, want primary expression"], left: "a= b=" },
  { source: "else:\n  a = 1\nb = 2\n", problems: ["1:1 got else, want primary expression"], left: "a= b=" },
];

/** Statements by their kind, those of blocks in braces. */
function outline(statements: readonly Statement[]): string {
  const one = (statement: Statement): string => {
    if (statement.kind === "assign" && statement.target.kind === "identifier") return `${statement.target.name}=`;
    if (statement.kind === "def") {
      const { name, parameters, body } = statement.function;
      return `${name}(${parameters.map((parameter) => parameter.name?.name).join(",")}){${outline(body)}}`;
    }
    return "body" in statement ? `${statement.kind}{${outline(statement.body)}}` : statement.kind;
  };
  return statements.map(one).join(" ");
}

function problemsOf({ problems }: SourceTree): string[] {
  return problems.map(({ message, where }) => `${where.line}:${where.column} ${message}`);
}

for (const { source, problems, left } of recoveries) {
  test(`goes on after problems: ${JSON.stringify(source)}`, () => {
    const tree = parseSourceTree("t", source);
    assert.deepEqual(problemsOf(tree), problems);
    assert.equal(outline(tree.body), left);
  });
}

const sources = join(import.meta.dirname, "testdata");
const texts = readdirSync(sources)
  .filter((file) => file.endsWith(".star"))
  .flatMap((file) => readFileSync(join(sources, file), "utf8").split("\n---\n"));

/** The first problem of the parser that gives up. */
function firstProblem(text: string): string | undefined {
  try {
    parse(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    return error.message;
  }
}

test("the first problem is the one that the compiler reports, and a text without problems has the same tree", () => {
  for (const text of texts) {
    const tree = parseSourceTree("t", text);
    const problem = firstProblem(tree.file.text);
    if (problem === undefined) {
      assert.deepEqual(tree.problems, [], text);
      assert.deepEqual(tree.body, parse(tree.file.text));
    } else {
      assert.ok(tree.problems.length > 0, text);
    }
  }
});

test("any text has a tree, and ends", () => {
  const scraps = fc.array(
    fc.constantFrom(
      "def f(",
      "x",
      " = ",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      ":",
      "\n",
      "\n  ",
      "\n    ",
      '"',
      '"""',
      "\\",
      "if ",
      "else:",
      "for ",
      " in ",
      "return",
      "#c",
      ",",
      ".",
      "0",
      "08",
      "$",
      "not ",
      "lambda ",
      "load(",
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(scraps, (parts) => {
      const text = parts.join("");
      const tree = parseSourceTree("t", text);
      const problem = firstProblem(text);
      assert.equal(tree.problems.length > 0, problem !== undefined);
      if (problem !== undefined)
        assert.ok(
          tree.problems.some(({ message }) => message === problem),
          problem,
        );
    }),
    { numRuns: 2000 },
  );
});

/** Every node below statements that has a kind, a start and an end. */
function nodesOf(value: unknown, into: Spanned[] = []): Spanned[] {
  if (value === null || typeof value !== "object") return into;
  if ("kind" in value && "end" in value) into.push(value as Spanned);
  for (const inner of Object.values(value)) nodesOf(inner, into);
  return into;
}

/** A node without its places. */
function withoutPlaces(node: unknown): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value: unknown) => {
      if (["pos", "end", "open", "close", "elsePos", "namePos", "colon"].includes(key)) return undefined;
      return typeof value === "bigint" ? `${value}n` : value;
    }),
  );
}

test("the text between a node's start and end is that node", () => {
  fc.assert(
    fc.property(functionBody, (lines) => {
      const text = lines.join("\n");
      for (const node of nodesOf(parseSourceTree("t", text).body)) {
        if (["positional", "named", "args", "kwargs", "break", "continue"].includes(node.kind)) continue;
        const start = startOf(node);
        if (node.kind === "return" && !text.startsWith("return", start)) continue;
        const written = text.slice(start, node.end).replaceAll(`\n${" ".repeat(columnOf(text, start))}`, "\n");
        const [again] = parse(node.kind === "tuple" ? `(${written})` : written);
        const inner = again?.kind === "expression" && node.kind !== "expression" ? again.value : again;
        const found = node.kind === "tuple" && inner?.kind === "paren" ? inner.inner : inner;
        if (node.kind === "if" && text.startsWith("elif", node.pos)) continue;
        assert.deepEqual(withoutPlaces(found), withoutPlaces(node), written);
      }
    }),
    { numRuns: 60 },
  );
});

function columnOf(text: string, at: number): number {
  return at - text.lastIndexOf("\n", at - 1) - 1;
}

test("ends of nodes are after what belongs to them, and before comments", () => {
  const cases: Record<string, string> = {
    "f(a, b = 1,)  # c\n": "f(a, b = 1,)",
    "x[1:2:]  # c": "x[1:2:]",
    "( a,\n b )  # c": "( a,\n b )",
    "{1: 2, }": "{1: 2, }",
    "[x for x in y ]\n": "[x for x in y ]",
    "a . b  ": "a . b",
    "return 'x' \n": "return 'x'",
    "load('m', 'a', )\n": "load('m', 'a', )",
    "if a:\n  b\nelse:\n  c # d\n\n": "if a:\n  b\nelse:\n  c",
    "def f(a):\n  return a # d\n# e\n": "def f(a):\n  return a",
    "x += 0x10 ; y": "x += 0x10",
  };
  for (const [source, expected] of Object.entries(cases)) {
    const { body } = parseSourceTree("t", source);
    assert.equal(source.slice(startOf(body[0]!), body[0]!.end), expected);
  }
});

test("comments are all there, once, in order", () => {
  const source = "# a\nx = [  # b\n  # c\n  1,\n] # d\nif x:\n  # e\n  pass\n  # f\n# g\ns = '# no'\n# h";
  const { comments, file } = parseSourceTree("t", source);
  assert.deepEqual(
    comments.map((comment) => [file.text.slice(comment.start, comment.end), isWholeLine(comment, file.text)]),
    [
      ["# a", true],
      ["# b", false],
      ["# c", true],
      ["# d", false],
      ["# e", true],
      ["# f", true],
      ["# g", true],
      ["# h", true],
    ],
  );
});

test("type comments are comments; type annotations are problems, unless they are allowed", () => {
  const commented = parseSourceTree("t", "def f(w, ev):\n    # type: (W, Event) -> None\n    pass\n");
  assert.deepEqual(commented.problems, []);
  assert.equal(typeComment(commented.comments[0]!, commented.file.text), "(W, Event) -> None");

  const source = "def f(x: int, *a: str, y: list[int] = 3) -> str:\n    z: int = 3\n";
  assert.deepEqual(problemsOf(parseSourceTree("t", source)), [
    "1:9 got ':', want ')'",
    "1:18 got ':', want ')'",
    "1:26 got ':', want ')'",
    "1:43 got '-', want ':'",
    "2:7 got ':', want newline",
  ]);
  const { problems, annotations, body } = parseSourceTree("t", source, { annotations: true });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    annotations.map(({ start, end }) => source.slice(start, end)),
    [": int", ": str", ": list[int]", "-> str", ": int"],
  );
  assert.equal(outline(body), "f(x,a,y){z=}");
});
