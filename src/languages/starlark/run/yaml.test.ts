import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CountingThread } from "../library/counting-thread.ts";
import { decodeJsonText } from "../library/json-decode.ts";
import { LimitReached } from "../values/errors.ts";
import { repr } from "../values/print.ts";
import { toText } from "../values/text.ts";
import { stringify } from "yaml";
import { decodeYaml, YamlProblem } from "./yaml.ts";

function shown(text: string): string {
  const thread = new CountingThread();
  return toText(repr(thread, decodeYaml(thread, text)));
}

/** "offset: message" of the problem that a text has. */
function problemOf(text: string): string {
  try {
    decodeYaml(new CountingThread(), text);
  } catch (error) {
    if (error instanceof YamlProblem) return `${error.offset}: ${error.message}`;
    throw error;
  }
  return "none";
}

test("scalars are those of the core schema", () => {
  const cases: [string, string][] = [
    ["", "None"],
    ["# nothing\n", "None"],
    ["[null, Null, ~, nil, '']", '[None, None, None, "nil", ""]'],
    ["[true, False, yes, off, 'true']", '[True, False, "yes", "off", "true"]'],
    ["[0, -0, 010, 0o10, 0x10, 1_000, +5]", '[0, 0, 10, 8, 16, "1_000", 5]'],
    ["[9007199254740993, -12345678901234567890]", "[9007199254740993, -12345678901234567890]"],
    ["[1., 1.5, 1e3, .5, .inf, -.INF, .nan]", "[1.0, 1.5, 1000.0, 0.5, +inf, -inf, nan]"],
    ["[2001-12-14, 12:30:45, <<, =]", '["2001-12-14", "12:30:45", "<<", "="]'],
    ['"\\u00e9 \\x41 \\n"', '"é A \\n"'],
    ["|\n  a\n  b\n", '"a\\nb\\n"'],
    [">-\n  a\n  b\n", '"a b"'],
    ["{1: a, true: b, ~: c, 2.5: d}", '{1: "a", True: "b", None: "c", 2.5: "d"}'],
    ["? a\n: b\nc:\n", '{"a": "b", "c": None}'],
    ["a: {b: [c, {d: e}]}", '{"a": {"b": ["c", {"d": "e"}]}}'],
    ["<<: {a: 1}", '{"<<": {"a": 1}}'],
    ["!!str 1", '"1"'],
    ["%YAML 1.1\n---\nyes\n", '"yes"'],
  ];
  for (const [text, value] of cases) assert.equal(shown(text), value, text);
});

test("an alias is the value itself", () => {
  assert.equal(shown("[&a [1], *a, &a 2, *a]"), "[[1], [1], 2, 2]");
  const thread = new CountingThread();
  const list = decodeYaml(thread, "[&a [1], *a]") as unknown as { items: unknown[] };
  assert.equal(list.items[0], list.items[1]);
});

test("what is not read, and where", () => {
  const cases: [string, RegExp][] = [
    ["a: 1\na: 2", /^5: this key is there twice$/],
    ["{1: a, 1.0: b}", /^7: this key is there twice$/],
    ["{[a]: b}", /^1: a list or dict cannot be a key$/],
    ["a: *none", /^3: .*none/],
    ["&a [*a]", /^4: the alias \*a is part of what it stands for$/],
    ["a\n---\nb", /there is more than one document$/],
    ["!mine x", /!mine/],
    ["!!binary aGk=", /binary/],
    ["!!timestamp 2001-01-01", /timestamp/],
    ["a: [1", /^5: .*end with a \]/],
    ["a:\n\t- b", /^3: /],
    ["[".repeat(50_000), /nested more than 100 deep$/],
    ["? ".repeat(50_000), /nested more than 100 deep$/],
    ["- ".repeat(50_000), /nested more than 100 deep$/],
  ];
  for (const [text, problem] of cases) assert.match(problemOf(text), problem, text.slice(0, 40));
});

test("aliases cannot make much of little", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 9; i++)
    lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(", ")}]`);
  assert.match(problemOf(lines.join("\n")), /aliases make more than 1000000 values of this$/);
});

test("reading takes steps and memory", () => {
  assert.throws(() => decodeYaml(new CountingThread({ bytes: 1000 }), "- a\n".repeat(100)), LimitReached);
  assert.throws(() => decodeYaml(new CountingThread({ steps: 1000 }), "- a\n".repeat(1000)), LimitReached);
});

test("JSON is YAML, and so is what a YAML writer makes of the same value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const thread = new CountingThread();
      const json = JSON.stringify(value);
      const want = toText(repr(thread, decodeJsonText(thread, json)));
      assert.equal(shown(json), want);
      assert.equal(shown(stringify(value)), want);
    }),
  );
});

test("no text makes reading it fail in an unknown way", () => {
  const pieces = [
    "a",
    "1",
    ": ",
    "- ",
    "? ",
    "\n",
    "  ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&x ",
    "*x",
    "!t ",
    "|",
    ">",
    "'",
    '"',
    "#",
    "%",
    "---\n",
    "\t",
    "~",
  ];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: "binary" })), (source) => {
      const thread = new CountingThread();
      try {
        repr(thread, decodeYaml(thread, source));
      } catch (error) {
        assert.ok(error instanceof YamlProblem, String(error));
        assert.ok(error.offset >= 0 && error.offset <= source.length, `${error.offset}: ${error.message}`);
      }
    }),
    { numRuns: 1000 },
  );
});
