import type { Command } from "commander";
import { addProjectSourceOption, openClones, type ProjectSources } from "../project-sources.ts";

/** autoflow lsp: lives as long as the editor wants it to. */
export function configureLsp(command: Command): void {
  addProjectSourceOption(command)
    .description("Serve an editor on standard input and output, by the Language Server Protocol.")
    .option("--stdio", "speak on standard input and output, which is what it always does")
    .addHelpText("after", "\nHow to connect an editor: docs/guides/editor.md")
    .action(lsp);
}

async function lsp(options: { projectSource?: ProjectSources }): Promise<void> {
  const { serveEditor } = await import("../language-server/server.ts");
  serveEditor({ input: process.stdin, output: process.stdout }, openClones(options));
}
