import assert from "node:assert/strict";
import { test } from "node:test";
import { superset } from "../syntax/tree.ts";
import { repr } from "../values/print.ts";
import { CountingThread } from "../library/counting-thread.ts";
import { ProgramError, Session, Unreadable, type Entered, type Entry } from "./session.ts";

const limits = { stepsPerTurn: 1_000_000, memoryBytes: 2 ** 24, depth: 100 };

/** A session that reads `files`, and what it printed. */
function sessionWith(files: Record<string, string> = {}) {
  const printed: string[] = [];
  const session = new Session({
    dialect: superset,
    limits,
    print: (line) => printed.push(line),
    read: (path) => {
      const text = files[path];
      if (text === undefined) throw new Unreadable(`open ${path}: no such file or directory`);
      return text;
    },
    now: () => 0,
  });
  return { session, printed };
}

function finished(entry: Entry): Entered {
  for (;;) {
    const entered = entry.step(1000);
    if (entered !== "running") return entered;
  }
}

function valueOf(session: Session, source: string): string | undefined {
  const { value } = finished(session.enter(source));
  return value === undefined ? undefined : repr(new CountingThread(), value);
}

function failureOf(run: () => unknown): ProgramError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof ProgramError);
    return error;
  }
  throw new Error("it did not fail");
}

test("entries share names, and what they made stays mutable", () => {
  const { session } = sessionWith();
  assert.equal(valueOf(session, "x = [1]\n"), undefined);
  assert.equal(valueOf(session, "x.append(2)\n"), "None");
  assert.equal(valueOf(session, "x + [len(_) if _ else 0]\n"), "[1, 2, 0]");
  assert.equal(valueOf(session, "x = x[1:] ; y = 3\n"), undefined);
  assert.equal(valueOf(session, "x, y\n"), "([2], 3)");
  assert.equal(valueOf(session, "while x: x = x[1:]\n"), undefined);
  assert.equal(valueOf(session, "x\n"), "[]");
  assert.deepEqual([...session.globals.keys()].toSorted(), ["_", "x", "y"]);
});

test("a name may shadow one of the language, and functions keep the globals of their entry", () => {
  const { session } = sessionWith();
  finished(session.enter("n = 1\ndef f(): return n\n"));
  finished(session.enter("n = 2\n"));
  assert.equal(valueOf(session, "f(), n\n"), "(1, 2)");
  finished(session.enter("len = None\n"));
  assert.equal(valueOf(session, "len\n"), "None");
});

test("what was bound before an error stays", () => {
  const { session } = sessionWith();
  const { shown } = failureOf(() => finished(session.enter("a = 1; b = 1 // 0; c = 3\n")));
  assert.equal(
    shown,
    "Traceback (most recent call last):\n  <stdin>:1:14: in <toplevel>\nError: floored division by zero",
  );
  assert.deepEqual([...session.globals.keys()], ["a"]);
  assert.equal(failureOf(() => session.enter("1 2\n")).shown, "<stdin>:1:4: invalid syntax");
});

test("a file is loaded when its load statement is reached, once, and is frozen", () => {
  const { session, printed } = sessionWith({ "lib.star": 'print("lib")\nlist = [1]\n' });
  const { names } = finished(
    session.startFile(
      "main.star",
      'print("main")\nload("lib.star", "list")\ny = len(list)\nload("lib.star", l = "list")\n',
    ),
  );
  assert.deepEqual(printed, ["main", "lib"]);
  assert.deepEqual([...names], [["y", 1]]);
  assert.equal(session.globals.size, 0);
  finished(session.enter('load("lib.star", "list")\n'));
  assert.match(failureOf(() => finished(session.enter("list.append(1)\n"))).message, /frozen/);
});

test("a file that cannot be loaded: why, each time", () => {
  const { session } = sessionWith({
    "a.star": 'load("b.star", "x")\n',
    "b.star": 'load("a.star", "x")\n',
    "c.star": "x = )",
  });
  const why = (path: string) => failureOf(() => finished(session.enter(`load("${path}", "x")\n`))).message;
  assert.equal(why("none.star"), "cannot load none.star: open none.star: no such file or directory");
  assert.equal(why("none.star"), "cannot load none.star: open none.star: no such file or directory");
  assert.equal(why("c.star"), "cannot load c.star: c.star:1:5: unexpected ')'");
  assert.equal(why("a.star"), "cannot load a.star: cannot load b.star: cannot load a.star: cycle in load graph");
});

test("limits hold", () => {
  const { session } = sessionWith();
  assert.match(failureOf(() => finished(session.enter("while True: pass\n"))).shown, /steps/);
  assert.match(failureOf(() => finished(session.enter("x = [0] * (1 << 28)\n"))).shown, /memory/);
});
