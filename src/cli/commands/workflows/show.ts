import type { Command } from "commander";
import type { ActiveWorkflow } from "../../../core/workflows.ts";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { addOutputOption, formatTime, printItem, type OutputFormat, type View } from "../../output.ts";

interface Options extends ServerOptions {
  project?: string;
  workflowVersion?: string;
  output: OutputFormat;
}

const view: View<ActiveWorkflow> = {
  name: ({ workflow }) => workflow.name,
  columns: [
    { title: "workflow", value: ({ workflow }) => workflow.name },
    { title: "version", value: ({ workflow }) => workflow.version },
    { title: "name", value: ({ workflow }) => workflow.title },
    { title: "description", value: ({ workflow }) => workflow.description },
    { title: "project", value: ({ project }) => project },
    { title: "file", value: ({ path }) => path },
    { title: "active since", value: ({ activeSince }) => formatTime(activeSince) },
    { title: "states", value: ({ workflow }) => statesOf(workflow) },
    { title: "environment", value: ({ workflow }) => environmentText(workflow) },
    { title: "input schema", value: ({ workflow }) => schemaText(workflow) },
  ],
};

export function configureShow(command: Command): void {
  command
    .summary("show a workflow of the server: its states, its schema, what it may ask for")
    .description(
      "Show a workflow of the server: its states, the schema of its input, the environment that it may ask for.",
    )
    .argument("<id>", "the workflow's id");
  addServerOptions(addOutputOption(addWhichOptions(command))).action(show);
}

/** --project and --workflow-version. */
export function addWhichOptions(command: Command): Command {
  return command
    .option("-p, --project <project>", "where several projects have a workflow of this id: which")
    .option("--workflow-version <version>", "of the workflow (default: the newest)");
}

async function show(id: string, { output, project, ...options }: Options): Promise<void> {
  const query = { project, version: options.workflowVersion };
  const found = await (await connect(options)).get<ActiveWorkflow>(`/api/v1/workflows/${segment(id)}`, query);
  await printItem(found, view, output);
}

function statesOf({ graph }: ActiveWorkflow["workflow"]): string {
  const states = graph.nodes.filter(({ id, parent }) => parent === undefined && !id.startsWith("#"));
  return states.map(({ name, type }) => `${name} (${type})`).join("\n");
}

/** What Quarkus, its extensions and Kogito read: settings that nearly every workflow may have and few need. */
const setting = /^(QUARKUS|KOGITO|ORG_KOGITO)_|_MP_REST_UR[IL]$/;

/** As environment variables are written, each once; settings as their number. */
function environmentText({ environment }: ActiveWorkflow["workflow"]): string {
  const all = new Set(environment.map((name) => name.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase()));
  const own = [...all].filter((name) => !setting.test(name)).toSorted();
  const others = all.size - own.length;
  const more = `${own.length === 0 ? "" : "and "}${others} settings of Quarkus and Kogito (-o json: all, in every spelling)`;
  return [...own, ...(others === 0 ? [] : [more])].join("\n");
}

function schemaText({ inputSchema }: ActiveWorkflow["workflow"]): string | undefined {
  const text = inputSchema?.documents[inputSchema.path]?.trimEnd();
  if (text === undefined) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
