import type { Command } from "commander";
import { superset } from "../../languages/starlark/syntax/tree.ts";
import { readEntries, talk } from "../starlark/repl.ts";
import { openSession } from "../starlark/run-entry.ts";
import { inputIsTerminal, standardOutput, TerminalOutput } from "../starlark/terminal-output.ts";

/** autoflow repl: a session of Starlark, in the dialect of AutoFlow's scripts. */
export function configureRepl(command: Command): void {
  command
    .description(
      "Try Starlark out, line by line: values are shown, names stay, Tab completes, Ctrl-C stops what runs, Ctrl-D ends. Nothing of AutoFlow is there to wait for.",
    )
    .addHelpText("after", "\nIn it, :help tells what else there is. Standard input may also be a file or a pipe.")
    .action(runRepl);
}

async function runRepl(): Promise<void> {
  const output = new TerminalOutput();
  const session = openSession(superset, output, standardOutput);
  try {
    if (!inputIsTerminal()) return await readEntries(session, output);
    output.line(standardOutput, "Starlark as AutoFlow runs it. :help helps, Ctrl-D ends.");
    await talk(session, output);
  } finally {
    output.flush();
  }
}
