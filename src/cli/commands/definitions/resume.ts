import type { Command } from "commander";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { say } from "../../output.ts";

interface Options extends ServerOptions {
  project: string;
  path: string;
}

/** autoflow definitions resume */
export function configureResume(command: Command): void {
  command
    .summary("let a paused trigger start runs again")
    .description("Let a trigger start runs again that was paused because it started too many for one object.")
    .argument("<trigger>", "the trigger's name")
    .option("-p, --project <project>", "the definition's project", "*")
    .option("--path <path>", "the definition's path", ".gitlab/autoflow/main.star")
    .addHelpText("after", "\nExample:\n  autoflow definitions resume issue_changed --project 1");
  addServerOptions(command).action(resume);
}

async function resume(trigger: string, options: Options): Promise<void> {
  const { project, path } = options;
  const client = await connect(options);
  await client.post(
    `/api/v1/projects/${segment(project)}/definitions/${segment(path)}/triggers/${segment(trigger)}/resume`,
  );
  say(`${trigger} of ${path} in project ${project} starts runs again`);
}
