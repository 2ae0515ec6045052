import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { version } from "../host/version.ts";
import { commands } from "./command-list.ts";

/** The folder of the documentation that came with this AutoFlow. */
function documentation(): string {
  return fileURLToPath(new URL("../../docs", import.meta.url));
}

/** The command line with the files of those commands loaded that are `wanted`; of the others it knows the name. */
export async function createProgram(wanted: (name: string) => boolean): Promise<Command> {
  const program = new Command("autoflow")
    .description("Runs automation that must not be lost.")
    .version(version(), "-V, --version")
    .helpCommand("help [command]")
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError("Add --help to see what there is.")
    .addHelpText("after", () => `\nDocumentation: ${documentation()}`)
    .exitOverride();
  for (const { name, summary, load } of commands) {
    const command = program
      .command(name)
      .summary(summary)
      .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`);
    if (wanted(name)) (await load())(command);
  }
  return program;
}
