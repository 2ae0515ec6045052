import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { librarySources } from "../stdlib/sources.ts";
import { analysed } from "../testing/analysed.ts";
import { readChunks } from "../testing/chunked-file.ts";
import { readExamples } from "../testing/examples.ts";
import type { Finding } from "./rule.ts";
import { lint } from "./lint.ts";
import { rules } from "./rules.ts";

/** "line:column-end message [rule]" of what is found in a text. */
function found(text: string, files: Readonly<Record<string, string>> = {}): string[] {
  const analysis = analysed(text, { files });
  return lint(analysis).map((finding) => show(finding, analysis.tree.file.location(finding.start)));
}

function show({ start, end, message, rule }: Finding, where: { line: number; column: number }): string {
  return `${where.line}:${where.column}+${end - start} ${message} [${rule}]`;
}

/** What the linter calls an error in a program. */
function errorsIn(source: string): { line: number; shown: string }[] {
  const analysis = analysed(source);
  const errors = lint(analysis).filter(({ severity }) => severity === "error");
  return errors.map(({ start, message, rule }) => {
    const { line } = analysis.tree.file.location(start);
    return { line, shown: `${message} [${rule}]: ${source.split("\n")[line - 1]}` };
  });
}

test("what is an error for the linter fails when it runs: the programs of the library", () => {
  const folder = new URL("../library/testdata/", import.meta.url);
  let errors = 0;
  for (const path of readdirSync(folder)) {
    for (const { source, expected } of readExamples(readFileSync(new URL(path, folder), "utf8"))) {
      const fails = expected.some((line) => line.startsWith("#!"));
      for (const { shown } of errorsIn(source)) {
        assert.ok(fails, `${path}: ${shown}`);
        errors++;
      }
    }
  }
  assert.ok(errors > 50);
});

test("what is an error for the linter fails when it runs: the programs of the machine", () => {
  const folder = new URL("../vm/testdata/", import.meta.url);
  for (const path of readdirSync(folder)) {
    for (const { source } of readChunks(path, readFileSync(new URL(path, folder), "utf8"))) {
      for (const { line, shown } of errorsIn(source)) {
        assert.match(source.split("\n")[line - 1]!, /###|fails\(|catch\(/, `${path}: ${shown}`);
      }
    }
  }
});

test("the built-in library has no errors", () => {
  for (const [path, text] of librarySources) {
    const found = lint(analysed(text, { path })).filter(({ severity }) => severity === "error");
    assert.deepEqual(found, [], path);
  }
});

test("a comment suppresses what is on its line, or on the line after it", () => {
  const line = "def f():\n    x = 1  # autoflow: ignore[unused-variable]\n    # autoflow: ignore\n    y = 2\n\nf()\n";
  assert.deepEqual(found(line), []);
});

test("suppressions of nothing and of rules that do not exist are told", () => {
  assert.deepEqual(found("x = 1  # autoflow: ignore[no-such, unused-load]\n"), [
    "1:27+7 there is no rule no-such [unused-suppression]",
    "1:36+11 unused-load finds nothing here [unused-suppression]",
  ]);
  assert.deepEqual(found("x = 1  # autoflow: ignore\n"), [
    "1:8+18 there is nothing to ignore here [unused-suppression]",
  ]);
});

test("a rule that is not applied leaves its suppressions alone", () => {
  const analysis = analysed("x = 1  # autoflow: ignore[unused-load]\n");
  assert.deepEqual(lint(analysis, { rules: rules.filter(({ name }) => name !== "unused-load") }), []);
});

test("w and ev are known in the functions that a handler calls", () => {
  const text = `
def handler(w, ev):
    tell(w, ev.data)

def tell(context, data):
    context.slep(1)
    data.gte("x")

on_event(type = "com.gitlab.events.issue_updated", handler = handler)
`;
  assert.deepEqual(found(text), ["6:13+4 context has no slep (did you mean sleep?) [unknown-attribute]"]);
});

test("w is the context by custom, unless it is used like something else", () => {
  const text = `
def shout(w):
    return w.upper()

def wait(w):
    w.sleep(1)
    w.slep(1)

def tell(w, text):
    w.prnt(text)

print(shout(sorted(["b"], key = lambda w: w.lower())[0]), wait, tell)
`;
  assert.deepEqual(
    found(text).map((line) => line.split(" (")[0]),
    ["7:7+4 context has no slep", "10:7+4 context has no prnt [unknown-attribute]"],
  );
});

test("a script that asks for the type of a value knows more than its text shows", () => {
  const text = `
def add(x, item):
    if type(x) == "list":
        x.append(item)
    return x

print(add("a", 1))
`;
  assert.deepEqual(found(text), []);
});

test("type comments say what parameters are", () => {
  const text = `
def f(a, b):
    # type: (W, list[str]) -> str
    a.slep(1)
    b.appendd(1)
    return b[0].lowr()

f(1, 2).uper()
`;
  assert.deepEqual(found(text), [
    "4:7+4 context has no slep (did you mean sleep?) [unknown-attribute]",
    "5:7+7 list has no appendd (did you mean append?) [unknown-attribute]",
    "6:17+4 string has no lowr (did you mean lower?) [unknown-attribute]",
    "8:9+4 string has no uper (did you mean upper?) [unknown-attribute]",
  ]);
});

test("blocks with tabs only and with spaces only may stand in one file", () => {
  assert.deepEqual(found("def f():\n\tif True:\n\t\treturn 1\n\ndef g():\n    return f()\n\ng()\n"), []);
  assert.deepEqual(found("def f(x):\n    if x:\n    \treturn 1\n    return 2\n\nf(1)\n"), [
    "3:1+5 this block is indented with tabs and with spaces [mixed-indentation]",
  ]);
});

test("fields of events: slips are told, other names and plurals are not", () => {
  const text = `
def handler(w, ev):
    issue = ev.data.object_attributes
    print(ev.sorce, ev.subect, issue.titel, issue.label, issue.weight, ev.traceparent, ev.data.usr.name)

on_event(type = "com.gitlab.events.issue_updated", handler = handler)
`;
  assert.deepEqual(found(text), [
    "4:14+5 no field sorce is known here (did you mean source?) [unknown-field]",
    "4:24+6 no field subect is known here (did you mean subject?) [unknown-field]",
    "4:38+5 no field titel is known here (did you mean title?) [unknown-field]",
    "4:96+3 no field usr is known here (did you mean user?) [unknown-field]",
  ]);
});

test("durations that are texts are read", () => {
  const text = `
def handler(w, ev):
    w.sleep("5 minutes")
    w.wait_for_event(type = ev.type, timeout = "1h30m")
    w.timer(duration = "soon")

on_event(type = "com.example.ping", handler = handler)
`;
  const places = found(text).map((line) => line.replace(/ .*\[/, " ["));
  assert.deepEqual(places, ["3:13+11 [wrong-arguments]", "5:13+17 [wrong-arguments]"]);
});

test("functions of other files are checked too", () => {
  const files = { "lib/a.star": "def double(x, times = 2):\n    return [x] * times\n" };
  assert.deepEqual(found('load("lib/a.star", "double")\n\ndouble(1, tims = 3).appnd(1)\n', files), [
    "3:11+8 double has no parameter tims (did you mean times?) [wrong-arguments]",
    "3:21+5 list has no appnd (did you mean append?) [unknown-attribute]",
  ]);
});

test("text that does not compile is looked at as far as it is whole", () => {
  assert.deepEqual(found("x = [1]\nx.appnd(2)\ny = (\n"), [
    "2:3+5 list has no appnd (did you mean append?) [unknown-attribute]",
  ]);
});

test("deep and long texts are looked at in bounded time", () => {
  const nested = Array.from({ length: 90 }, (_, i) => `${" ".repeat(i)}if x${i === 0 ? "" : ` == ${i}`}:\n`).join("");
  assert.equal(typeof found(`x = 1\n${nested}${" ".repeat(90)}y = x\n`).length, "number");
  assert.equal(typeof found(`x = ${"1 + ".repeat(400)}1\n`).length, "number");
  const chain = Array.from({ length: 2000 }, (_, i) => `def f${i}(x):\n    return f${i + 1}(x)\n`).join("");
  assert.equal(typeof found(`${chain}f0(1)\n`).length, "number");
});

test("wait-without-timeout: a race with what ends by itself is bounded", () => {
  const found = (cases: string): string[] =>
    lint(
      analysed(
        `def work(w):\n    w.sleep(seconds = 1)\n\ndef handler(w, ev):\n    w.race(${cases})\n    work(w)\n\non_event(type = "a", handler = handler)\n`,
      ),
    )
      .map(({ rule }) => rule)
      .filter((rule) => rule === "wait-without-timeout");
  for (const bounded of [
    '{"answer": w.go(w.ask, "Deploy?", timeout = "2d"), "stop": w.event("x")}',
    '{"answer": w.go(w.ask, "Deploy?", due = "2026-12-01T00:00:00Z"), "stop": w.event("x")}',
    '[w.go(work, w), w.event("x")]',
    '[w.timer(hours = 1), w.event("x")]',
  ]) {
    assert.deepEqual(found(bounded), [], bounded);
  }
  for (const endless of [
    '{"answer": w.go(w.ask, "Deploy?"), "stop": w.event("x")}',
    '[w.event("x"), w.signal_channel("s")]',
  ]) {
    assert.deepEqual(found(endless), ["wait-without-timeout"], endless);
  }
});
