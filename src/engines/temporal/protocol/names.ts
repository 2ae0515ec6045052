/**
 * What things are called in Temporal: workflow ids, types, messages, search attributes. All of these are readable in its storage, so
 * they hold only opaque ids and words of ours.
 */

/** Types of workflows. */
export const workflowTypes = {
  run: "run",
  log: "log",
  registry: "registry",
  image: "image",
  schedule: "schedule",
  longCall: "longCall",
} as const;

/** Enum-like: how an open run stands. */
export const stateAttribute = "AutoFlowState";
/** Keyed digests of what a run can be found by. */
export const labelsAttribute = "AutoFlowLabels";

/** Words among the labels: of a run that has asked people something, and of one of which a task is open. */
export const taskLabels = { asked: "task:asked", open: "task:open" } as const;

/** The ids of an instance; its task queue is in front of them, so that several may share a namespace. */
export const workflowIds = {
  run: (taskQueue: string, runId: string): string => `${taskQueue}/run/${runId}`,
  /** `project`: keyed digest of the project's name. */
  log: (taskQueue: string, project: string): string => `${taskQueue}/log/${project}`,
  registry: (taskQueue: string): string => `${taskQueue}/registry`,
  /** `image`: the label of runs that have it. */
  image: (taskQueue: string, image: string): string => `${taskQueue}/image/${image}`,
  /** `key`: keyed digest of project, path and trigger. */
  schedule: (taskQueue: string, key: string): string => `${taskQueue}/schedule/${key}`,
  longCall: (taskQueue: string, runId: string, effect: number, attempt: number): string =>
    `${taskQueue}/call/${runId}/${effect}/${attempt}`,
  /** The code of a worker's workflows, by its build id. */
  bundle: (taskQueue: string, buildId: string): string => `${taskQueue}/bundle/${buildId}`,
} as const;

/** The run's id in the id of its workflow; undefined for another workflow's. */
export function runIdOf(workflowId: string): string | undefined {
  return /\/run\/([0-9a-f-]{36})$/.exec(workflowId)?.[1];
}

/** The digest of the project whose log has this workflow id; undefined for another workflow's. */
export function projectOfLog(workflowId: string): string | undefined {
  return /\/log\/([0-9a-f]{32})$/.exec(workflowId)?.[1];
}

/** The workflow whose project another one has: calls are their run's. */
export function ownerOf(workflowId: string): string {
  const [, taskQueue, runId] = /^(.*)\/call\/([0-9a-f-]{36})\/\d+\/\d+$/.exec(workflowId) ?? [];
  return runId === undefined ? workflowId : workflowIds.run(taskQueue!, runId);
}

/** Versions of the workers' code form one deployment for each task queue. */
export function deploymentName(taskQueue: string): string {
  return `autoflow-${taskQueue}`;
}
