/** What translations are made of, how large they get, and where there are none. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { FunctionCode } from "../compile/code.ts";
import { LoadedStarlark } from "../run/loaded-image.ts";
import { Evaluator } from "../run/evaluate.ts";
import { EvaluationError } from "../run/evaluation-error.ts";
import { suitePrograms } from "../testing/programs.ts";
import { compileResult } from "../testing/virtual-run.ts";
import type { StarlarkFunction } from "../vm/function.ts";
import { instructionLength } from "../compile/opcode.ts";
import { jumpTarget } from "./blocks.ts";
import { isTooLarge, sourceOf, unitText } from "./translate.ts";

function loaded(source: string): LoadedStarlark | undefined {
  const { image } = compileResult({ "main.star": source }, "driver");
  return image === undefined ? undefined : LoadedStarlark.load(image);
}

/** The texts of all units of a program: functions, and loops. */
function textsOf(image: LoadedStarlark): string[] {
  const module = image.modules.at(-1)!;
  return module.code.functions.flatMap((one) =>
    [undefined, ...loopStarts(one)].flatMap((loopAt) => unitText(sourceOf(module, one, loopAt), {})?.body ?? []),
  );
}

function loopStarts({ code }: FunctionCode): number[] {
  const starts = new Set<number>();
  for (let pc = 0; pc < code.length; pc += instructionLength[code[pc]!]!) {
    const target = jumpTarget(code, pc);
    if (target >= 0 && target <= pc) starts.add(target);
  }
  return [...starts];
}

/** Words that the translator itself writes; everything else in a text is a number, or a name made of a letter and a number. */
const ownWords =
  /^(?:use|strict|const|let|return|function|if|else|for|continue|break|typeof|instanceof|new|void|null|true|false|[a-zA-Z][0-9]*|fr|fn|vm|fiber|[a-z][a-zA-Z]*|[A-Z][a-zA-Z]*)$/;

test("a text holds nothing of the script's text", () => {
  const image = loaded(`
zebra_global = ["zebra_item"]
def zebra_function(zebra_parameter, zebra_default = "zebra_text"):
    zebra_local = {"zebra_key": 123456789012, 4: "*/ zebra_comment /*", "\\"zebra_quote": 98765.25}
    for zebra_loop in zebra_parameter:
        zebra_local["zebra_key"] += zebra_loop.zebra_attribute + 1234567
        zebra_local.zebra_method(zebra_loop, zebra_named = 5)
    return zebra_function(*zebra_local)[zebra_default:] or (lambda zebra_lambda: zebra_local)
`)!;
  const texts = textsOf(image);
  assert.equal(texts.length, 4);
  for (const text of texts) {
    assert.doesNotMatch(text, /zebra|123456|98765/);
    assert.deepEqual(
      text
        .match(/["'`][^"'`]*["'`]/g)!
        .filter((quoted) => !/^"(?:use strict|number|string|object|boolean)"$/.test(quoted)),
      [],
    );
    for (const word of text.match(/[A-Za-z_$][\w$]*/g)!) assert.match(word, ownWords);
  }
});

const makeFunction = Function;

test("everything in the suites can be translated, and is JavaScript", () => {
  let count = 0;
  for (const { name, source } of suitePrograms()) {
    const image = loaded(source);
    if (image === undefined) continue;
    for (const text of textsOf(image)) {
      assert.doesNotThrow(() => makeFunction("V", "K", "S", text), name);
      count++;
    }
  }
  assert.ok(count > 500, `${count} units`);
});

test("large functions are left to the machine", () => {
  const lines = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => `    ${line(i)}\n`).join("");
  const calls = loaded(`def f(x):\n${lines(600, () => "x = f(x, x)")}`)!.modules.at(-1)!;
  assert.ok(isTooLarge(calls.code.functions[1]!));
  const locals = loaded(`def f(x):\n${lines(150, (i) => `v${i} = x`)}`)!.modules.at(-1)!;
  assert.ok(isTooLarge(locals.code.functions[1]!));
  const branches = loaded(`def f(x):\n${lines(400, (i) => `x = x if x else ${i}`)}`)!.modules.at(-1)!;
  assert.equal(unitText(sourceOf(branches, branches.code.functions[1]!, undefined), {}), undefined);
});

const computing = `
def twice(x):
    return x + x

def work(n):
    total = 0
    for i in range(n):
        total += twice(i) % 7
    return total
`;

test("what a turn spends its time in is translated, and nothing else", () => {
  const evaluator = new Evaluator();
  const names = evaluator.evaluate("main.star", computing);
  const [work, twice] = [names.get("work"), names.get("twice")] as [StarlarkFunction, StarlarkFunction];
  for (let i = 0; i < 50; i++) evaluator.call(work, [100]);
  assert.equal(twice.hot.entry, null);
  assert.equal(work.hot.loops, null);
  assert.equal(evaluator.call(work, [100_000]), 299_998);
  assert.notEqual(twice.hot.entry, null);
  assert.equal([...work.hot.loops!.values()].filter(({ entry }) => entry !== null).length, 1);
});

test("never means never", () => {
  const evaluator = new Evaluator({ tier: "never" });
  const names = evaluator.evaluate("main.star", computing);
  const twice = names.get("twice") as StarlarkFunction;
  assert.equal(evaluator.call(names.get("work")!, [100_000]), 299_998);
  assert.equal(twice.hot.entry, null);
});

test("deep recursion goes on in the machine, up to the same limit", () => {
  const source = "def f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\n";
  for (const tier of ["never", "at-once"] as const) {
    const evaluator = new Evaluator({ tier, limits: { depth: 5000 } });
    const f = evaluator.evaluate("main.star", source).get("f")!;
    assert.equal(evaluator.call(f, [4999]), 4999);
    assert.throws(
      () => evaluator.call(f, [5000]),
      (error) => error instanceof EvaluationError && error.message.startsWith("more than 5,000 nested calls"),
    );
  }
});

test("where the host makes no code from text the machine computes everything", () => {
  const script = `
    import { Evaluator } from ${JSON.stringify(new URL("../run/evaluate.ts", import.meta.url).href)};
    const evaluator = new Evaluator({ tier: "at-once" });
    const names = evaluator.evaluate("main.star", ${JSON.stringify(computing)});
    console.log(evaluator.call(names.get("work"), [1000]), names.get("twice").hot.entry);
  `;
  const flags = ["--disallow-code-generation-from-strings", "--input-type=module", "-e", script];
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: "utf8" });
  assert.equal(stdout, "2998 null\n", stderr);
});
