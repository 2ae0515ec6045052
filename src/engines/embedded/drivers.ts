/** Driver scripts: one open run per identity, pinned to the sources it began with. */
import type { StartDriver } from "../../core/engine.ts";
import { catalogue, type ErrorCode } from "../../core/error-catalogue.ts";
import { AutoFlowError, formatLocation } from "../../core/errors.ts";
import type { Diagnostic } from "../../core/program.ts";
import { compileSources } from "../run/compile.ts";
import { cancelRun } from "./control.ts";
import type { Core } from "./core.ts";

/** Drivers are kept apart from handlers in the same file. */
const driverSuffix = "#driver";

/** The path of a definition as its author knows it. */
export function authorsPath(path: string): string {
  return path.endsWith(driverSuffix) ? path.slice(0, -driverSuffix.length) : path;
}

export function isDriver(path: string): boolean {
  return path.endsWith(driverSuffix);
}

/** Starts a driver, or finds its open run; calls `begin` first, unless it refuses. Throws RUN_DEFINITION_CHANGED, and what the sources' first problem is. */
export async function startDriver(
  accepting: () => Core,
  { definition, identity, input, onChange = "refuse" }: StartDriver,
  begin: () => void,
): Promise<{ runId: string; created: boolean }> {
  const { data, options } = accepting();
  // What is open when the question is asked counts, even when it ends while the sources are compiled.
  const openBefore = data.runs.findOpenByIdentity(identity);
  const { image, diagnostics } = await compileSources(options.programs, definition, "driver", options.limits);
  const core = accepting();
  const stillOpen = core.data.runs.findOpenByIdentity(identity);
  const open = stillOpen ?? openBefore;
  if (open !== undefined && onChange !== "new") {
    const { image: pinned } = core.data.definitions.version(open.version);
    const changed = image === undefined || core.data.definitions.imageHash(pinned) !== image.hash;
    if (changed && onChange === "refuse") {
      throw new AutoFlowError(
        "RUN_DEFINITION_CHANGED",
        `${definition.sources.entry} has changed since its open run ${open.uuid} began`,
      );
    }
    begin();
    return { runId: open.uuid, created: false };
  }
  if (image === undefined) {
    const first = diagnostics.find(({ severity }) => severity === "error")!;
    throw notCompiled(first, diagnostics);
  }
  begin();
  if (stillOpen !== undefined) await cancelRun(core, stillOpen, "started anew");
  const { batch } = core.committer;
  const path = definition.sources.entry + driverSuffix;
  const record = core.data.definitions.define(batch, definition.project, path, definition.language);
  const origin = { ...definition, workflow: undefined, now: core.now };
  const version = core.data.definitions.addVersion(batch, record.id, image, origin);
  core.images.remember(version.image, core.images.load(image));
  const { uuid: runId } = core.starts.createRun({
    by: "driver",
    definition: {
      definition: record.id,
      version: version.id,
      path: definition.sources.entry,
      name: "",
      workflow: undefined,
    },
    hops: 0,
    project: definition.project,
    identity,
    ...(input === undefined ? {} : { input }),
  });
  core.wake();
  await core.committer.committed();
  return { runId, created: true };
}

/** The first problem with its own code; nothing runs until it is mended, unlike where a script handles events. */
function notCompiled({ code, message, where }: Diagnostic, diagnostics: readonly Diagnostic[]): AutoFlowError {
  const known = Object.hasOwn(catalogue, code) ? (code as ErrorCode) : "SCRIPT_SYNTAX";
  return new AutoFlowError(known, `${formatLocation(where)}: ${message}`, {
    where,
    data: { diagnostics },
    ...(known !== "SCRIPT_SOURCE_UNAVAILABLE" && { hint: "Mend the script and run the command again." }),
  });
}
