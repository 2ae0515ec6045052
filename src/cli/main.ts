/** The command line: finds the command, loads its file and no other, and turns what it throws into an exit code. */
import { Command } from "commander";
import { commands } from "./command-list.ts";
import { reportFailure } from "./failures.ts";
import { version } from "../host/version.ts";

const program = new Command("autoflow")
  .description("Runs automation that must not be lost.")
  .version(version(), "-V, --version")
  .helpCommand("help [command]")
  .configureHelp({ showGlobalOptions: false })
  .exitOverride();

const named = new Set(process.argv.slice(2));
for (const { name, summary, load } of commands) {
  const command = program
    .command(name)
    .summary(summary)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`);
  if (named.has(name)) (await load())(command);
}

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
