import type { Command } from "commander";

/** autoflow lsp: lives as long as the editor wants it to. */
export function configureLsp(command: Command): void {
  command
    .description("Serve an editor on standard input and output, by the Language Server Protocol.")
    .option("--stdio", "speak on standard input and output, which is what it always does")
    .addHelpText("after", "\nHow to connect an editor: docs/guides/editor.md")
    .action(lsp);
}

async function lsp(): Promise<void> {
  const { serveEditor } = await import("../language-server/server.ts");
  serveEditor(process.stdin, process.stdout);
}
