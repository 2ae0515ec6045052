/** The versions of the workers' code as Temporal knows them: which one is current, and which ones runs still need. */
import { setTimeout as pause } from "node:timers/promises";
import { isGrpcServiceError } from "@temporalio/client";
import proto from "@temporalio/proto";
import { status } from "@grpc/grpc-js";
import type { HolderContext } from "../client/holders.ts";
import { reach } from "../client/reach.ts";
import { deploymentName, workflowTypes } from "../protocol/names.ts";

const { WorkerDeploymentVersionStatus: VersionStatus } = proto.temporal.api.enums.v1;

export interface Version {
  buildId: string;
  isCurrent: boolean;
  /** No run needs it, as far as the server has seen; it says so some minutes after it was so. */
  isDrained: boolean;
}

/** A server takes note of a new version when a worker of it asks for work: within a second, or some when it is busy. */
const patienceMs = 60_000;
const againMs = 50;

/** Versions that any worker has asked for work with. */
export async function listVersions(context: HolderContext): Promise<Version[]> {
  const found = await describe(context);
  return (found?.summaries ?? []).flatMap(({ deploymentVersion, status: at }) => {
    const buildId = deploymentVersion?.buildId ?? "";
    if (buildId === "") return [];
    const isDrained = at === VersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED;
    return [{ buildId, isCurrent: buildId === found?.current, isDrained }];
  });
}

/**
 * New runs begin with this version, and older ones move to it when they continue in a new execution. A worker of it has to be
 * asking for work. Of several processes that do this at once, the last one wins.
 */
export async function makeCurrent(context: HolderContext, buildId: string): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    try {
      const known = await describe(context);
      if (known?.current === buildId) return;
      if (known !== undefined) return await setCurrent(context, buildId, known.conflictToken);
    } catch (error) {
      if (!isPassing(error) || Date.now() > giveUpAt) throw error;
    }
    if (Date.now() > giveUpAt) throw new Error(`Temporal does not take note of the workers' version ${buildId}`);
    await pause(againMs);
  }
}

/** How many open workflows are pinned to a version, as lists tell: they lag by some seconds. */
export async function countPinned({ client, ...context }: HolderContext, buildId: string): Promise<number> {
  return (await reach(client, () => client.workflow.count(pinnedTo(context, buildId)))).count;
}

/** Some of the workflows that are pinned to a version and are to move. */
export async function listPinned(
  { client, ...context }: HolderContext,
  buildId: string,
  limit: number,
): Promise<{ workflowId: string; runId: string }[]> {
  const { namespace } = context;
  const query = `${pinnedTo(context, buildId)} AND WorkflowType != '${workflowTypes.longCall}'`;
  const { executions } = await reach(client, () =>
    client.workflowService.listWorkflowExecutions({ namespace, query, pageSize: limit }),
  );
  return executions.flatMap(({ execution }) =>
    execution?.workflowId && execution.runId ? [{ workflowId: execution.workflowId, runId: execution.runId }] : [],
  );
}

function pinnedTo({ taskQueue }: Pick<HolderContext, "taskQueue">, buildId: string): string {
  return `TemporalWorkerDeploymentVersion = '${deploymentName(taskQueue)}:${buildId}' AND ExecutionStatus = 'Running'`;
}

async function describe({ client, namespace, taskQueue }: HolderContext) {
  try {
    const request = { namespace, deploymentName: deploymentName(taskQueue) };
    const { workerDeploymentInfo, conflictToken } = await reach(client, () =>
      client.workflowService.describeWorkerDeployment(request),
    );
    return {
      conflictToken,
      current: workerDeploymentInfo?.routingConfig?.currentDeploymentVersion?.buildId,
      summaries: workerDeploymentInfo?.versionSummaries ?? [],
    };
  } catch (error) {
    if (codeOf(error) === status.NOT_FOUND) return undefined;
    throw error;
  }
}

async function setCurrent(
  { client, namespace, taskQueue }: HolderContext,
  buildId: string,
  conflictToken: Uint8Array,
): Promise<void> {
  await reach(client, () =>
    client.workflowService.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName: deploymentName(taskQueue),
      buildId,
      conflictToken,
      identity: client.options.identity,
      ignoreMissingTaskQueues: true,
    }),
  );
}

/** The version is not known yet, or somebody else has changed the deployment, or the server is busy with it. */
function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  const passing = [status.NOT_FOUND, status.FAILED_PRECONDITION, status.ABORTED, status.RESOURCE_EXHAUSTED];
  return code !== undefined && [...passing, status.UNAVAILABLE, status.DEADLINE_EXCEEDED].includes(code);
}

function codeOf(error: unknown): status | undefined {
  if (isGrpcServiceError(error)) return error.code;
  return error instanceof Error && error.cause !== undefined ? codeOf(error.cause) : undefined;
}
