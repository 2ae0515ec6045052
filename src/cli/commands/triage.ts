import { readFile, writeFile } from "node:fs/promises";
import { Option, type Command } from "commander";
import type { Config } from "../../config/config.ts";
import type { GitLabInstanceAccess } from "../../core/action.ts";
import { AutoFlowError } from "../../core/errors.ts";
import type { HistoryEntry, RunDetails } from "../../core/run.ts";
import { triage } from "../../languages/triage/program.ts";
import { printedLines } from "../history-view.ts";
import { onInterruption } from "../interruption.ts";
import { jsonOption, print, say, visible } from "../output.ts";
import { configOption, readConfiguration } from "../configuration.ts";
import { describeDiagnostic } from "../failures.ts";
import { describeFailure } from "../run-view.ts";
import { exampleCi, examplePolicy } from "../triage/examples.ts";
import { runTriage } from "../triage/triage-engine.ts";
import { reportLines, type TriageReport } from "../triage/triage-report.ts";

interface Options {
  config?: string;
  dryRun?: boolean;
  explain?: boolean;
  policiesFile: string;
  allProjects?: boolean;
  source: "projects" | "groups";
  sourceId?: string;
  projectId?: string;
  resourceReference?: string;
  token?: string;
  hostUrl?: string;
  require?: string;
  debug?: boolean;
  init?: boolean;
  initCi?: boolean;
  output: "table" | "json";
}

const exitInterrupted = 130;

/** autoflow triage: exits with 1 when something failed, 2 when the policy or the options are wrong. */
export function configureTriage(command: Command): void {
  command
    .description(
      "Carry out the triage policies of a file: find epics, issues, merge requests and branches by conditions, and label, comment, " +
        "close, move, summarize or delete them. With --dry-run nothing is written, and what would be is told.",
    )
    .option("-n, --dry-run", "read everything, write nothing, and tell what would be written")
    .option("--explain", "tell of each resource which conditions do not hold; nothing is written")
    .option("-f, --policies-file <file>", "the policy file", ".triage-policies.yml")
    .option("--all-projects", "look in all projects that the token can see")
    .addOption(
      new Option("-s, --source <source>", "what --source-id names").choices(["projects", "groups"]).default("projects"),
    )
    .option("-i, --source-id <id>", "number or full path of the project or group (default: CI_PROJECT_PATH)")
    .option("--resource-reference <reference>", "look at this resource only: #42, !33 or &99")
    .option(
      "-t, --token <token>",
      "an access token with the scope api (default: GITLAB_API_TOKEN, or the configured one)",
    )
    .option(
      "-H, --host-url <url>",
      "address of GitLab (default: the file's host_url, CI_SERVER_URL, or the configured one)",
    )
    .addOption(new Option("-p, --project-id <id>", "the old name of --source-id").hideHelp())
    .addOption(new Option("-r, --require <file>", "not taken: policies cannot load Ruby").hideHelp())
    .option("-d, --debug", "tell of each request")
    .addOption(configOption())
    .option("--init", "write an example policy file")
    .option("--init-ci", "write an example of CI jobs")
    .addOption(
      new Option("-o, --output <format>", "how to print the report").choices(["table", "json"]).default("table"),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow triage --dry-run -i group/app\n  autoflow triage -n -i group/app --resource-reference '#42'\n" +
        "  autoflow triage -s groups -i group -t $TOKEN",
    )
    .action(run);
}

async function run(options: Options): Promise<void> {
  if (options.init === true || options.initCi === true) return initialise(options);
  if (options.require !== undefined) throw noPlugins(options.require);
  const { policiesFile, debug, output } = options;
  const text = await readPolicies(policiesFile);
  const sources = { entry: policiesFile, files: new Map([[policiesFile, text]]) };
  const { config } = readConfiguration(options);
  if (!compiles(policiesFile, text)) return;
  const access = accessFor(options, text, config);
  const { signal } = onInterruption();
  const run = await runTriage({
    sources,
    input: JSON.stringify(inputOf(options)),
    access,
    signal,
    onEntry: (entry) => tell(entry, options),
    onRepeat: ({ message }) => say(visible(`${message}; it is tried again. Ctrl-C ends it.`)),
    ...(debug === true && { onRequest: (input: string) => say(visible(`[debug] ${input}`)) }),
  });
  if (signal.aborted) process.exitCode = exitInterrupted;
  else conclude(run, output);
}

/** What the report says at the end is told on the way only to somebody who watches a run that changes something. */
function tell(entry: HistoryEntry, { dryRun, explain, debug }: Options): void {
  const isReport = entry.effect?.kind !== "log" || entry.effect.level === "info";
  const isWatched = debug === true || (process.stderr.isTTY && dryRun !== true && explain !== true);
  if (!isReport || isWatched) printedLines(entry).forEach(say);
}

function noPlugins(file: string): AutoFlowError {
  return new AutoFlowError("REQUEST_INVALID", `${file} cannot be loaded: policies run without Ruby`, {
    hint: "docs/guides/triage.md shows how to say what a plugin says in Starlark.",
  });
}

async function readPolicies(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new AutoFlowError("REQUEST_INVALID", `cannot read ${file}`, {
      cause,
      hint: "Name the policy file with --policies-file, or write an example with --init.",
    });
  }
}

/** Tells what is wrong with the file; false when it cannot be carried out. */
function compiles(path: string, text: string): boolean {
  const result = triage.compile({ entry: path, files: new Map([[path, text]]) }, "driver").step(Infinity);
  if (result === "running") return false;
  for (const diagnostic of result.diagnostics) say(describeDiagnostic(diagnostic));
  if (result.image !== undefined) return true;
  process.exitCode = 2;
  return false;
}

function accessFor(options: Options, text: string, { gitlab }: Config): GitLabInstanceAccess {
  const { env } = process;
  const inFile = /^host_url:\s*["']?([^\s"'#]+)/m.exec(text)?.[1];
  const url = (options.hostUrl ?? inFile ?? env["CI_SERVER_URL"] ?? gitlab.url).replace(/\/+$/, "");
  if (!/^https?:\/\/[^/\s]+/.test(url)) {
    throw new AutoFlowError("REQUEST_INVALID", `${url} is no address of a GitLab instance`, {
      hint: "Write it as https://gitlab.example.com.",
    });
  }
  // The configured token is for the configured instance only.
  const configured = gitlab.url.replace(/\/+$/, "") === url ? gitlab.token : undefined;
  const token = options.token ?? env["GITLAB_API_TOKEN"] ?? configured;
  if (token !== undefined && token !== "") return { url, token };
  throw new AutoFlowError("REQUEST_INVALID", "a token is needed to read and write resources", {
    hint: "Give an access token with the scope api: --token, or the variable GITLAB_API_TOKEN.",
  });
}

function inputOf(options: Options): Record<string, unknown> {
  const { allProjects, source, dryRun, explain, resourceReference: resource } = options;
  const sourceId = options.sourceId ?? options.projectId ?? process.env["CI_PROJECT_PATH"];
  if (allProjects !== true && (sourceId === undefined || sourceId === "")) {
    throw new AutoFlowError("REQUEST_INVALID", "it is not said where to look", {
      hint: "Name a project or a group with --source-id, or look everywhere with --all-projects.",
    });
  }
  return {
    ...(allProjects === true ? { source: "all" } : { source, sourceId }),
    ...(resource !== undefined && { resource }),
    dryRun: dryRun === true || explain === true,
    explain: explain === true,
  };
}

function conclude({ state, value, error }: RunDetails, output: Options["output"]): void {
  const failed = (error?.details as { report?: TriageReport["rules"] } | undefined)?.report;
  const report = value === undefined ? { rules: failed ?? [] } : (JSON.parse(value) as TriageReport);
  if (output === "json") print(JSON.stringify(report, undefined, 2));
  else for (const line of reportLines(report)) print(line);
  if (state === "succeeded") return;
  say(describeFailure(error) ?? `The run ${state}.`);
  process.exitCode = error?.code === "WORKFLOW_INPUT" ? 2 : 1;
}

async function initialise({ init, policiesFile }: Options): Promise<void> {
  const [file, text] = init === true ? [policiesFile, examplePolicy] : [".gitlab-ci.yml", exampleCi];
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (cause) {
    throw new AutoFlowError("REQUEST_INVALID", `${file} is not written: it is there already, or cannot be`, {
      cause,
      hint: "Name another file with --policies-file, or remove this one.",
    });
  }
  say(`${file} is written.`);
}
