import assert from "node:assert/strict";
import { test } from "node:test";
import type { MissingFile } from "../../../core/program.ts";
import { starlark } from "../program.ts";
import { compileResult, compileScript, play } from "../testing/virtual-run.ts";
import { toText } from "../values/text.ts";
import { Evaluator } from "./evaluate.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { LoadedStarlark } from "./loaded-image.ts";

const handler = 'def h(w, ev):\n    pass\non_event(type="x", handler=h)\n';

/** The problems of a handlers script whose first file is the entry, as "file:line:col: message". */
function problemsOf(files: Record<string, string>, missing?: Record<string, MissingFile>): string[] {
  const sources = {
    entry: Object.keys(files)[0]!,
    files: new Map(Object.entries(files)),
    ...(missing !== undefined && { missing: new Map(Object.entries(missing)) }),
  };
  const result = starlark.compile(sources, "handlers").step(10_000_000);
  assert.ok(result !== "running");
  const errors = result.diagnostics.filter(({ severity }) => severity === "error");
  return errors.map(({ message, where }) => `${where.file}:${where.line}:${where.column}: ${message}`);
}

/** What the top level prints. */
function printed(files: Record<string, string>): string[] {
  const { diagnostics, output } = compileResult(files);
  assert.deepEqual(
    diagnostics.filter(({ severity }) => severity === "error"),
    [],
  );
  return output;
}

test("a file is evaluated once, however often and by whichever spelling it is loaded", () => {
  const files = {
    "dir/main.star":
      'load("lib.star", "a")\nload("//dir:lib.star", b = "a")\nload(":lib.star", c = "a")\nload("../two.star", "d")\nprint(a == b, a == c, a == d)\n',
    "dir/lib.star": 'print("evaluated")\na = [1]\n',
    "two.star": 'load("//dir/lib.star", "a")\nd = a\n',
  };
  assert.deepEqual(printed(files), ["evaluated", "True True True"]);
});

test("files of other projects load within their project, at their ref; two refs are two modules", () => {
  const files = {
    "main.star":
      'load("@g/lib//a.star@v1", "name")\nload("@g/lib//a.star@v2", other = "name")\nload("x.star", "own")\nprint(name, other, own)\n',
    "x.star": 'own = "mine"\n',
    "@g/lib//a.star@v1":
      'load("x.star", "x")\nload("//sub/y.star", "y")\nload("z.json", "data")\nname = x + y + data\n',
    "@g/lib//z.json@v1": '"!"',
    "@g/lib//x.star@v1": 'x = "one"\n',
    "@g/lib//sub/y.star@v1": 'load("../x.star", "x")\ny = "/" + x\n',
    "@g/lib//a.star@v2": 'name = "two"\n',
  };
  assert.deepEqual(printed(files), ["one/one! two mine"]);
  assert.deepEqual(starlark.dependencies("main.star", files["main.star"]), [
    "@g/lib//a.star@v1",
    "@g/lib//a.star@v2",
    "x.star",
  ]);
  assert.deepEqual(starlark.dependencies("@g/lib//a.star@v1", files["@g/lib//a.star@v1"]), [
    "@g/lib//x.star@v1",
    "@g/lib//sub/y.star@v1",
    "@g/lib//z.json@v1",
  ]);
  assert.deepEqual(starlark.dependencies("@g/lib//z.json@v1", 'load("x.star", "x")'), []);
});

test("an image holds all that it was made of, and runs without the sources", () => {
  const image = compileScript({
    "main.star":
      'load("@autoflow//strings.star", "strings")\nload("@g/lib//a.star@v1", "f")\nload("größe.json", "data")\n' +
      'def h(w, ev):\n    print(strings.plural(f(), "reply", "replies"), data)\non_event(type="x", handler=h)\n',
    "@g/lib//a.star@v1": "def f():\n    return 2\n",
    "größe.json": '{"ß": [1, 1.0]}',
    "unused.star": "",
  });
  assert.ok(image instanceof LoadedStarlark);
  assert.deepEqual(
    image.content.sources.map(({ path }) => path),
    ["@autoflow//strings.star", "@g/lib//a.star@v1", "größe.json", "main.star"],
  );
  const { effects } = play(image).turns[0]!;
  assert.deepEqual(
    effects.map((effect) => effect.kind === "log" && effect.message),
    ['2 replies {"ß": [1, 1.0]}'],
  );
});

test("a cycle is spelled out, with the place of every load in it", () => {
  assert.deepEqual(
    problemsOf({
      "main.star": 'load("a.star", "a")\n',
      "a.star": '\nload("b.star", "b")\n',
      "b.star": 'load(\n    "//a.star", "a")\nb = 1\n',
    }),
    ["b.star:2:5: load: cycle: a.star:2:6 loads b.star, b.star:2:5 loads a.star"],
  );
  assert.deepEqual(problemsOf({ "a.star": 'load("a.star", "a")\n' }), [
    "a.star:1:6: load: cycle: a.star:1:6 loads a.star",
  ]);
});

test("a name that a module does not have is told where it stands, all of them at once", () => {
  const lib = 'load("b.star", "hidden")\ncolour = 1\n_private = 2\n';
  assert.deepEqual(
    problemsOf({
      "main.star": 'load("lib.star", "color",\n    x = "hidden")\n',
      "lib.star": lib,
      "b.star": "hidden = 1\n",
    }),
    [
      "main.star:1:19: load: name color not found in module lib.star (did you mean colour?)",
      "main.star:2:10: load: name hidden not found in module lib.star",
    ],
  );
  assert.deepEqual(problemsOf({ "main.star": 'load("lib.star", "_private")\n', "lib.star": "_private = 2\n" }), [
    "main.star:1:19: load: names with leading underscores are not exported: _private",
  ]);
});

test("a name that is never bound is found missing when it is loaded", () => {
  const [problem] = problemsOf({
    "main.star": 'load("lib.star", "x")\n',
    "lib.star": "if False:\n    x = 1\n",
  });
  assert.equal(problem, "main.star:1:1: load: name x not found in module lib.star");
});

test("load stands at the top level, and binds a name once", () => {
  const where = 'def f():\n    load("lib.star", "x")\nif True:\n    load("lib.star", "x")\n';
  const problems = problemsOf({ "main.star": where, "lib.star": "x = 1\n" });
  assert.match(problems.join("\n"), /main\.star:2:5: load statement within a function/);
  assert.match(problems.join("\n"), /main\.star:4:5: load statement within a conditional/);
});

test("a file that is not there: what is near, and why it could not be had", () => {
  const main = { "main.star": 'load("lib/dats.star", "x")\n' };
  assert.deepEqual(problemsOf(main, { "lib/dats.star": { siblings: ["dates.star", "zones.star"] } }), [
    "main.star:1:6: load: there is no file lib/dats.star (did you mean lib/dates.star?)",
  ]);
  assert.deepEqual(problemsOf(main, { "lib/dats.star": { reason: "it is not UTF-8 text" } }), [
    "main.star:1:6: load: lib/dats.star: it is not UTF-8 text",
  ]);
  const foreign = { "main.star": 'load("@g/p//lib/dats.star@a/b", "x")\n' };
  assert.deepEqual(problemsOf(foreign, { "@g/p//lib/dats.star@a/b": { siblings: ["dates.star"] } }), [
    "main.star:1:6: load: there is no file @g/p//lib/dats.star@a/b (did you mean lib/dates.star?)",
  ]);
  assert.deepEqual(problemsOf({ "main.star": 'load("@autoflow//asert.star", "x")\n' }), [
    "main.star:1:6: load: the library has no file @autoflow//asert.star (did you mean @autoflow//assert.star?)",
  ]);
  assert.deepEqual(
    problemsOf({ "main.star": 'load("nosuch.star", "x")\n' }, { "nosuch.star": { siblings: ["a.star"] } }),
    ["main.star:1:6: load: there is no file nosuch.star"],
  );
  const [unlike] = problemsOf({ "main.star": 'load("@autoflow//nosuch.star", "x")\n' });
  assert.match(
    unlike!,
    /: load: the library has no file @autoflow\/\/nosuch.star; it has assert.star, collections.star, /,
  );
});

test("nobody can slip in a file of the library", () => {
  const files = {
    "main.star": 'load("@autoflow//types.star", "types")\nprint(types.is_int(1))\n',
    "@autoflow//types.star": "types = None\n",
  };
  assert.deepEqual(printed(files), ["True"]);
});

test("the number of files is bounded", () => {
  const chain = (length: number) =>
    Object.fromEntries(
      Array.from({ length }, (_, i) => {
        const load = i + 1 < length ? `load("f${i + 1}.star", "x${i + 1}")\n` : "";
        return [`f${i}.star`, `${load}x${i} = 1\n`];
      }),
    );
  assert.deepEqual(problemsOf(chain(256)), []);
  assert.deepEqual(problemsOf(chain(300)), [
    "f255.star:1:6: load: more than 256 files, or 4 Mi characters, are loaded",
  ]);
});

test("data files are frozen values, named data or as their ending", () => {
  const files = {
    "main.star": `
load("a.json", "data")
load("a.json", "json")
load("b.yaml", b = "data")
load("c.yml", "yml")
load("d.txt", text = "data")
load("e.md", "md")
print(data, data == json, b, yml, repr(text), md)
def h(w, ev):
    w.sleep(seconds = 1)
    data.append(1)
on_event(type = "x", handler = h)
`,
    "a.json": "[1, 1.0, 123456789012345678901234567890]",
    "b.yaml": "on: [0o17, 0x1f, 1e2, 12345678901234567890, 2001-01-01, ~, true]\n",
    "c.yml": "",
    "d.txt": 'load("x", "y")\r\n',
    "e.md": "# é",
  };
  assert.deepEqual(printed(files), [
    '[1, 1.0, 123456789012345678901234567890] True {"on": [15, 31, 100.0, 12345678901234567890, "2001-01-01", None, True]} None "load(\\"x\\", \\"y\\")\\r\\n" # é',
  ]);
  assert.deepEqual(starlark.dependencies("d.txt", files["d.txt"]), []);
  const image = compileScript(files);
  const { turns } = play(image);
  const outcome = turns.at(-1)!.outcome!;
  assert.match(outcome.kind === "failed" ? outcome.error.message : "", /append: cannot append to frozen list/);
});

test("data files have no other names", () => {
  assert.deepEqual(problemsOf({ "main.star": 'load("a.json", "config")\n', "a.json": "1" }), [
    "main.star:1:17: load: name config not found in module a.json (the value of a data file is named data)",
  ]);
});

test("a malformed data file is told with the place in it", () => {
  const inMain = (name: string, text: string) =>
    problemsOf({ "main.star": `load("${name}", "data")\n${handler}`, [name]: text });
  assert.deepEqual(inMain("a.json", '{\n  "é": 1,\n  "b": }\n'), [
    "a.json:3:8: not valid JSON: unexpected character '}'",
  ]);
  assert.deepEqual(inMain("a.yaml", "a: 1\nb: 2\na: 3\n"), ["a.yaml:3:1: not valid YAML: this key is there twice"]);
  const digits = "9".repeat(100_000);
  assert.match(inMain("a.json", `\n${digits}`)[0]!, /^a\.json:1:1: int too large/);
  assert.match(inMain("a.yaml", `- 1\n- ${digits}`)[0]!, /^a\.yaml:2:3: not valid YAML: int too large/);
  assert.match(inMain("a.yaml", "a: [1,\nb: 2\n")[0]!, /^a\.yaml:\d:\d: not valid YAML: /);
  assert.match(
    inMain("a.txt", "x".repeat(1024 * 1024 + 1))[0]!,
    /^a\.txt:1:1: too large: .* at most 1024 Ki characters/,
  );
});

test("data is limited by the memory that a script may use", () => {
  const files = new Map([
    ["main.star", `load("a.json", "data")\n${handler}`],
    ["a.json", `[${"[],".repeat(100_000)}[]]`],
  ]);
  const result = starlark.compile({ entry: "main.star", files }, "handlers", { memoryBytes: 1e6 }).step(1e9);
  assert.ok(result !== "running");
  assert.match(result.diagnostics[0]!.message, /^a\.json: live values take more than 977 KiB of memory/);
});

test("an embedder supplies files; the library and data files work as in AutoFlow", () => {
  const files: Record<string, string> = {
    "lib/é.star": 'load("x.json", "data")\nx = data\n',
    "lib/x.json": '{"a": [1]}',
    "@g/p//x.star@v1": "y = 2\n",
  };
  const asked: string[] = [];
  const printed: string[] = [];
  const evaluator = new Evaluator({
    load: (path) => {
      asked.push(path);
      return files[path];
    },
    print: (line) => printed.push(line),
  });
  evaluator.evaluate(
    "main.star",
    'load("//lib:é.star", "x")\nload("@g/p//x.star@v1", "y")\nload("@autoflow//paths.star", "paths")\nprint(x, y, paths.join("a", "b"))\n',
  );
  assert.deepEqual(printed, ['{"a": [1]} 2 a/b']);
  assert.deepEqual(asked, ["lib/é.star", "lib/x.json", "@g/p//x.star@v1"]);
  files["lib/x.json"] = "[1, }";
  assert.throws(
    () => evaluator.evaluate("main.star", 'load("lib/x.json", "data")\n'),
    (error) => {
      assert.ok(error instanceof EvaluationError);
      assert.deepEqual(error.where, { file: "lib/x.json", line: 1, column: 5 });
      return toText(error.message) === "not valid JSON: unexpected character '}'";
    },
  );
});
