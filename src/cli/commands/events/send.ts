import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { mostSimilar } from "../../../config/similar.ts";
import type { DefinitionView } from "../../../core/definition.ts";
import type { AppendResult } from "../../../core/engine.ts";
import { type Client, connect, segment, serverOption, type ServerOptions } from "../../client.ts";
import { parseJsonArgument } from "../../json-argument.ts";
import { addOutputOption, printItem, say, type OutputFormat, type View } from "../../output.ts";

interface Options extends Pick<ServerOptions, "server"> {
  project: string;
  type: string;
  id?: string;
  source: string;
  subject?: string;
  data?: string;
  output: OutputFormat;
}

export function configureSend(command: Command): void {
  command
    .summary("send an event to a project's scripts")
    .description("Send an event (a CloudEvent) to a project's scripts. The same source and id are accepted once.")
    .requiredOption("-p, --project <project>", "the project whose scripts may see it: a number or a path")
    .requiredOption("-t, --type <type>", "what happened: com.gitlab.events.issue_updated")
    .option("--id <id>", "the event's id (default: a new one)")
    .option("--source <uri>", "where it happened", "/autoflow/cli")
    .option("--subject <text>", "what it happened to")
    .option("--data <json>", "the event's data: JSON, @file, or - for standard input", parseJsonArgument)
    .addHelpText(
      "after",
      "\nThe server is the one that runs in the data folder (AUTOFLOW_DATA, as configured, or .autoflow), unless --server\n" +
        "names one. --data is the event's data here, and not that folder.\n" +
        '\nExamples:\n  autoflow events send -p 1 -t com.example.hello --data \'{"name": "Kim"}\'\n  autoflow events send -p group/app -t com.example.hello --data @event.json',
    );
  addOutputOption(command).addOption(serverOption()).action(send);
}

async function send({ server, project, output, data, ...given }: Options): Promise<void> {
  const { type, id = randomUUID(), source, subject } = given;
  const head = JSON.stringify({ specversion: "1.0", id, source, type, subject, time: new Date().toISOString() });
  const event = data === undefined ? head : `${head.slice(0, -1)},"data":${data}}`;
  const client = await connect(server === undefined ? {} : { server });
  const answer = await client.postText<AppendResult & { id: string }>(
    `/api/v1/projects/${segment(project)}/events`,
    event,
  );
  if (output !== "table") return printItem(answer, view, output);
  say(describe(id, answer));
  const stranger = await strangerTo(client, project);
  if (stranger !== undefined) say(stranger);
}

/** A sentence when no script hears a project's events: its name is probably wrong. */
async function strangerTo(client: Client, project: string): Promise<string | undefined> {
  const own = await client.get<{ items: DefinitionView[] }>("/api/v1/definitions", { project });
  if (own.items.length > 0) return unreadScript(project, own.items);
  const { items } = await client.get<{ items: DefinitionView[] }>("/api/v1/definitions");
  const projects = [...new Set(items.map((definition) => definition.project))];
  if (projects.includes("*")) return undefined;
  const meant = mostSimilar(project, projects);
  const known =
    meant === undefined ? `Scripts are there for ${projects.join(", ") || "no project"}.` : `Did you mean ${meant}?`;
  return `warning: no script hears the events of project ${JSON.stringify(project)}. ${known}`;
}

/** A sentence when a project's script was never read. */
function unreadScript(project: string, definitions: DefinitionView[]): string | undefined {
  const [reason] = definitions
    .filter(({ imageHash }) => imageHash === undefined)
    .flatMap(({ problems }) => problems.filter(({ code }) => code === "SCRIPT_SOURCE_UNAVAILABLE"));
  return reason && `warning: the script of project ${JSON.stringify(project)} could not be read yet: ${reason.message}`;
}

const view: View<AppendResult & { id: string }> = { name: (answer) => answer.id, columns: [] };

function describe(id: string, answer: AppendResult): string {
  if (answer.duplicate) {
    const runs = answer.runs.length === 0 ? "it started nothing" : `run ${answer.runs.join(", ")}`;
    return `duplicate of ${id} at log position ${answer.seq} (${runs})`;
  }
  const held = answer.heldBy === undefined ? "" : `, held back by the flag ${answer.heldBy}`;
  return `accepted ${id} at log position ${answer.seq}${held}\nSee what became of it: autoflow events show ${id}`;
}
