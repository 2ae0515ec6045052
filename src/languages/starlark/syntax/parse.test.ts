import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "./parse.ts";
import type { Expression } from "./tree.ts";

/** An expression with every operation in parentheses. */
function show(expression: Expression): string {
  switch (expression.kind) {
    case "identifier":
      return expression.name;
    case "int":
    case "float":
      return String(expression.value);
    case "string":
    case "bytes":
      return JSON.stringify(expression.value);
    case "binary":
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`;
    case "unary":
      return `(${expression.operator} ${show(expression.operand)})`;
    case "conditional":
      return `(${show(expression.condition)} ? ${show(expression.then)} : ${show(expression.orElse)})`;
    case "dot":
      return `${show(expression.object)}.${expression.name}`;
    case "call":
      return `${show(expression.callee)}(${expression.arguments.map(({ value }) => show(value)).join(", ")})`;
    case "paren":
      return show(expression.inner);
    case "tuple":
      return `<${expression.elements.map(show).join(", ")}>`;
    case "lambda": {
      const [body] = expression.function.body;
      return body?.kind === "return" ? `(lambda ${show(body.value!)})` : "?";
    }
    default:
      return expression.kind;
  }
}

function shown(source: string): string {
  const [statement] = parse(source);
  assert.ok(statement?.kind === "expression");
  return show(statement.value);
}

test("operators bind as the specification says", () => {
  const cases: Record<string, string> = {
    "a or b and c or d": "((a or (b and c)) or d)",
    "not a and not b or c": "(((not a) and (not b)) or c)",
    "not a == b": "(not (a == b))",
    "a not in b and c": "((a not in b) and c)",
    "a | b ^ c & d << e + f * g": "(a | (b ^ (c & (d << (e + (f * g))))))",
    "a * b + c << d & e ^ f | g": "((((((a * b) + c) << d) & e) ^ f) | g)",
    "a - b - c": "((a - b) - c)",
    "a // b % c / d * e": "((((a // b) % c) / d) * e)",
    "-a * ~b + +c": "(((- a) * (~ b)) + (+ c))",
    "- - a.b(c)": "(- (- a.b(c)))",
    "a < b | c": "(a < (b | c))",
    "a if b else c if d else e": "(b ? a : (d ? c : e))",
    "a or b if c or d else e or f": "((c or d) ? (a or b) : (e or f))",
    "lambda: a if b else c": "(lambda (b ? a : c))",
    "lambda: a, b": "<(lambda a), b>",
    "a, (b, c), ()": "<a, <b, c>, <>>",
  };
  for (const [source, expected] of Object.entries(cases)) assert.equal(shown(source), expected, source);
});

test("literals have their values", () => {
  const cases: Record<string, number | bigint | string> = {
    "0": 0,
    "00": 0,
    "0x1F": 31,
    "0Xff": 255,
    "0o17": 15,
    "0b101": 5,
    "9007199254740991": 9007199254740991,
    "9007199254740992": 9007199254740992n,
    "0xffffffffffffffffff": 0xffffffffffffffffffn,
    "0o777777777777777777777777": 0o777777777777777777777777n,
    "1.": 1,
    ".5e1": 5,
    "1e3": 1000,
    "1e-999": 0,
    '"a\\n\\x41\\101\\u00e9\\U0001f600é"': "a\nAA\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9",
    'b"\\xff\\377é"': "\xff\xff\xc3\xa9",
    'r"\\n\\""': '\\n\\"',
    'rb"\\x"': "\\x",
    '"""a"b\\\nc\n"""': 'a"bc\n',
    "''''a'''": "'a",
    '"\\1234"': "S4",
    '"\ud800"': "\xef\xbf\xbd",
  };
  for (const [source, expected] of Object.entries(cases)) {
    const [statement] = parse(source);
    assert.ok(statement?.kind === "expression" && "value" in statement.value, source);
    assert.equal(statement.value.value, expected, source);
  }
});

test("places are those of the operator, the bracket or the first character", () => {
  const place = (source: string) => {
    const [statement] = parse(source);
    assert.ok(statement?.kind === "expression");
    return statement.value.pos;
  };
  assert.equal(place("ab + c"), 3);
  assert.equal(place("ab not in c"), 7);
  assert.equal(place("ab(c)"), 2);
  assert.equal(place("ab[c]"), 2);
  assert.equal(place("ab[c:]"), 2);
  assert.equal(place("ab . c"), 3);
  assert.equal(place("ab if c else d"), 3);
  assert.equal(place("ab.c, d"), 0);
  assert.equal(place("(ab)"), 0);
});

test("augmented assignments and their places", () => {
  for (const operator of ["+", "-", "*", "/", "//", "%", "&", "|", "^", "<<", ">>"]) {
    const [statement] = parse(`a ${operator}= 1`);
    assert.ok(statement?.kind === "assign");
    assert.equal(statement.operator, operator);
    assert.equal(statement.pos, 2);
  }
});

test("an elif is an if within else", () => {
  const [statement] = parse("if a: b\nelif c: d\nelse: e; f\n");
  assert.ok(statement?.kind === "if");
  const [inner] = statement.orElse;
  assert.ok(inner?.kind === "if");
  assert.equal(statement.orElse.length, 1);
  assert.deepEqual([inner.body.length, inner.orElse.length], [1, 2]);
});

test("parameters, their kinds and their places", () => {
  const [statement] = parse("def f(a, b=1, *, c, **d): pass");
  assert.ok(statement?.kind === "def");
  assert.deepEqual(
    statement.function.parameters.map(({ kind, pos, name }) => [kind, pos, name?.name]),
    [
      ["positional", 6, "a"],
      ["positional", 10, "b"],
      ["bare-star", 14, undefined],
      ["positional", 17, "c"],
      ["kwargs", 20, "d"],
    ],
  );
});

test("arguments, their kinds and their places", () => {
  const [statement] = parse("f(a.b, c=1, *d, **e)");
  assert.ok(statement?.kind === "expression" && statement.value.kind === "call");
  assert.deepEqual(
    statement.value.arguments.map(({ kind, pos, name }) => [kind, pos, name]),
    [
      ["positional", 2, undefined],
      ["named", 7, "c"],
      ["args", 12, undefined],
      ["kwargs", 16, undefined],
    ],
  );
});

test("the first string of a body is its documentation", () => {
  const docOf = (source: string) => {
    const [statement] = parse(source);
    assert.ok(statement?.kind === "def");
    return statement.function.doc;
  };
  assert.equal(docOf('def f():\n  """What it does."""\n  pass'), "What it does.");
  assert.equal(docOf('def f(): return "x"'), "");
  assert.equal(docOf('def f():\n  pass\n  "x"'), "");
});

test("a load names what it takes", () => {
  const [statement] = parse('load("m", "a", b="c")');
  assert.ok(statement?.kind === "load");
  assert.equal(statement.module.value, "m");
  assert.deepEqual(
    statement.names.map(({ local, remote }) => [local.name, local.pos, remote.value, remote.pos]),
    [
      ["a", 11, "a", 10],
      ["b", 15, "c", 17],
    ],
  );
});

test("an integer that no operator takes is a problem", () => {
  const tooLarge = { message: "int literal too large" };
  assert.throws(() => parse("9".repeat(78_915)), tooLarge);
  assert.throws(() => parse(`0x${"f".repeat(65_537)}`), tooLarge);
  assert.throws(() => parse(`0b${"1".repeat(262_145)}`), tooLarge);
  for (const fits of [`1${"0".repeat(78_912)}`, `0x${"f".repeat(65_536)}`, `0b${"1".repeat(262_144)}`]) parse(fits);
});
