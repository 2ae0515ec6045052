import { existsSync } from "node:fs";
import type { Command } from "commander";
import { openEngine } from "../../../app.ts";
import type { Engine } from "../../../core/engine.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { HistoryEntry, RunDetails } from "../../../core/run.ts";
import { requireInput } from "../../../server/workflows/input-check.ts";
import { Client, readServerNote, segment, serverOption } from "../../client.ts";
import { addConfigOptions, readConfiguration, type ConfigOptions } from "../../configuration.ts";
import { addEngineOption, type EngineOptions, inDevelopment } from "../../engine-option.ts";
import { historyLine, printedLines } from "../../history-view.ts";
import { onInterruption } from "../../interruption.ts";
import { parseJsonArgument } from "../../json-argument.ts";
import { print, say } from "../../output.ts";
import { hostInProcess, hostOnServer, type RunHost } from "../../run-host.ts";
import { describeFailure } from "../../run-view.ts";
import { addVariableOption, type Variables } from "../../variables.ts";
import { describedWorkflow } from "../../workflows/described-workflow.ts";
import { completionOf } from "../../workflows/completion.ts";
import { readWorkflowFiles, type WorkflowFile } from "../../workflows/workflow-files.ts";
import { addWhichOptions } from "./show.ts";

interface Options extends ConfigOptions, EngineOptions {
  server?: string;
  input?: string;
  project?: string;
  workflowVersion?: string;
  key?: string;
  follow?: boolean;
  detach?: boolean;
  var?: Variables;
}

const exitInterrupted = 130;

/** The project that a workflow of a file is of, in this process. */
const ownProject = "local";

export function configureRun(command: Command): void {
  command
    .summary("start a workflow, on the server or here, and show how it ends")
    .description(
      "Start a workflow and print the data that it ends with. An id is one of the server's workflows; a file is run in this " +
        "process, durably, in the data folder; it has the environment variables that it names, and may call this machine. When a server has the data folder, " +
        "the file's workflow is started there. The exit status is 1 when the run failed, or completed with an error.",
    )
    .argument("<workflow>", "the workflow's id, or its file")
    .option("--input <json>", "what it is started with: a JSON object, @file, or - for standard input", parseInput)
    .option("-f, --follow", "show every step, not only what the workflow prints")
    .option("--detach", "start it on the server and print the run's id, without waiting for its end")
    .option("--key <key>", "starting again with the same key finds the same run")
    .addHelpText(
      "after",
      '\nExamples:\n  autoflow workflows run namespace-request --input @request.json --follow\n  autoflow workflows run request.sw.yaml --input \'{"size": "small"}\'',
    );
  const withServer = addWhichOptions(command).addOption(serverOption());
  addVariableOption(addEngineOption(addConfigOptions(withServer))).action(run);
}

async function run(workflow: string, options: Options): Promise<void> {
  const { signal } = onInterruption();
  const started = await start(workflow, options);
  try {
    say(`Run ${started.runId} ${started.created ? "begins" : "is there already"}.`);
    if (options.detach === true) return print(started.runId);
    for await (const entry of started.host.follow(started.runId, signal)) show(entry, options);
    if (!signal.aborted) return tellOutcome(await started.host.find(started.runId), started.repairHint);
    say(started.whenInterrupted);
    process.exitCode = exitInterrupted;
  } finally {
    await started.close();
  }
}

interface StartedWorkflow {
  runId: string;
  created: boolean;
  host: RunHost;
  whenInterrupted: string;
  /** What is said of a run that can be repaired. */
  repairHint: string;
  close(): Promise<void>;
}

async function start(workflow: string, options: Options): Promise<StartedWorkflow> {
  const file = existsSync(workflow) ? await oneWorkflow(workflow) : undefined;
  if (file === undefined && isFileName(workflow)) {
    throw new AutoFlowError("NOT_FOUND", `there is no file ${workflow}`, {
      hint: "Name a workflow's file, or the id of a workflow of the server.",
    });
  }
  const projects = { "*": { vars: options.var ?? {}, environment: ["*"] } };
  const flags = { engine: options.engine, projects };
  const config = inDevelopment(readConfiguration(options, { flags, isDevelopment: true }).config);
  const url = options.server ?? readServerNote(config.dataDir)?.url;
  if (url !== undefined) return startOnServer(url, file === undefined ? workflow : await nameOf(file), options);
  if (file === undefined) {
    throw new AutoFlowError("SERVER_UNREACHABLE", `no server runs, and there is no file ${workflow}`, {
      hint: "Name a workflow's file, or start a server with `autoflow dev`.",
    });
  }
  if (options.detach === true)
    throw new AutoFlowError("REQUEST_INVALID", "--detach needs a server: no other process would go on", {
      hint: "Start one with `autoflow dev`, or leave --detach out.",
    });
  const { engine, drain } = await openEngine(config);
  try {
    return { ...(await startHere(engine, file, options)), close: drain };
  } catch (error) {
    await drain();
    throw error;
  }
}

async function startOnServer(url: string, name: string, options: Options): Promise<StartedWorkflow> {
  if (options.var !== undefined) {
    throw new AutoFlowError(
      "REQUEST_INVALID",
      `the workflow would run in the server ${url}, which has its own variables`,
      {
        hint: "Leave --var out, or use another data folder with --data.",
      },
    );
  }
  const client = new Client(url, process.env["AUTOFLOW_TOKEN"]);
  const query = new URLSearchParams();
  if (options.project !== undefined) query.set("project", options.project);
  if (options.workflowVersion !== undefined) query.set("version", options.workflowVersion);
  const route = `/api/v1/workflows/${segment(name)}/runs?${query.toString()}`;
  const headers = options.key === undefined ? {} : { "idempotency-key": options.key };
  const body = options.input === undefined ? "{}" : `{"input":${options.input}}`;
  const { runId, created } = await client.postText<{ runId: string; created: boolean }>(route, body, headers);
  return {
    runId,
    created,
    host: hostOnServer(client),
    whenInterrupted: `Run ${runId} goes on in the server ${url}. Follow it: autoflow runs logs -f ${runId}`,
    repairHint: `It can be repaired: autoflow runs retry ${runId}`,
    close: () => Promise.resolve(),
  };
}

async function startHere(
  engine: Engine,
  file: WorkflowFile,
  { input = "{}", key, engine: kind }: Options,
): Promise<Omit<StartedWorkflow, "close">> {
  const { image, workflow } = await describedWorkflow(file);
  requireInput(workflow, JSON.parse(input));
  const { sources } = file;
  await engine.putDefinition({ project: ownProject, language: image.language, sources });
  const { name, version } = workflow;
  const request = { project: ownProject, name, version, input, ...(key !== undefined && { key }) };
  const { runId, created } = await engine.startWorkflow(request);
  return {
    runId,
    created,
    host: hostInProcess(engine),
    whenInterrupted: `Run ${runId} is kept${kind === "embedded" ? " in the data folder" : ""}, and goes on when a server or another run opens it.`,
    repairHint: `It can be repaired by a server with this data folder: start one with \`autoflow dev${kind === "embedded" ? "" : ` --engine ${kind}`}\`, then autoflow runs retry ${runId}`,
  };
}

function parseInput(argument: string): string {
  const json = parseJsonArgument(argument);
  if (json.startsWith("{")) return json;
  throw new AutoFlowError("REQUEST_INVALID", "the input of a workflow has to be a JSON object", {
    hint: 'Give an object, such as \'{"size": "small"}\'.',
  });
}

function isFileName(workflow: string): boolean {
  return /\.(ya?ml|json)$/.test(workflow);
}

async function oneWorkflow(file: string): Promise<WorkflowFile> {
  const { workflows } = await readWorkflowFiles([file]);
  const [only, ...others] = workflows;
  if (only !== undefined && others.length === 0) return only;
  throw new AutoFlowError("REQUEST_INVALID", `${file} holds ${workflows.length} workflows`, {
    hint: "Name the file of one; `autoflow dev` serves all of a folder.",
  });
}

async function nameOf(file: WorkflowFile): Promise<string> {
  return (await describedWorkflow(file)).workflow.name;
}

function show(entry: HistoryEntry, { follow }: Options): void {
  if (follow === true) say(historyLine(entry));
  else for (const line of printedLines(entry)) say(line);
}

/** The data on standard output, the rest as talk. */
function tellOutcome(run: RunDetails, repairHint: string): void {
  if (run.data !== undefined) print(JSON.stringify(JSON.parse(run.data), undefined, 2));
  if (run.state !== "succeeded") {
    process.exitCode = 1;
    say(describeFailure(run.error) ?? `Run ${run.id} ${run.state}.`);
    if (run.repairable === true) say(repairHint);
    return;
  }
  const completion = completionOf(run);
  if (completion === undefined) return say(`Run ${run.id} completed.`);
  if (completion.with === "error") process.exitCode = 1;
  say(
    `Run ${run.id} completed with ${completion.with}${completion.message === undefined ? "." : `: ${completion.message}`}`,
  );
}
