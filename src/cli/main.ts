/** The command line: runs a command and turns what it throws into an exit code. */
// A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
// What is said beside the data is for whoever listens: a server goes on when nobody does any more.
process.stderr.on("error", () => {});

const words = process.argv.slice(2);
try {
  // Its flags are Go's, and whoever runs many programs starts it often: nothing else is loaded.
  const asked = words[0] === "starlark" && !words.includes("--help") ? words.slice(1) : undefined;
  if (asked === undefined) await runCommand();
  else process.exitCode = await (await import("./starlark/interpreter.ts")).runStarlark(asked);
} catch (error) {
  process.exitCode = (await import("./failures.ts")).reportFailure(error);
}

async function runCommand(): Promise<void> {
  const { createProgram } = await import("./program.ts");
  const program = await createProgram((name) => words.includes(name));
  await program.parseAsync();
}
