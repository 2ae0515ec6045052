/** What `autoflow temporal` asks of a Temporal server. It needs Temporal's packages: load it only where they are wanted. */
import { Client, type Connection } from "@temporalio/client";
import type { TemporalConfig } from "../../config/config.ts";
import type { Finding } from "../../core/finding.ts";
import { silentLog } from "../../core/ports.ts";
import { checkTemporal } from "../../engines/temporal/connection/check.ts";
import { openConnections } from "../../engines/temporal/connection/connections.ts";
import {
  missingSearchAttributes,
  registerSearchAttributes,
} from "../../engines/temporal/connection/search-attributes.ts";
import { checkWorkers } from "../../engines/temporal/worker/check.ts";
import { countPinned, listVersions } from "../../engines/temporal/worker/deployment.ts";

/** A version of the workers' code. */
export interface Build {
  buildId: string;
  /** "current": new runs begin with it; "draining": runs are pinned to it; "drained": none is, and its code may be forgotten. */
  status: "current" | "draining" | "drained";
  /** Runs and other open workflows that are pinned to it, as the server's lists tell, which lag by some seconds. */
  open: number;
}

/** Registers the search attributes that are missing; their names. Throws TEMPORAL_SEARCH_ATTRIBUTES_MISSING when we may not. */
export function registerAttributes(temporal: TemporalConfig): Promise<string[]> {
  return connected(temporal, async (connection) => {
    const missing = await missingSearchAttributes(connection, temporal.namespace);
    await registerSearchAttributes(connection, temporal);
    return missing;
  });
}

/** All versions that a worker has asked for work with, the current one first. */
export function listBuilds(temporal: TemporalConfig): Promise<Build[]> {
  return connected(temporal, async (connection) => {
    const { namespace, taskQueue } = temporal;
    const context = { client: new Client({ connection, namespace }), namespace, taskQueue };
    const builds: Build[] = [];
    for (const { buildId, isCurrent, isDrained } of await listVersions(context)) {
      const open = await countPinned(context, buildId);
      const status = isCurrent ? "current" : open === 0 || isDrained ? "drained" : "draining";
      builds.push({ buildId, status, open });
    }
    return builds.toSorted((a, b) => b.open - a.open).toSorted((a, b) => rank(a) - rank(b));
  });
}

/** What is to be said of the server, and of its workers where it can be used. Nothing is changed. */
export async function inspectServer(temporal: TemporalConfig): Promise<Finding[]> {
  const findings = await checkTemporal(temporal);
  if (findings.some(({ result }) => result === "problem")) return findings;
  return [...findings, ...(await connected(temporal, (connection) => checkWorkers(connection, temporal)))];
}

function rank({ status }: Build): number {
  return status === "current" ? 0 : status === "draining" ? 1 : 2;
}

async function connected<T>(temporal: TemporalConfig, work: (connection: Connection) => Promise<T>): Promise<T> {
  await using connections = await openConnections(temporal, { log: silentLog });
  return await work(connections.connection);
}
