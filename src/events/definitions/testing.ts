/** What the tests of the sources share. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DefinitionSources } from "../../core/definition.ts";
import type { Clock, Log } from "../../core/ports.ts";
import type { DefinitionLanguage } from "./definition-language.ts";
import { type DefinitionSink, scriptPath } from "./definition-source.ts";

/** A language whose files name what they load in lines such as `load lib/a.star`. */
const loadLines = {
  language: "lines",
  dependencies: (_path: string, text: string) => Array.from(text.matchAll(/^load (.+)$/gm), (match) => match[1]!),
};

/** It has the script at its usual place. */
export const linesAtScript: DefinitionLanguage = { program: loadLines, fixed: scriptPath };

/**
 * Another language: its definitions are `*.flow.txt`, and in other `*.txt` each line "flow NAME", beside which is a file
 * NAME.part with the text of all lines "part TEXT".
 */
export const flows: DefinitionLanguage = {
  program: { ...loadLines, language: "flows" },
  claims: (file) => file.endsWith(".flow.txt") || (file.endsWith(".txt") && "perhaps"),
  isPart: (text) => /^(flow|part) /m.test(text),
  unpack: (parts) => {
    const all = [...parts.values()].join("\n");
    const part = Array.from(all.matchAll(/^part (.*)$/gm), (match) => match[1]).join(" ");
    const definitions = [...parts].flatMap(([file, text]) =>
      Array.from(text.matchAll(/^flow (.*)$/gm), ([line, name]) => ({
        entry: `${file}#${name}`,
        files: new Map([
          [`${file}#${name}`, `${line}\nload ${name}.part`],
          [`${name}.part`, part],
        ]),
      })),
    );
    return { definitions, problems: part === "" ? [] : [`parts: ${part}`] };
  },
};

/** A folder that is removed at the end, with files in it. */
export async function temporaryFolder(files: Record<string, string> = {}) {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "autoflow-")));
  const write = async (name: string, text: string) => {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return {
    folder,
    write,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Keeps what a source hands over; `next` resolves with the next hand-over, or with one that nobody has asked for yet. */
export class CollectingSink implements DefinitionSink {
  readonly #unread: string[] = [];
  #reader: ((change: string) => void) | undefined;
  puts: DefinitionSources[] = [];
  /** What the next hand-over fails with. */
  failure: Error | undefined;

  async put(definition: DefinitionSources): Promise<boolean> {
    this.#failOnce();
    this.puts.push(definition);
    this.#tell(`put ${definition.sources.files.get(definition.sources.entry)}`);
    return Promise.resolve(true);
  }

  /** Told of only when something that was put has gone, or there is nothing at all. */
  async retain(project: string, paths: readonly string[]): Promise<void> {
    this.#failOnce();
    const hasGone = this.puts.some(({ sources }) => !paths.includes(sources.entry));
    if (hasGone || paths.length === 0) this.#tell(`${project} has ${paths.join(", ") || "nothing"}`);
    return Promise.resolve();
  }

  get unread(): readonly string[] {
    return this.#unread;
  }

  get last(): DefinitionSources | undefined {
    return this.puts.at(-1);
  }

  next(): Promise<string> {
    const change = this.#unread.shift();
    return change === undefined ? new Promise((resolve) => (this.#reader = resolve)) : Promise.resolve(change);
  }

  /** Reads on until this change; a file may be met half written. */
  async until(change: string): Promise<void> {
    while ((await this.next()) !== change);
  }

  #failOnce(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #tell(change: string): void {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader === undefined) this.#unread.push(change);
    else reader(change);
  }
}

/** The machine's clock, except that no timer waits longer than 20 ms. */
export const hastyClock: Clock = {
  now: () => Date.now(),
  setTimer: (delayMs, callback) => {
    const handle = setTimeout(callback, Math.min(delayMs, 20));
    return { cancel: () => clearTimeout(handle) };
  },
};

/** A clock whose timers the test fires; time stands still until it does. */
export class HandClock implements Clock {
  #now = 1_793_000_000_000;
  /** Delays of the timers that wait, in ms. */
  readonly timers = new Map<() => void, number>();

  now(): number {
    return this.#now;
  }

  setTimer(delayMs: number, callback: () => void): { cancel(): void } {
    const fire = () => callback();
    this.timers.set(fire, delayMs);
    return { cancel: () => this.timers.delete(fire) };
  }

  /** Fires every timer that waits. */
  fire(): void {
    for (const [callback, delayMs] of Array.from(this.timers)) {
      this.timers.delete(callback);
      this.#now += delayMs;
      callback();
    }
  }
}

/** Keeps messages by level: "warn: …". */
export class CollectingLog implements Log {
  readonly lines: string[] = [];
  debug(message: string): void {
    this.lines.push(`debug: ${message}`);
  }
  info(message: string): void {
    this.lines.push(`info: ${message}`);
  }
  warn(message: string, fields?: Record<string, unknown>): void {
    this.lines.push(`warn: ${message}: ${String(fields?.["error"])}`);
  }
  error(message: string): void {
    this.lines.push(`error: ${message}`);
  }
}
