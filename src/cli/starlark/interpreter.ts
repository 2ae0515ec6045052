/** `autoflow starlark`: programs as the reference interpreter runs them. Its output, exit codes and errors are that one's. */
import { repr } from "../../languages/starlark/values/print.ts";
import { fromText } from "../../languages/starlark/values/text.ts";
import type { Value } from "../../languages/starlark/values/value.ts";
import { flags, readArguments, WrongArguments, type StarlarkArguments } from "./arguments.ts";
import { finish, openSession, readSource, shownError, uncounted } from "./run-entry.ts";
import { inputIsTerminal, standardError, TerminalOutput } from "./terminal-output.ts";

/** Runs what the arguments say and answers the exit code: 1 for a program that fails, 2 for wrong arguments. */
export async function runStarlark(words: readonly string[]): Promise<number> {
  const output = new TerminalOutput();
  try {
    return await run(readArguments(words), output);
  } catch (error) {
    if (!(error instanceof WrongArguments)) throw error;
    const { message } = error;
    for (const line of message === "" ? usage() : [message, ...usage()]) output.line(standardError, fromText(line));
    return message === "" ? 0 : 2;
  } finally {
    output.flush();
  }
}

async function run(given: StarlarkArguments, output: TerminalOutput): Promise<number> {
  const { dialect, program, files, showsGlobals } = given;
  const [file] = files;
  const session = openSession(dialect, output);
  let globals: ReadonlyMap<string, Value> = session.globals;
  if (program === undefined && file === undefined) {
    const { readEntries, talk } = await import("./repl.ts");
    await (inputIsTerminal() ? talk : readEntries)(session, output);
  } else if (program === undefined && files.length > 1) {
    output.line(standardError, "starlark: want at most one Starlark file name");
    return 1;
  } else {
    try {
      const source = program ?? readSource(file!);
      const entered = await finish(session.startFile(program === undefined ? file! : "cmdline", source), output);
      globals = entered!.names;
    } catch (error) {
      output.line(standardError, shownError(error));
      return 1;
    }
  }
  if (showsGlobals) showGlobals(globals, output);
  return 0;
}

function showGlobals(globals: ReadonlyMap<string, Value>, output: TerminalOutput): void {
  const names = [...globals.keys()].filter((name) => !name.startsWith("_")).toSorted();
  for (const name of names) output.line(standardError, `${name} = ${repr(uncounted, globals.get(name)!)}`);
}

function usage(): string[] {
  const lines = flags.flatMap(({ name, value, help }) => [
    `  -${name}${value === undefined ? "" : ` ${value}`}`,
    `    \t${help}`,
  ]);
  return ["Usage of autoflow starlark:", ...lines];
}
