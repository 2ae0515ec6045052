/** Entries from standard input: each is evaluated when it is complete, and its value is shown. Errors end nothing. */
import { createInterface, type Interface } from "node:readline";
import type { Session } from "../../languages/starlark/run/session.ts";
import { repr } from "../../languages/starlark/values/print.ts";
import { complete } from "./completion.ts";
import { EntryText } from "./entry-text.ts";
import { readHistory, writeHistory } from "./history.ts";
import { finish, shownError, uncounted } from "./run-entry.ts";
import { standardError, standardOutput, type TerminalOutput } from "./terminal-output.ts";

const prompt = ">>> ";
const promptWithin = "... ";

const help = `An entry is evaluated when it is complete; a def, if, for or while is complete with an empty line.
The value of an expression is shown, and is _ from then on.

  Tab      completes names, and attributes of values
  Ctrl-C   forgets what is typed, or stops what runs
  Ctrl-D   ends
  :help    shows this
  :names   shows the names that entries bound
  :quit    ends`;

/** Evaluates the lines of standard input until they end. */
export async function readEntries(session: Session, output: TerminalOutput): Promise<void> {
  const entry = new EntryText();
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    for (const text of entry.add(line)) await evaluate(session, text, output);
  }
  for (const text of entry.end()) await evaluate(session, text, output);
}

/** As `readEntries`, with a person: with prompts, a history, completion, and Ctrl-C for what takes too long. */
export async function talk(session: Session, output: TerminalOutput): Promise<void> {
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt,
    history: readHistory(),
    historySize: 1000,
    removeHistoryDuplicates: true,
    completer: (line: string) => complete(session, line),
  });
  terminal.on("history", writeHistory);
  await new Conversation(session, output, terminal).run();
}

class Conversation {
  readonly #session: Session;
  readonly #output: TerminalOutput;
  readonly #terminal: Interface;
  readonly #entry = new EntryText();
  #isStopped = false;
  #isRunning = false;

  constructor(session: Session, output: TerminalOutput, terminal: Interface) {
    this.#session = session;
    this.#output = output;
    this.#terminal = terminal;
    terminal.on("SIGINT", () => this.#interrupt());
  }

  async run(): Promise<void> {
    this.#prompt();
    for await (const line of this.#terminal) {
      if (!this.#entry.isOpen && line.startsWith(":")) {
        if (!this.#command(line.trim())) break;
      } else await this.#evaluateLine(line);
      this.#prompt();
    }
    this.#output.line(standardOutput, "");
    this.#output.flush();
    this.#terminal.close();
  }

  async #evaluateLine(line: string): Promise<void> {
    for (const text of this.#entry.add(line)) {
      this.#isStopped = false;
      this.#isRunning = true;
      await evaluate(this.#session, text, this.#output, () => this.#isStopped);
      this.#isRunning = false;
    }
  }

  /** Answers whether there is more to come. */
  #command(command: string): boolean {
    if (command === ":quit" || command === ":q") return false;
    const names = [...this.#session.globals.keys()].join("\n");
    this.#output.line(standardOutput, command === ":names" ? names : help);
    return true;
  }

  #prompt(): void {
    this.#output.flush();
    this.#terminal.setPrompt(this.#entry.isOpen ? promptWithin : prompt);
    this.#terminal.prompt();
  }

  #interrupt(): void {
    this.#isStopped = true;
    if (this.#isRunning) return;
    this.#entry.clear();
    this.#output.line(standardOutput, "");
    this.#terminal.write("", { ctrl: true, name: "u" });
    this.#prompt();
  }
}

async function evaluate(
  session: Session,
  text: string,
  output: TerminalOutput,
  isStopped: () => boolean = () => false,
): Promise<void> {
  try {
    const entered = await finish(session.enter(text), output, isStopped);
    if (entered === undefined) output.line(standardError, "interrupted");
    else if (entered.value !== undefined && entered.value !== null) {
      output.line(standardOutput, repr(uncounted, entered.value));
    }
  } catch (error) {
    output.line(standardError, shownError(error));
  }
}
