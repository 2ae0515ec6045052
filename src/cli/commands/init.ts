import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Option, type Command } from "commander";
import { AutoFlowError } from "../../core/errors.ts";
import { defaultTemplate, listTemplates, templateFiles, type Template } from "../init/templates.ts";
import { print, printList, say, type View } from "../output.ts";

interface Options {
  template: string;
  list?: true;
}

/** autoflow init */
export function configureInit(command: Command): void {
  command
    .description(
      "Write a small project that works: a script in .gitlab/autoflow, its tests, and a README that tells what it does and how to " +
        "change it. Nothing that is there is overwritten: when one of the files exists, none is written. " +
        "docs/guides/first-automation.md goes on from here.",
    )
    .argument("[folder]", "where; made when it is not there", ".")
    .option("--template <name>", "what to begin with", defaultTemplate)
    .addOption(new Option("--list", "list the templates, and write nothing"))
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow init\n  autoflow init --list\n  autoflow init bot --template stale-issues",
    )
    .action(init);
}

const templateView: View<Template> = {
  name: ({ name }) => name,
  columns: [
    { title: "name", value: ({ name }) => name },
    { title: "what it does", value: ({ summary }) => summary },
  ],
};

async function init(folder: string, { template, list }: Options): Promise<void> {
  if (list === true) return printList({ items: listTemplates() }, templateView, "table");
  const files = templateFiles(template);
  requireAbsent(folder, [...files.keys()]);
  for (const [file, text] of files) {
    write(path.join(folder, file), text);
    print(path.join(folder, file));
  }
  tellNextSteps(folder);
}

function requireAbsent(folder: string, files: readonly string[]): void {
  const there = files.filter((file) => existsSync(path.join(folder, file)));
  if (there.length === 0) return;
  const names = there.map((file) => path.join(folder, file)).join(", ");
  throw new AutoFlowError("REQUEST_INVALID", `nothing is written, since this is there already: ${names}`, {
    hint: "Name another folder, or move these files away.",
  });
}

function write(file: string, text: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: "wx" });
  } catch (cause) {
    throw new AutoFlowError("REQUEST_INVALID", `cannot write ${file}: ${(cause as Error).message}`, {
      cause,
      hint: "Name a folder that you may write to.",
    });
  }
}

/** Where a guide is on this machine: beside AutoFlow, not in the user's folder. */
function guide(name: string): string {
  return fileURLToPath(new URL(`../../../docs/guides/${name}`, import.meta.url));
}

function tellNextSteps(folder: string): void {
  const place = folder === "." ? "" : ` ${folder}`;
  say("\nNext:");
  say(`  npx autoflow test${place}    runs the tests, against a simulated GitLab`);
  say(`  npx autoflow dev${place}     serves the script on this machine; whatever you save is taken up at once`);
  say(`${guide("first-automation.md")} goes on from there to a project in GitLab.`);
}
