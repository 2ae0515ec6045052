/** The composition with Temporal. What needs Temporal's packages is loaded here, when it is wanted. */
import type { Config } from "../config/config.ts";
import type { Environment } from "../config/environment.ts";
import type { Engine } from "../core/engine.ts";
import type { TemporalOptions, TemporalWorker } from "../engines/temporal/open.ts";
import type { EngineParts } from "./engine-parts.ts";
import { withTemporalPackages } from "./temporal-packages.ts";

interface Surroundings {
  parts: EngineParts;
  /** Where an API key of the environment is looked up. */
  environment: Environment;
  /** Where Temporal's SDK tells what it counts. */
  metricsAddress: string | undefined;
}

/** Machines that start together are there within this. */
const startPatienceMs = 120_000;

/**
 * The engine on the configured Temporal server; `worker`: this process computes runs too; `waits`: a server that does not answer is
 * waited for. Throws TEMPORAL_NOT_INSTALLED and what connecting throws, such as TEMPORAL_UNREACHABLE.
 */
export async function openTemporal(
  { temporal }: Config,
  { parts, ...surroundings }: Surroundings,
  { worker, waits = false, onEntries }: { worker: boolean; waits?: boolean } & Pick<TemporalOptions, "onEntries">,
): Promise<Engine> {
  const { openTemporalEngine } = await withTemporalPackages(() => import("../engines/temporal/open.ts"));
  return openTemporalEngine({
    ...parts,
    ...surroundings,
    temporal,
    onEntries,
    works: worker,
    ...(waits && { startPatienceMs }),
  });
}

/** A worker for runs that others start; it waits for a server that does not answer. Throws as `openTemporal`. */
export async function startWorker(
  { temporal }: Config,
  { parts, ...surroundings }: Surroundings,
): Promise<TemporalWorker> {
  const { startTemporalWorker } = await withTemporalPackages(() => import("../engines/temporal/open.ts"));
  return startTemporalWorker({ ...parts, ...surroundings, temporal, startPatienceMs });
}
