/** The command line: runs a command and turns what it throws into an exit code. */
import { reportFailure } from "./failures.ts";
import { createProgram } from "./program.ts";

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

const words = new Set(process.argv.slice(2));
try {
  const program = await createProgram((name) => words.has(name));
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
