import { statSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { startApp } from "../../app.ts";
import type { TemporalConfig } from "../../config/config.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { DefinitionReport } from "../../server/definition-sources.ts";
import { scriptPath } from "../../events/definitions/definition-source.ts";
import { describeDiagnostic } from "../failures.ts";
import { addConfigOptions, readConfiguration, type ConfigOptions } from "../configuration.ts";
import { addEngineOption, type EngineOptions, inDevelopment } from "../engine-option.ts";
import { onInterruption } from "../interruption.ts";
import { parsePort } from "../numbers.ts";
import { print, say, visible } from "../output.ts";
import { addProjectSourceOption, type ProjectSources } from "../project-sources.ts";
import { printRunOutput } from "../run-output.ts";
import { seenFromHere } from "../script-file.ts";
import { addVariableOption, type Variables } from "../variables.ts";

interface Options extends ConfigOptions, EngineOptions {
  port?: number;
  project: string;
  var?: Variables;
  projectSource?: ProjectSources;
}

const everyProject = "*";

/** autoflow dev */
export function configureDev(command: Command): void {
  command
    .description(
      "Start a server on this machine for a folder with a script (.gitlab/autoflow/main.star), with workflows (*.sw.yaml and the " +
        "like, anywhere in it), or both. What has changed is taken up at once; what runs print is printed here. Every project's " +
        "events reach them, or those of --project, and they may call this machine. Runs are in the data folder, unless --engine says that they are to be on Temporal.",
    )
    .argument("[folder]", "the folder of the project", ".")
    .option("--port <number>", "where to listen; 0 takes a free port (default: as configured, or 8080)", parsePort)
    .option(
      "-p, --project <id>",
      "the number of the GitLab project that it is: what a schedule starts is of this project, and others' events do not reach it",
      everyProject,
    )
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow dev\n  autoflow dev examples/quickstart --port 0 --var CHAT_URL=http://127.0.0.1:9000" +
        "\n  AUTOFLOW_TEMPORAL_HOST_PORT=127.0.0.1:7233 autoflow dev --engine temporal",
    );
  addProjectSourceOption(addVariableOption(addEngineOption(addConfigOptions(command)))).action(dev);
}

async function dev(given: string, options: Options): Promise<void> {
  const folder = requireFolder(given);
  const { asked } = onInterruption();
  const flags = {
    engine: options.engine,
    ...(options.port !== undefined && { listen: { port: options.port } }),
    sources: { default: {} },
    projects: {
      [options.project]: {
        script: { folder },
        vars: options.var ?? {},
        environment: ["*"],
        project_sources: options.projectSource ?? {},
      },
    },
  };
  const config = inDevelopment(readConfiguration(options, { flags, isDevelopment: true }).config);
  const compiled = new Set<string>();
  const app = await startApp(config, {
    mayBeUnlocked: true,
    onEntries: printRunOutput,
    onDefinition: (report) => tellDefinition(folder, report, compiled),
    onGone: (gone, left) => {
      for (const file of gone) compiled.delete(file);
      tellGone(folder, gone, left);
    },
  });
  print(`AutoFlow serves ${app.url} with what is in ${folder}`);
  if (config.engine === "temporal") tellPlace(config.temporal);
  say(`GitLab webhooks go to ${app.url}/webhooks/gitlab/default. Ctrl-C ends it; runs go on at the next start.`);
  await asked;
  say("Ending: writing the states of all runs.");
  await app.drain();
}

function tellPlace({ hostPort, namespace, taskQueue }: TemporalConfig): void {
  say(`Runs are on Temporal at ${hostPort}, namespace ${namespace}, task queue ${taskQueue}.`);
}

function tellGone(folder: string, gone: readonly string[], left: number): void {
  for (const file of gone) say(`${file} has gone: nothing new starts it.`);
  if (left > 0) return;
  const what = `neither ${scriptPath} nor a workflow (*.sw.yaml, *.sw.yml, *.sw.json)`;
  say(`There is nothing to start in ${folder}: ${what}. Save one; it is taken up at once.`);
}

/** What became of a definition after it was saved: what its top level printed, its problems where they stand, and the result. `compiled` collects the files that did. */
function tellDefinition(
  folder: string,
  { definition, imageHash, problems, output }: DefinitionReport,
  compiled: Set<string>,
): void {
  const { entry } = definition.sources;
  for (const line of output) print(`${path.basename(entry)} | ${visible(line)}`);
  for (const problem of problems) {
    say(describeDiagnostic({ ...problem, where: seenFromHere(folder, problem.where) }));
  }
  if (imageHash !== undefined) {
    compiled.add(entry);
    return say(`${entry} is in use.`);
  }
  const last = compiled.has(entry)
    ? "the last version that did is in use"
    : "an earlier version that did, if any, is in use";
  say(`${entry} does not compile; ${last}.`);
}

function requireFolder(given: string): string {
  const folder = path.resolve(given);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new AutoFlowError("NOT_FOUND", `${given} is not a folder`, { hint: "Name the folder of a project." });
}
