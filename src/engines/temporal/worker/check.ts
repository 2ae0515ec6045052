/** What `autoflow doctor` checks about the workers of a task queue. Nothing is changed. */
import { type Connection, Client } from "@temporalio/client";
import proto from "@temporalio/proto";
import { ok, problem, warning, type Finding } from "../../../core/finding.ts";
import type { HolderContext } from "../client/holders.ts";
import { serviceError } from "../connection/failure.ts";
import { deploymentName } from "../protocol/names.ts";
import { countPinned, listVersions } from "./deployment.ts";

const { TASK_QUEUE_TYPE_WORKFLOW: workflowQueue } = proto.temporal.api.enums.v1.TaskQueueType;

/** A worker's request for work is answered after a minute at the latest, and it asks anew. */
const freshMs = 75_000;

/** Who last asked for work, and when. */
interface Poller {
  worker: string;
  buildId: string;
  askedMsAgo: number;
}

/**
 * Whether somebody computes the runs of each version that is needed: the current one, and those that runs are pinned to. `now`: epoch
 * ms.
 */
export async function checkWorkers(
  connection: Connection,
  { namespace, taskQueue }: Omit<HolderContext, "client">,
  now = Date.now(),
): Promise<Finding[]> {
  const context = { client: new Client({ connection, namespace }), namespace, taskQueue };
  try {
    const versions = await listVersions(context);
    const pollers = await listPollers(context, now);
    const findings = [checkCurrent(context, versions.find(({ isCurrent }) => isCurrent)?.buildId, pollers)];
    for (const { buildId, isCurrent } of versions) {
      if (isCurrent || pollers.some((poller) => isAskingFor(poller, buildId))) continue;
      const open = await countPinned(context, buildId);
      if (open > 0) findings.push(unserved(buildId, open));
    }
    return findings;
  } catch (error) {
    const answer = serviceError(error);
    if (answer === undefined) throw error;
    const hint = "The rights of the credentials may not suffice to look.";
    return [warning("temporal workers", `not known: ${answer.details}`, hint)];
  }
}

function checkCurrent({ taskQueue }: HolderContext, buildId: string | undefined, pollers: readonly Poller[]): Finding {
  const name = "temporal workers";
  const hint = "Start one: autoflow serve, or autoflow worker. Until then events are refused, and runs wait.";
  if (buildId === undefined) {
    return warning(name, `none has ever asked for work in the task queue ${taskQueue}`, hint);
  }
  const workers = new Set(pollers.filter((poller) => isAskingFor(poller, buildId)).map(({ worker }) => worker));
  if (workers.size > 0) {
    const who = workers.size === 1 ? "1 asks for work" : `${workers.size} ask for work`;
    return ok(name, `${who}, of the current version ${buildId}`);
  }
  const last = pollers.filter((poller) => poller.buildId === buildId).map(({ askedMsAgo }) => askedMsAgo);
  const since = last.length === 0 ? "" : `; the last one did ${Math.round(Math.min(...last) / 1000)} seconds ago`;
  return problem(name, `none of the current version ${buildId} asks for work${since}`, hint);
}

function unserved(buildId: string, open: number): Finding {
  const detail = `${open} open workflows need the version ${buildId}, for which none asks`;
  const hint = "A worker of the current version serves them within a minute; where none can, start that release once.";
  return warning("temporal workers", detail, hint);
}

function isAskingFor(poller: Poller, buildId: string): boolean {
  return poller.buildId === buildId && poller.askedMsAgo < freshMs;
}

async function listPollers({ client, namespace, taskQueue }: HolderContext, now: number): Promise<Poller[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: workflowQueue,
  });
  return pollers.flatMap(({ identity, lastAccessTime, deploymentOptions }) => {
    if (deploymentOptions?.deploymentName !== deploymentName(taskQueue)) return [];
    const askedAt = Number(lastAccessTime?.seconds ?? 0) * 1000;
    return [{ worker: identity ?? "", buildId: deploymentOptions.buildId ?? "", askedMsAgo: now - askedAt }];
  });
}
