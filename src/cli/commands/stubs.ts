import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { AutoFlowError } from "../../core/errors.ts";
import { gitlabEventTypes } from "../../events/gitlab/event-types.ts";
import { renderStubs } from "../../languages/starlark/editor/stubs.ts";
import { print, say } from "../output.ts";

/** autoflow stubs: autoflow.pyi, on standard output or in a file. */
export function configureStubs(command: Command): void {
  command
    .description(
      "Write autoflow.pyi: the verbs, the library and GitLab's events as Python's stubs, for editors and type checkers that know Python.",
    )
    .option("--out <file>", "write it to this file, not to standard output")
    .addHelpText("after", "\nExample:\n  autoflow stubs --out autoflow.pyi")
    .action(stubs);
}

async function stubs({ out }: { out?: string }): Promise<void> {
  const text = renderStubs(gitlabEventTypes());
  if (out === undefined) return print(text.trimEnd());
  try {
    await writeFile(out, text);
  } catch (error) {
    throw new AutoFlowError("NOT_FOUND", `cannot write ${out}: ${(error as Error).message}`, {
      hint: "Name a file in a folder that exists and that you may write to.",
    });
  }
  say(`wrote ${out}`);
}
