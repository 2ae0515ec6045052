/** `autoflow starlark` beside starlark-go's command: the same output, errors and exit codes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { findStarlarkGo } from "../support/starlark-go.ts";
import { Workplace } from "./command-line.ts";

const found = findStarlarkGo();
const skip = "missing" in found ? `no starlark-go: ${found.missing}` : false;

const files: Record<string, string> = {
  "good.star":
    'load("lib/names.star", "a", b = "c")\nprint(a, b, sorted([3, 1, 2], key = lambda x: -x))\n_hidden = 1\nshown = {"x": [a]}\n',
  "lib/names.star": 'print("names are loaded")\na = 1\nc = "see"\n',
  "late.star": 'print("before")\nload("lib/names.star", "a")\nprint("after", a)\n',
  "missing.star": 'print("before")\nload("none.star", "a")\n',
  "folder.star": 'load("lib", "a")\n',
  "broken-load.star": 'load("syntax.star", "a")\n',
  "failing-load.star": 'load("failing.star", "a")\n',
  "absent-name.star": 'load("lib/names.star", "d")\n',
  "private-name.star": 'load("good.star", "_hidden")\n',
  "circle.star": 'load("circle.star", "a")\n',
  "syntax.star": "x = )\ny = (\n",
  "undefined.star": "x = y\nz = w\n",
  "misspelt.star": "x = Tru\n",
  "misspelt-global.star": "counter = 1\ndef f(number):\n    return numbr\nprint(countr)\n",
  "misspelt-local.star": "def f(number):\n    return numbr\n",
  "failing.star": 'def f(x):\n    return g(x)\n\ndef g(x):\n    fail("oops", x)\n\nf(1)\na = 1\n',
  "builtin.star": "def f(x):\n    return x.nothing\n\nsorted([1], key = f)\n",
  "recursion.star": "def f(x):\n    return f(x - 1) if x else 0\n\nprint(f(3))\n",
  "while.star": "def f():\n    i = 0\n    while i < 3:\n        i += 1\n    return i\n\nprint(f())\n",
  "control.star": "x = 1\nx = 2\nfor i in range(3):\n    print(i)\nif x:\n    print(x)\n",
  "sets.star": "print(set([1, 2]) | set([3]))\n",
  "modules.star": 'print(json.encode({"a": [1, 2.5, None]}), math.floor(2.5), time.parse_duration("1h30m"))\n',
  "bytes.star": 'print("é"[0:1], b"\\xff", "\\U0001F600")\n',
  "empty.star": "",
  "deep.star": "def f(x):\n    return 0 if x == 0 else 1 + f(x - 1)\n\nprint(f(5000))\n",
};

const inputs: Record<string, string> = {
  values: '1 + 1\nx = [1]\nx\nx.append(2)\nx; 3\n_\n"a\\nb"\nNone\n_\nprint("said")\n',
  blocks: "def f():\n  return 3\n\nf()\nif x: pass\n\ni = 0\nfor i in range(2):\n  print(i)\n\ni\n",
  lines: 'x = [1,\n\n2]\nx\n"""a\n\nb"""\ny = \\\n5\ny\n# only a comment\n\n  \n1;\n',
  problems: "foo\n1/0\n1 2\nx = 1 2\n3 $\n  x = 1\nx = 1; y = 1 // 0; z = 2\nx\nz\n)\n",
  names: "x = 1\nx += 1\nx\ndef f():\n  return x\n\nx = 5\nf()\nlen = 3\nlen\n_ + 1\n",
  loads: 'load("lib/names.star", "a")\na\na = 2\na\nload("none.star", "b")\n',
  unfinished: "1\n(\n",
  "without a last line end": "1 + 1",
};

const everything = ["-recursion", "-globalreassign"];
const commands: { args: string[]; input?: string }[] = [
  ...Object.keys(files).map((file) => ({ args: [file] })),
  ...Object.keys(files).map((file) => ({ args: [...everything, "-showenv", file] })),
  ...Object.values(inputs).map((input) => ({ args: ["-globalreassign"], input })),
  { args: ["-c", "print(1)"] },
  { args: ["-c=print(1)"] },
  { args: ["-c", "x = 1 / 0"] },
  { args: ["-c", "print(1)", "-c", "print(2)"] },
  { args: ["-c", "print(1)", "good.star"] },
  { args: ["-c", ""], input: "1\n" },
  { args: ["--showenv", "-c", 'a = "s"; load("lib/names.star", c = "a")'] },
  { args: ["--recursion=true", "recursion.star"] },
  { args: ["-recursion=false", "recursion.star"] },
  { args: ["-globalreassign", "-globalreassign=0", "control.star"] },
  { args: ["-set=false", "sets.star"] },
  { args: ["-set", "-float", "-lambda", "sets.star"] },
  { args: ["--", "sets.star"] },
  { args: ["none.star"] },
  { args: ["lib"] },
  { args: ["lib/names.star/x"] },
  { args: [""] },
  { args: ["good.star", "sets.star"] },
  { args: ["good.star", "-recursion"] },
];

test("files, programs and input give what starlark-go gives", { skip }, async () => {
  await using place = new Workplace();
  for (const [file, text] of Object.entries(files)) place.write(file, text);
  for (const { args, input = "" } of commands) {
    const { status, stdout, stderr } = spawnSync("file" in found ? found.file : "", args, {
      cwd: place.folder,
      encoding: "utf8",
      input,
    });
    const ours = await place.runWithInput(input, "starlark", ...args);
    assert.deepEqual(ours, { status, stdout, stderr }, `${args.join(" ")}\n${input}`);
  }
});

test("wrong flags: exit code 2, what is wrong, and the usage", async () => {
  await using place = new Workplace();
  const wrong: [string[], string][] = [
    [["-none"], "flag provided but not defined: -none"],
    [["-c"], "flag needs an argument: -c"],
    [["-recursion=maybe"], 'invalid boolean value "maybe" for -recursion: parse error'],
    [["---recursion"], "bad flag syntax: ---recursion"],
  ];
  for (const [args, said] of wrong) {
    const { status, stdout, stderr } = await place.run("starlark", ...args);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.ok(stderr.startsWith(`${said}\nUsage of autoflow starlark:\n`), stderr);
  }
});

test("help: that of all commands, and the flags as starlark-go shows them", async () => {
  await using place = new Workplace();
  const { status, stdout } = await place.run("starlark", "--help");
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: autoflow starlark \[flags\] \[file\]\n/);
  const asInGo = await place.run("starlark", "-help");
  assert.deepEqual([asInGo.status, asInGo.stdout], [0, ""]);
  assert.match(asInGo.stderr, /^Usage of autoflow starlark:\n {2}-c program\n/);
});

test("flags of its own: one for each part of the dialect", async () => {
  await using place = new Workplace();
  place.write("while.star", files["while.star"]!);
  place.write("control.star", "x = 1\nfor i in range(2):\n    print(i)\n");
  place.write("all.star", "x = 1\nx = 2\nwhile x:\n    x -= 1\nprint(x)\n");
  assert.equal((await place.run("starlark", "--while", "while.star")).stderr, "3\n");
  assert.equal((await place.run("starlark", "--toplevelcontrol", "control.star")).stderr, "0\n1\n");
  assert.equal((await place.run("starlark", "--superset", "all.star")).stderr, "0\n");
  assert.equal((await place.run("starlark", "all.star")).status, 1);
});

test("a line that ends a block is not lost, as it is in starlark-go", async () => {
  await using place = new Workplace();
  const { stdout } = await place.runWithInput("def f():\n  return 1\nf()\nf() + 1\n", "starlark");
  assert.equal(stdout, "1\n2\n");
});

test("an endless program ends with the signal", async () => {
  await using place = new Workplace();
  const running = place.start("starlark", "--superset", "-c", 'print("on")\nwhile True: pass');
  await running.says("on");
  running.process.kill("SIGTERM");
  assert.notEqual((await running.ended).status, 0);
});
