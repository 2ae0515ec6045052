/** What `autoflow doctor` checks about a Temporal server. Nothing is changed. */
import { randomUUID } from "node:crypto";
import type { Connection } from "@temporalio/client";
import { isLoopbackHost } from "../../../config/config.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import { ok, problem, warning, type Finding } from "../../../core/finding.ts";
import { openChannel } from "./channel.ts";
import { requireNamespace } from "./connections.ts";
import { dateOf, loadCredentials, type Credentials } from "./credentials.ts";
import { serviceError } from "./failure.ts";
import { hostAndPort, type ConnectionOptions } from "./options.ts";
import { probe } from "./probe.ts";
import { missingSearchAttributes, searchAttributeCommands } from "./search-attributes.ts";

const timeoutMs = 10_000;
const dayMs = 86_400_000;
const soonMs = 14 * dayMs;
const shortRetentionMs = 3 * dayMs;
const mostSkewMs = 5000;
const clockPatienceMs = 3000;
/** From this one on, workers' deployments are on without being asked for. */
const leastServer = [1, 29] as const;

type Namespace = Awaited<ReturnType<typeof requireNamespace>>;

/** Goes as far as it gets: each finding that is a problem of the connection is the last one. */
export async function checkTemporal(options: ConnectionOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  let connection: Connection | undefined;
  let name = "temporal credentials";
  try {
    const credentials = loadCredentials(options, Date.now());
    findings.push(...checkCertificate(credentials, options));
    name = "temporal server";
    await probe({ hostPort: options.hostPort, tls: credentials.tls }, timeoutMs);
    connection = openChannel(options, () => credentials, timeoutMs).connection;
    findings.push(await checkServer(connection, options));
    name = "temporal namespace";
    const namespace = await requireNamespace(connection, options, timeoutMs);
    findings.push(checkRetention(options, namespace));
    findings.push(...(await checkUse(connection, options, namespace)));
  } catch (error) {
    if (!(error instanceof AutoFlowError)) throw error;
    findings.push(problem(name, error.message, error.hint));
  } finally {
    await connection?.close();
  }
  return findings;
}

/** What matters once the namespace can be used. */
function checkUse(connection: Connection, options: ConnectionOptions, namespace: Namespace): Promise<Finding[]> {
  return connection.withDeadline(Date.now() + timeoutMs, async () => [
    await checkSearchAttributes(connection, options),
    await checkFeatures(connection, options, namespace),
    await checkServerClock(connection, options),
  ]);
}

function checkCertificate({ tls, apiKey }: Credentials, options: ConnectionOptions): Finding[] {
  const name = "temporal credentials";
  if (apiKey !== undefined) return [ok(name, "API key")];
  if (tls === undefined) {
    if (isLoopbackHost(hostAndPort(options).host)) return [ok(name, "none, without TLS")];
    const hint =
      "Set temporal.enable_tls, unless something between here and there encrypts: a proxy, or a service mesh.";
    return [warning(name, "none, without TLS: who is on the way can read and change what is asked and answered", hint)];
  }
  if (tls.client === undefined) return [ok(name, "none, with TLS")];
  const detail = `client certificate, valid until ${dateOf(tls.client.expiresAt)}`;
  if (tls.client.expiresAt - Date.now() > soonMs) return [ok(name, detail)];
  return [warning(name, detail, "Have a new one issued, and replace the file: no restart is needed.")];
}

async function checkServer(connection: Connection, { hostPort }: ConnectionOptions): Promise<Finding> {
  const name = "temporal server";
  const version = await serverVersion(connection);
  const detail = `${hostPort}, ${version === undefined ? "of a version that it does not tell" : `version ${version}`}`;
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  const isOld =
    version !== undefined && (major < leastServer[0] || (major === leastServer[0] && minor < leastServer[1]));
  return isOld
    ? warning(name, detail, `AutoFlow is made for ${leastServer.join(".")} and newer: upgrade it.`)
    : ok(name, detail);
}

/** Undefined when it is not told, as to those who may not ask; what that means shows at the namespace. */
async function serverVersion(connection: Connection): Promise<string | undefined> {
  try {
    const { serverVersion } = await connection.withDeadline(Date.now() + timeoutMs, () =>
      connection.workflowService.getSystemInfo({}),
    );
    return serverVersion || undefined;
  } catch (error) {
    if (serviceError(error) === undefined) throw error;
    return undefined;
  }
}

function checkRetention({ namespace }: ConnectionOptions, { config }: Namespace): Finding {
  const name = "temporal namespace";
  const keptMs = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1000;
  const detail = `${namespace}, ended runs are kept for ${timeText(keptMs)}`;
  if (keptMs >= shortRetentionMs) return ok(name, detail);
  const hint = "Ended runs, and the memory of which events were seen, go with the retention: make it longer.";
  return warning(name, detail, hint);
}

function timeText(ms: number): string {
  const [count, unit] = ms % dayMs === 0 ? [ms / dayMs, "day"] : [Math.round(ms / 3_600_000), "hour"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

async function checkSearchAttributes(connection: Connection, options: ConnectionOptions): Promise<Finding> {
  const name = "temporal search attributes";
  try {
    const missing = await missingSearchAttributes(connection, options.namespace);
    if (missing.length === 0) return ok(name, "registered");
    const { own, cloud } = searchAttributeCommands(options, missing);
    return problem(name, `${missing.join(", ")} not registered`, `Run: ${own} (in Temporal Cloud: ${cloud})`);
  } catch (error) {
    return unanswered(name, error);
  }
}

async function checkFeatures(
  connection: Connection,
  { namespace }: ConnectionOptions,
  { namespaceInfo }: Namespace,
): Promise<Finding> {
  const name = "temporal features";
  if (namespaceInfo?.capabilities?.syncUpdate !== true) {
    return problem(
      name,
      "no updates of workflows",
      "Upgrade the server, or set frontend.enableUpdateWorkflowExecution.",
    );
  }
  try {
    await connection.workflowService.listWorkerDeployments({ namespace, pageSize: 1 });
    return ok(name, "updates, worker deployments");
  } catch (error) {
    if (serviceError(error) === undefined) throw error;
    const hint = "Upgrade the server, or set system.enableDeploymentVersions.";
    return problem(name, `no worker deployments: ${serviceError(error)?.details}`, hint);
  }
}

/**
 * Compares the clocks. The service tells no time, but it notes when a worker last asked for work: so one asks, of a queue that nobody
 * else knows and that is gone with the answer.
 */
async function checkServerClock(connection: Connection, { namespace }: ConnectionOptions): Promise<Finding> {
  const name = "temporal clock";
  const taskQueue = { name: `autoflow-doctor-${randomUUID()}` };
  const abort = new AbortController();
  const askedAt = Date.now();
  const asking = connection
    .withAbortSignal(abort.signal, () =>
      connection.workflowService.pollActivityTaskQueue({ namespace, taskQueue, identity: "autoflow doctor" }),
    )
    .catch(() => {});
  try {
    const seenAt = await lastAsked(connection, namespace, taskQueue, askedAt + clockPatienceMs);
    if (seenAt === undefined) return ok(name, "the server does not tell its time");
    const answeredAt = Date.now();
    const skewMs = seenAt < askedAt ? seenAt - askedAt : Math.max(0, seenAt - answeredAt);
    if (Math.abs(skewMs) <= mostSkewMs) return ok(name, "as this machine's");
    const detail = `the server's is ${Math.abs(skewMs / 1000).toFixed(0)} seconds ${skewMs > 0 ? "ahead" : "behind"}`;
    return warning(
      name,
      detail,
      "Set both clocks by NTP: timers go by the server's, times of events by this machine's.",
    );
  } catch (error) {
    return unanswered(name, error);
  } finally {
    abort.abort();
    await asking;
  }
}

async function lastAsked(
  connection: Connection,
  namespace: string,
  taskQueue: { name: string },
  giveUpAt: number,
): Promise<number | undefined> {
  const activityQueue = 2;
  while (Date.now() < giveUpAt) {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue,
      taskQueueType: activityQueue,
    });
    const { seconds, nanos } = pollers?.[0]?.lastAccessTime ?? {};
    if (seconds !== undefined && seconds !== null) return Number(seconds) * 1000 + (nanos ?? 0) / 1e6;
  }
  return undefined;
}

/** The server would not say; that is no problem by itself. */
function unanswered(name: string, error: unknown): Finding {
  const answer = serviceError(error);
  if (answer === undefined) throw error;
  return warning(name, `not known: ${answer.details}`, "The rights of the credentials may not suffice to look.");
}
