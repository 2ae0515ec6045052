import path from "node:path";
import { Option, type Command } from "commander";
import { openEngine } from "../../app.ts";
import type { StartDriver } from "../../core/engine.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { fingerprint } from "../../core/hash.ts";
import type { RunDetails } from "../../core/run.ts";
import { parseOtherProjectPath } from "../../core/source-path.ts";
import { gitCommitOf } from "../../events/definitions/git-commit.ts";
import { lockPath } from "../../events/definitions/lock-file.ts";
import { starlark } from "../../languages/starlark/program.ts";
import { Client, readServerNote } from "../client.ts";
import { addConfigOptions, readConfiguration } from "../configuration.ts";
import { addEngineOption, type EngineOptions, inDevelopment } from "../engine-option.ts";
import { printedLines } from "../history-view.ts";
import { onInterruption } from "../interruption.ts";
import { parseJsonArgument } from "../json-argument.ts";
import { endLines, planLines } from "../dry-run/plan-view.ts";
import { jsonOption, print, say, visible } from "../output.ts";
import { hostInProcess, hostOnServer, type RunHost } from "../run-host.ts";
import { describeFailure } from "../run-view.ts";
import { addProjectSourceOption, type LibraryOptions, openLibraryAccess } from "../project-sources.ts";
import { readScript, seenFromHere, type ScriptFile } from "../script-file.ts";
import { addVariableOption, type Variables } from "../variables.ts";

interface Options extends LibraryOptions, EngineOptions {
  input?: string;
  project?: string;
  resume?: boolean;
  new?: boolean;
  var?: Variables;
  dryRun?: true;
  trigger?: string;
  event?: string;
  output?: "text" | "json";
}

const ownProject = "local";

const exitInterrupted = 130;

/** autoflow run */
export function configureRun(command: Command): void {
  command
    .description(
      "Run a script once, durably, and print what it prints. Interrupted or killed, it is continued by the same command. " +
        "When a server has the data folder, the run is the server's, and this command only shows it. " +
        "Variables given with --var are plain; secrets come from the configuration. " +
        "The exit status is 0 when it succeeded and 1 when it failed. " +
        "With --dry-run everything is read and nothing is written: what would be is printed, of a script or of a handler and an event; " +
        "docs/guides/dry-run.md tells what is assumed.",
    )
    .argument("<file>", "the script; its top level is the run")
    .option(
      "--input <json>",
      "what the script reads as its input: JSON, @file, or - for standard input",
      parseJsonArgument,
    )
    .option("-p, --project <project>", 'the project whose variables and secrets it may use (default: "local")')
    .addOption(
      new Option("--resume", "when the file has changed: continue with the version it began with").conflicts("new"),
    )
    .option("--new", "start again; an open run of this file is cancelled")
    .addOption(
      new Option(
        "-n, --dry-run",
        "read everything, write nothing, wait for nothing, and tell what would be written",
      ).conflicts(["resume", "new"]),
    )
    .option("--trigger <name>", "with --dry-run: the handler, where the script has several")
    .option("--event <json>", "with --dry-run: the event that starts the handler: JSON, @file, or -", parseJsonArgument)
    .addOption(
      new Option("-o, --output <format>", "with --dry-run: how to print the plan (default: text)").choices([
        "text",
        "json",
      ]),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      '\nExamples:\n  autoflow run rollout.star --input \'{"version": "1.2"}\'\n  autoflow run rollout.star --resume' +
        "\n  autoflow run --dry-run .gitlab/autoflow/main.star --event @event.json",
    );
  addProjectSourceOption(addVariableOption(addEngineOption(addConfigOptions(command)))).action(run);
}

async function run(given: string, options: Options): Promise<void> {
  const script = await readScript(starlark, given, openLibraryAccess(options, options.project ?? ownProject));
  if (options.dryRun === true) return planRun(script, options);
  requireNoPlan(options);
  requireDriver(script, given);
  const request = await startRequest(script, options);
  const { signal } = onInterruption();
  const askedAt = Date.now();
  const opened = await openHost(options, askedAt);
  const { host } = opened;
  try {
    // At once: a run that was interrupted goes on as soon as the engine is open, and may end before anything else is done.
    const { runId, created } = await host.start(request).catch((error: unknown) => {
      throw atUsersPath(error, script);
    });
    say(created ? `Run ${runId} begins.` : `Run ${runId} continues.`);
    for await (const entry of host.follow(runId, signal)) {
      if (created || entry.time >= askedAt) for (const line of printedLines(entry)) print(line);
    }
    if (!signal.aborted) return tellOutcome(await host.find(runId));
    say(opened.whenInterrupted(runId, given));
    process.exitCode = exitInterrupted;
  } finally {
    await opened.close();
  }
}

async function planRun(script: ScriptFile, options: Options): Promise<void> {
  const { project, input, trigger, event, output } = options;
  const flags = { projects: { "*": { vars: options.var ?? {} } } };
  const config = inDevelopment(readConfiguration(options, { flags }).config);
  const { dryRun } = await import("../dry-run/dry-run.ts");
  const { signal } = onInterruption();
  const request = { script, config, project, input, trigger, event, signal };
  const plan = await dryRun({ ...request, onLine: (line) => line.split("\n").map(visible).forEach(say) });
  if (output === "json") print(JSON.stringify(plan, undefined, 2));
  else for (const line of planLines(plan.writes)) print(line);
  for (const line of endLines(plan)) say(line);
  if (plan.end.state !== "failed") return;
  say(describeFailure(plan.end.error)!);
  process.exitCode = 1;
}

function requireNoPlan({ trigger, event, output }: Options): void {
  const given = [trigger && "--trigger", event && "--event", output && "--output"].filter(Boolean);
  if (given.length === 0) return;
  throw new AutoFlowError("REQUEST_INVALID", `${given.join(" and ")} are for dry runs`, {
    hint: "Add --dry-run, or leave them out.",
  });
}

interface OpenedHost {
  host: RunHost;
  /** What happens to the run when this command is interrupted. */
  whenInterrupted(runId: string, file: string): string;
  close(): Promise<void>;
}

/** The server that holds the data folder, or an engine in this process. */
async function openHost(options: Options, askedAt: number): Promise<OpenedHost> {
  const { engine: kind } = options;
  const flags = { engine: kind, projects: { "*": { vars: options.var ?? {} } } };
  const config = inDevelopment(readConfiguration(options, { flags }).config);
  const note = readServerNote(config.dataDir);
  if (note !== undefined) {
    if (options.var !== undefined) throw variablesOfServer(note.url);
    return {
      host: hostOnServer(new Client(note.url, process.env["AUTOFLOW_TOKEN"])),
      whenInterrupted: (runId) =>
        `Run ${runId} goes on in the server ${note.url}. Follow it: autoflow runs logs -f ${runId}`,
      close: () => Promise.resolve(),
    };
  }
  const { engine, drain } = await openEngine(config);
  const where = `${kind === "embedded" ? "" : ` --engine ${kind}`}${options.data === undefined ? "" : ` --data ${options.data}`}`;
  return {
    host: hostInProcess(engine, askedAt),
    whenInterrupted: (runId, file) =>
      `Run ${runId} is kept. The same command continues it: autoflow run ${file}${where}`,
    close: drain,
  };
}

function variablesOfServer(url: string): AutoFlowError {
  return new AutoFlowError(
    "REQUEST_INVALID",
    `the script would run in the server ${url}, which has its own variables`,
    {
      hint: "Leave --var out, or use another data folder with --data.",
    },
  );
}

function requireDriver({ mode }: ScriptFile, given: string): void {
  if (mode === "driver") return;
  throw new AutoFlowError("REQUEST_INVALID", `${given} registers handlers for events, so it is not run by itself`, {
    hint: "Start it with `autoflow dev`, and send it an event with `autoflow events send`; or see what it would do, with --dry-run.",
  });
}

async function startRequest(script: ScriptFile, options: Options): Promise<StartDriver> {
  const { project = ownProject, input } = options;
  const { language } = starlark;
  const { sources, libraries } = script;
  const own = [...sources.files.keys()].filter((file) => parseOtherProjectPath(file) === undefined);
  const git = await gitCommitOf(script.root, libraries.length > 0 ? [...own, lockPath] : own);
  return {
    definition: { project, language, sources, ...(libraries.length > 0 && { libraries }), ...git },
    identity: identityOf(script.file),
    ...(input !== undefined && { input }),
    ...(options.new ? { onChange: "new" } : options.resume && { onChange: "resume" }),
  };
}

/** One open run per file, whatever its path is called from. The store takes at most 255 characters. */
function identityOf(file: string): string {
  return file.length <= 200 ? `file:${file}` : `file:${fingerprint(file)}:${path.basename(file).slice(0, 200)}`;
}

/** A place in the project as a path that can be opened from here. */
function atUsersPath(error: unknown, { root }: ScriptFile): unknown {
  if (!(error instanceof AutoFlowError) || error.where === undefined) return error;
  const { code, message, hint, data } = error;
  const where = seenFromHere(root, error.where);
  return new AutoFlowError(code, message, { hint, where, ...(data !== undefined && { data }) });
}

function tellOutcome({ id, state, error }: RunDetails): void {
  if (state === "succeeded") return;
  process.exitCode = 1;
  say(describeFailure(error) ?? `Run ${id} ${state}.`);
}
