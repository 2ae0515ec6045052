/** docs/reference/cli.md as the command line's own help has it. */
import type { Command } from "commander";
import { createProgram } from "../../src/cli/program.ts";

const introduction = `# Command line

Data goes to standard output, talk to standard error. \`-o\` says how data is printed: \`table\`, \`json\` and \`yaml\` (as the HTTP API
answers), \`jsonl\` (one item a line) or \`name\` (only ids, for scripts). Exit codes are those of [errors](errors.md).

Commands that talk to a server find it by \`--server\`, by \`AUTOFLOW_SERVER\`, or by the data folder that a server on this machine
uses: \`--data\`, \`AUTOFLOW_DATA\`, the configuration file here, or \`.autoflow\`. \`AUTOFLOW_TOKEN\` holds the API token.

This page is written by \`npm run docs\`; a test fails when it differs from the commands.
`;

/** The help of every command and subcommand, in the order of the help. */
export async function renderCliPage(): Promise<string> {
  const program = await createProgram(() => true);
  return [introduction, ...sectionsOf(program, "")].join("\n");
}

function sectionsOf(parent: Command, path: string): string[] {
  return parent.commands.flatMap((command) => {
    const name = `${path}${command.name()}`;
    if (command.commands.length > 0) return sectionsOf(command, `${name} `);
    return [`## autoflow ${name}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`];
  });
}

function helpOf(command: Command): string {
  let text = "";
  command.configureHelp({ helpWidth: 110 }).configureOutput({
    writeOut: (part) => (text += part),
    getOutHelpWidth: () => 110,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trim();
}
