import { mkdir } from "node:fs/promises";
import { existsSync } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { AutoFlowError } from "../../../core/errors.ts";
import { unpackSonataFlow } from "../../../languages/serverless-workflow/sonataflow/unpack.ts";
import { print, say, visible } from "../../output.ts";
import { replaceFile } from "../../replace-file.ts";
import { importedFiles } from "../../workflows/imported-files.ts";

interface Options {
  into: string;
  dryRun?: boolean;
  force?: boolean;
}

export function configureImport(command: Command): void {
  command
    .summary("write the workflows of SonataFlow objects as files")
    .description(
      "Write the workflows of SonataFlow objects as files: a *.sw.yaml for each, and what their ConfigMaps hold. Objects may be in several files, such as what `helm template` prints.",
    )
    .argument("<paths...>", "YAML files with Kubernetes objects, folders of them, or - for standard input")
    .option("--into <folder>", "where each workflow gets a folder of its own", ".")
    .option("--dry-run", "say what would be written")
    .option("--force", "replace files that are there")
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow workflows import sonataflow.yaml configmaps.yaml --into workflows\n  helm template chart | autoflow workflows import - --into workflows --dry-run",
    )
    .action(importObjects);
}

async function importObjects(paths: string[], { into, dryRun, force }: Options): Promise<void> {
  const { workflows, diagnostics } = unpackSonataFlow(await readTexts(paths));
  for (const { where, severity, message } of diagnostics)
    say(`${visible(where.file)}:${where.line}:${where.column}: ${severity}: ${visible(message)}`);
  if (workflows.length === 0) {
    throw new AutoFlowError("NOT_FOUND", "there is no SonataFlow object in these files", {
      hint: "Name the files that hold objects of kind SonataFlow, and the ConfigMaps they use.",
    });
  }
  const files = new Map<string, string>();
  for (const workflow of workflows) {
    for (const [file, text] of importedFiles(workflow)) files.set(path.join(into, workflow.name, file), text);
  }
  const inTheWay = [...files.keys()].filter((file) => existsSync(file));
  if (inTheWay.length > 0 && force !== true && dryRun !== true) {
    throw new AutoFlowError("REQUEST_INVALID", `${inTheWay[0]} is there already: nothing was written`, {
      hint: "Choose another folder with --into, or replace files with --force.",
    });
  }
  for (const [file, text] of files) {
    if (dryRun !== true) {
      await mkdir(path.dirname(file), { recursive: true });
      await replaceFile(file, text);
    }
    print(file);
  }
  for (const { name, environment } of workflows) {
    const names = environment.filter(({ value }) => value === undefined).map((variable) => variable.name);
    if (names.length > 0) say(`${visible(name)} is to be given ${names.map(visible).join(", ")} as environment`);
  }
  if (dryRun === true) say("Nothing was written.");
}

async function readTexts(paths: readonly string[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const given of paths) {
    if (given === "-") texts.set("stdin.yaml", await readStandardInput());
    else for (const file of await filesOf(given)) texts.set(file, await readFile(file, "utf8"));
  }
  return texts;
}

async function readStandardInput(): Promise<string> {
  const { text } = await import("node:stream/consumers");
  return text(process.stdin);
}

async function filesOf(given: string): Promise<string[]> {
  const found = await stat(given).catch((cause: unknown) => {
    throw new AutoFlowError("NOT_FOUND", `cannot read ${given}: there is no such file or folder`, { cause });
  });
  if (!found.isDirectory()) return [given];
  const entries = await readdir(given, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(ya?ml|json)$/i.test(entry.name));
  return files.map((entry) => path.join(entry.parentPath, entry.name)).toSorted();
}
