/** A dry run: the script computes, everything is read, nothing is written, and what would be is the plan. */
import { createEngineParts } from "../../app/engine-parts.ts";
import type { Config } from "../../config/config.ts";
import { AutoFlowError } from "../../core/errors.ts";
import { silentObserver } from "../../core/ports.ts";
import type { LoadedImage, RunStart } from "../../core/program.ts";
import { compileSources } from "../../engines/run/compile.ts";
import { createLog } from "../../host/log.ts";
import { starlark } from "../../languages/starlark/program.ts";
import { describeDiagnostic } from "../failures.ts";
import { say } from "../output.ts";
import { seenFromHere, type ScriptFile } from "../script-file.ts";
import { createDryCalls } from "./dry-calls.ts";
import { DryMachine } from "./dry-machine.ts";
import { chooseTrigger, type StartingEvent, startingEvent } from "./dry-trigger.ts";
import type { Plan, PlannedWrite } from "./plan.ts";

export interface DryRunRequest {
  script: ScriptFile;
  config: Config;
  /** Whose variables, secrets and GitLab it uses; without it the one that the event tells of, else "local". */
  project: string | undefined;
  /** Of a driver: plain JSON. */
  input: string | undefined;
  /** Of handlers: which, and JSON text of the event. */
  trigger: string | undefined;
  event: string | undefined;
  onLine: (line: string) => void;
  signal: AbortSignal;
}

/** Throws what compiling throws, REQUEST_INVALID for a handler or an event that does not fit, and the reason of an abort. */
export async function dryRun(request: DryRunRequest): Promise<Plan> {
  const { script, config, onLine, signal } = request;
  const image = await compile(script, config);
  const now = Date.now();
  const started = startedBy(image, request, now);
  const project = request.project ?? started?.project ?? "local";
  const log = createLog({ level: "error", format: "text" });
  const surroundings = { environment: process.env, log, observer: silentObserver };
  const { parts, close } = createEngineParts(config, surroundings);
  const start: RunStart = {
    runId: "dry-run",
    project,
    trigger: started?.trigger ?? "",
    ...(started !== undefined && { event: started.text }),
    position: started === undefined ? 0 : 1,
    ...(request.input !== undefined && { input: request.input }),
    time: now,
    vars: parts.variables.values(project),
    secrets: parts.secrets.names(project),
    limits: parts.limits,
  };
  const writes: PlannedWrite[] = [];
  const { actions, secrets } = parts;
  const calls = createDryCalls({ actions, secrets, project, runId: start.runId, now: () => machine.now });
  const machine = new DryMachine({
    image,
    start,
    calls,
    onLine,
    signal,
    onWrite: (write) => writes.push(write),
  });
  try {
    return { writes, end: await machine.play() };
  } finally {
    close();
  }
}

async function compile({ root, sources, mode }: ScriptFile, { limits }: Config): Promise<LoadedImage> {
  const definition = { project: "", language: starlark.language, sources };
  const { image, diagnostics } = await compileSources(
    new Map([[starlark.language, starlark]]),
    definition,
    mode,
    limits,
  );
  if (image !== undefined) return starlark.load(image);
  const [first, ...others] = diagnostics.filter(({ severity }) => severity === "error");
  for (const other of others) say(describeDiagnostic({ ...other, where: seenFromHere(root, other.where) }));
  throw new AutoFlowError("SCRIPT_SYNTAX", first?.message ?? "the script does not compile", {
    ...(first !== undefined && { where: seenFromHere(root, first.where) }),
  });
}

/** Undefined for a driver. */
function startedBy(
  image: LoadedImage,
  { script, trigger, event }: DryRunRequest,
  now: number,
): StartingEvent | undefined {
  const { mode, triggers, workflow } = image.describe();
  const isFunction = workflow !== undefined && triggers.length === 0;
  if (mode === "handlers" && !isFunction)
    return startingEvent(chooseTrigger(triggers, trigger), event, { path: script.sources.entry, now });
  if (trigger === undefined && event === undefined) return undefined;
  throw new AutoFlowError("REQUEST_INVALID", "the script registers no handlers: it runs from top to bottom", {
    hint: "Leave --trigger and --event out; what it reads as its input is --input.",
  });
}
