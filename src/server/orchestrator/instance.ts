/** What the Orchestrator shows of a run. */
import { Type, type Static } from "typebox";
import type { Engine } from "../../core/engine.ts";
import type { Failure } from "../../core/failure.ts";
import type { RunDetails } from "../../core/run.ts";
import type { WorkflowRun } from "../../core/workflows.ts";
import { isObject } from "../../events/body-fields.ts";
import { errorOf } from "../workflows/kogito-answers.ts";
import type { Visit } from "../workflows/node-visits.ts";
import { durationText } from "./duration-text.ts";
import { stateSchema } from "./overview.ts";
import { instanceState } from "./states.ts";

const text = Type.String();
const optional = Type.Optional;

const nodeSchema = Type.Object(
  {
    id: Type.String({ description: "Of this visit of the node." }),
    name: text,
    type: text,
    definitionId: text,
    nodeId: text,
    enter: Type.String({ description: "ISO 8601." }),
    exit: optional(text),
    errorMessage: optional(text),
  },
  { additionalProperties: false },
);

export const instanceSchema = Type.Object(
  {
    id: text,
    processId: text,
    processName: text,
    version: text,
    project: text,
    description: optional(text),
    state: stateSchema,
    completedWith: optional(
      Type.String({
        description: "`result.completedWith` of the data: a run may complete and tell of an error or a warning.",
      }),
    ),
    start: Type.String({ description: "ISO 8601." }),
    end: optional(text),
    duration: optional(Type.String({ description: "For people." })),
    businessKey: optional(text),
    initiatorEntity: optional(text),
    targetEntity: optional(text),
    parentProcessInstanceId: optional(text),
    serviceUrl: text,
    endpoint: text,
    waitingFor: optional(Type.String({ description: "In words." })),
    error: optional(
      Type.Object(
        { message: text, nodeDefinitionId: text, nodeInstanceId: optional(text), errorCode: optional(text) },
        { additionalProperties: false },
      ),
    ),
    workflowdata: Type.Unknown({ description: "The data as they stand, or as the run ended." }),
    executionSummary: Type.Array(text),
    nodes: Type.Array(nodeSchema, { description: "Of one run; a list leaves them out." }),
  },
  { additionalProperties: false },
);

type Instance = Static<typeof instanceSchema>;

export interface InstanceContext {
  engine: Engine;
  /** Of this server, without a slash at its end. */
  url: string;
}

/** A run as a search found it. */
export function listedInstance(run: WorkflowRun, context: InstanceContext): Instance {
  return toInstance(run, [], context);
}

/** One run, with the nodes that it has left and is in. */
export function instanceOf(run: RunDetails, visits: readonly Visit[], context: InstanceContext): Instance {
  const { workflow = { name: "", version: "" }, parent, ...rest } = run;
  const starter =
    parent === undefined ? rest.starter : { ...rest.starter, parent: { runId: parent.runId, definition: "" } };
  return toInstance({ ...rest, ...workflow, ...(starter !== undefined && { starter }) }, visits, context);
}

function toInstance(run: WorkflowRun, visits: readonly Visit[], { engine, url }: InstanceContext): Instance {
  const { id, name, version, project, state, createdAt, endedAt, starter, error, waitingFor } = run;
  const described = engine.activeWorkflows(name).find(({ workflow }) => workflow.version === version)?.workflow;
  const data: unknown = JSON.parse(run.data ?? "{}");
  const completedWith = completedWithOf(data);
  const { description } = described ?? {};
  const parent = starter?.parent?.runId;
  return {
    id,
    processId: name,
    processName: described?.title ?? name,
    version,
    project,
    ...(description !== undefined && { description }),
    state: instanceState(state),
    ...(completedWith !== undefined && { completedWith }),
    start: iso(createdAt),
    ...(endedAt !== undefined && { end: iso(endedAt), duration: durationText(endedAt - createdAt) }),
    ...entitiesOf(starter),
    ...(parent !== undefined && { parentProcessInstanceId: parent }),
    serviceUrl: url,
    endpoint: `${url}/${encodeURIComponent(name)}`,
    ...(waitingFor !== undefined && { waitingFor }),
    ...(error !== undefined && state === "failed" && { error: errorFields(id, error, visits) }),
    workflowdata: data,
    executionSummary: visits.map(summaryLine),
    nodes: visits.map(toNode),
  };
}

function entitiesOf(
  starter: WorkflowRun["starter"],
): Pick<Instance, "businessKey" | "initiatorEntity" | "targetEntity"> {
  const { businessKey, targetEntity, initiatorEntity = starter?.identity } = starter ?? {};
  return {
    ...(businessKey !== undefined && { businessKey }),
    ...(initiatorEntity !== undefined && { initiatorEntity }),
    ...(targetEntity !== undefined && { targetEntity }),
  };
}

function completedWithOf(data: unknown): string | undefined {
  const result = isObject(data) ? data["result"] : undefined;
  const value = isObject(result) ? result["completedWith"] : undefined;
  return typeof value === "string" ? value : undefined;
}

function errorFields(id: string, failure: Failure, visits: readonly Visit[]): NonNullable<Instance["error"]> {
  const { message, failedNodeId, errorCode } = errorOf(id, failure);
  const visit = visits.findLast(({ node, error }) => node === failedNodeId && error !== undefined);
  return {
    message,
    nodeDefinitionId: failedNodeId,
    ...(visit !== undefined && { nodeInstanceId: visit.id }),
    ...(errorCode !== undefined && { errorCode }),
  };
}

function toNode({ id, name, type, node, entered, left, error }: Visit): Instance["nodes"][number] {
  return {
    id,
    name,
    type,
    definitionId: node,
    nodeId: node,
    enter: iso(entered),
    ...(left !== undefined && { exit: iso(left) }),
    ...(error !== undefined && { errorMessage: error }),
  };
}

function summaryLine({ name, entered, left, error }: Visit): string {
  const took = left === undefined ? "not left yet" : durationText(left - entered);
  return `${iso(entered)} ${name}: ${took}${error === undefined ? "" : `, ${error}`}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
