import type { Command } from "commander";
import type { DefinitionView, LoadedProject } from "../../../core/definition.ts";
import { formatLocation } from "../../../core/errors.ts";
import { addServerOptions, connect, type ServerOptions } from "../../client.ts";
import { addOutputOption, formatTime, printList, type OutputFormat, type View } from "../../output.ts";

interface Options extends ServerOptions {
  project?: string;
  output: OutputFormat;
}

const view: View<DefinitionView> = {
  name: (definition) => definition.path,
  columns: [
    { title: "project", value: (definition) => definition.project },
    { title: "path", value: (definition) => definition.path },
    { title: "triggers", value: (definition) => definition.triggers.map(describeTrigger).join(", ") },
    { title: "active since", value: (definition) => formatTime(definition.activeSince) },
    { title: "commit", value: (definition) => definition.commit?.slice(0, 12) },
    { title: "loads", value: (definition) => definition.libraries?.map(describeLibrary).join(", ") },
    { title: "problems", value: (definition) => definition.problems.map(describeProblem).join("; ") },
  ],
};

export function configureList(command: Command): void {
  command
    .summary("list scripts with their triggers and problems")
    .description("List scripts with their triggers and problems.")
    .option("-p, --project <project>", "only those of this project");
  addServerOptions(addOutputOption(command)).action(list);
}

async function list(options: Options): Promise<void> {
  const query = { project: options.project };
  const definitions = await (await connect(options)).get<{ items: DefinitionView[] }>("/api/v1/definitions", query);
  await printList(definitions, view, options.output);
}

function describeTrigger(trigger: DefinitionView["triggers"][number]): string {
  return `${trigger.name} (${(trigger.validates ?? trigger.filter).types.join(" ")})${trigger.pausedUntilResumed ? " PAUSED" : ""}`;
}

function describeLibrary({ project, ref, commit }: LoadedProject): string {
  return `${project}@${ref} (${commit.slice(0, 12)})`;
}

function describeProblem(problem: DefinitionView["problems"][number]): string {
  return `${formatLocation(problem.where)} ${problem.message}`;
}
