/** Definitions that are started by name. */
import { hash } from "node:crypto";
import { hasEnded } from "../../core/run.ts";
import type { Settled, StartWorkflow } from "../../core/workflows.ts";
import type { Core } from "./core.ts";
import { runStart } from "./run-start.ts";
import { settledRow } from "./settling.ts";
import type { StoredRun } from "./store/runs.ts";

/** A run that has been started or found; `settled` is how it stands once it waits or has ended. */
export interface StartedRun {
  runId: string;
  created: boolean;
  settled: Promise<Settled>;
}

/** Starts a run within the next commit, or finds the one of the key; resolves once it is on disk. Throws NOT_FOUND. */
export async function startWorkflow(core: Core, request: StartWorkflow): Promise<StartedRun> {
  const { project, name, version, input, starter, key } = request;
  const entry = core.starts.workflows.find(project, name, version);
  const startKey = key === undefined ? undefined : startKeyOf(core, [project, name, key]);
  if (startKey !== undefined && core.starts.isStarting(startKey)) {
    core.wake();
    await core.committer.committed();
  }
  // From here to the creation nothing else happens, so that a key cannot be used twice.
  const before = startKey === undefined ? undefined : core.data.runs.findByStartKey(startKey);
  if (before !== undefined) return { runId: before.uuid, created: false, settled: whenSettled(core, before) };
  if (entry === undefined) throw core.starts.workflows.notFound(project, name, version);
  const { id, uuid } = core.starts.createRun({
    by: "name",
    definition: { ...entry, name: "" },
    hops: 0,
    project,
    input,
    starter,
    startKey,
  });
  const settled = core.settling.when(id);
  await committedOrDropped(core, id);
  return { runId: uuid, created: true, settled };
}

/** Waits for the commit of what is gathered; when it fails, nobody waits for the run any more. */
export async function committedOrDropped(core: Core, run: number): Promise<void> {
  core.wake();
  try {
    await core.committer.committed();
  } catch (error) {
    core.settling.drop(run);
    throw error;
  }
}

/** Digest of what may start only one run: 32 hex digits. Salted by the database, so that keys cannot be guessed from it. */
export function startKeyOf(core: Core, parts: readonly (string | number)[]): string {
  return hash("sha256", JSON.stringify([core.data.salt, ...parts])).slice(0, 32);
}

/** How a run on disk stands once it waits or has ended: at once, when it does. */
function whenSettled(core: Core, row: StoredRun): Promise<Settled> {
  const stands = hasEnded(row.status) || row.status === "waiting" || row.status === "suspended";
  if (stands && !core.active.has(row.id)) return Promise.resolve(settledNow(core, row));
  return core.settling.when(row.id);
}

/** How a run on disk stands. */
export function settledNow(core: Core, row: StoredRun): Settled {
  return settledRow(row, () => dataOfState(core, row));
}

/** At a drain: those who wait for runs are told how these stand. */
export function settleAll(core: Core): void {
  for (const id of core.settling.awaited()) {
    const row = core.data.runs.find(id);
    core.settling.settle(id, row === undefined ? { state: "queued" } : settledNow(core, row));
  }
}

/** The data in a run's last stored state. */
function dataOfState(core: Core, row: StoredRun): string | undefined {
  if (row.state === undefined) return undefined;
  return core.image(row.version).inspect(runStart(core, row), row.state).data;
}
