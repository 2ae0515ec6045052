import type { Command } from "commander";
import { flags } from "../starlark/arguments.ts";

/** autoflow starlark: the help alone. Its arguments are read by `starlark/arguments.ts`, before commander sees them. */
export function configureStarlark(command: Command): void {
  const width = Math.max(...flags.map(({ name }) => name.length)) + 12;
  const lines = flags.map(({ name, value, help }) => {
    return `  ${`-${name}${value === undefined ? "" : ` <${value}>`}`.padEnd(width)}${help}`;
  });
  command
    .description(
      "Run a Starlark program by itself, with no workflow around it: output, errors and exit codes are those of starlark-go's command. Without a program it reads statements from standard input.",
    )
    .usage("[flags] [file]")
    .addHelpText(
      "after",
      `\nFlags, with one dash or two; -flag=false switches one off:\n${lines.join("\n")}\n\nExamples:\n  autoflow starlark program.star\n  autoflow starlark -c 'print("hello")'\n  autoflow starlark -recursion -globalreassign program.star\n  echo '1 + 1' | autoflow starlark`,
    );
}
