import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Workplace } from "./command-line.ts";

const launcher = path.resolve(import.meta.dirname, "../../bin/autoflow.js");
const hasTerminals = spawnSync("script", ["--version"]).status === 0;
const skip = hasTerminals ? false : "no terminal: there is no script(1)";

test("entries from a pipe: values are shown, names stay, errors end nothing", async () => {
  await using place = new Workplace();
  const { status, stdout, stderr } = await place.runWithInput(
    'x = [1]\nx.append(2)\nx\nxyzzy\n1 // 0\nx[0] + _[1]\nprint("said")\nwhile x:\n  x = x[1:]\n\nx\ndef f():\n  # a comment ends no block\n  return 7\nf()\nx = set([f()])\nx\n"open',
    "repl",
  );
  assert.equal(status, 0);
  assert.equal(stdout, "[1, 2]\n3\nsaid\n[]\n7\nset([7])\n");
  assert.equal(
    stderr,
    "<stdin>:1:1: undefined: xyzzy\nTraceback (most recent call last):\n  <stdin>:1:3: in <expr>\nError: floored division by zero\n<stdin>:1:1: unexpected newline in string\n",
  );
});

/** A session in a terminal. */
class Talk implements AsyncDisposable {
  readonly #place = new Workplace();
  readonly #child;
  #said = "";
  #seen = 0;

  constructor() {
    const command = `${process.execPath} ${launcher} repl`;
    this.#child = spawn("script", ["-qec", command, "/dev/null"], {
      env: { ...process.env, XDG_STATE_HOME: this.#place.folder, TERM: "xterm" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout.on("data", (chunk: Buffer) => (this.#said += String(chunk)));
  }

  get history(): string {
    const file = path.join(this.#place.folder, "autoflow/starlark-history");
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Types, and waits until something is answered after what was seen before. */
  async type(keys: string, answer: string): Promise<void> {
    this.#child.stdin.write(keys);
    await this.sees(answer);
  }

  async sees(text: string): Promise<void> {
    for (;;) {
      const at = this.#said.indexOf(text, this.#seen);
      if (at >= 0) {
        this.#seen = at + text.length;
        return;
      }
      const heard = new AbortController();
      const waiting = [
        once(this.#child.stdout, "data", { signal: heard.signal }).then(() => "data"),
        once(this.#child, "close", { signal: heard.signal }).then(() => "close"),
      ];
      const first = await Promise.race(waiting);
      heard.abort();
      await Promise.allSettled(waiting);
      if (first === "close") throw new Error(`it ended without ${JSON.stringify(text)}: ${this.#said}`);
    }
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode !== null) return this.#child.exitCode;
    return new Promise((resolve) => this.#child.once("close", resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill("SIGKILL");
    await this.ended();
    await this.#place[Symbol.asyncDispose]();
  }
}

test("with a person: prompts, blocks, completion, help, Ctrl-C and Ctrl-D", { skip }, async () => {
  await using talk = new Talk();
  await talk.sees(">>> ");
  await talk.type("numbers = [1]\r", ">>> ");
  await talk.type("numb\t", "numbers");
  await talk.type(".app\t", "end");
  await talk.type("(2)\r", ">>> ");
  await talk.type("numbers\r", "[1, 2]\r\n");
  await talk.type("def f():\r", "... ");
  await talk.type("  return 5\r", "... ");
  await talk.type("\r", ">>> ");
  await talk.type("f()\r", "5\r\n");
  await talk.type(":help\r", "Ctrl-D   ends");
  await talk.type(":names\r", "numbers");
  await talk.type("unfinished(\x03", ">>> ");
  await talk.type("while True: pass\r", "... ");
  await talk.type("\r", "\r\n");
  await talk.type("\x03", "interrupted");
  await talk.type("numbers\r", "[1, 2]\r\n");
  await talk.sees(">>> ");
  await talk.type("\x04", "\r\n");
  assert.equal(await talk.ended(), 0);
  assert.match(talk.history, /^numbers\n/);
  assert.match(talk.history, /return 5/);
});
