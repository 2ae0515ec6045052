/** Timeouts and durations (specification, "Workflow Timeouts"). */
import type { Duration, StateTimeouts, WorkflowTimeout } from "../model.ts";
import { parseIsoDuration } from "./durations.ts";
import { Fields, textOf } from "./fields.ts";
import type { WorkflowTimeouts } from "./parsing.ts";
import type { Problems } from "./problems.ts";
import { describe, placeOf, type DataNode } from "./tree.ts";

/** An ISO 8601 duration; undefined for none, for "unlimited", and after telling what is wrong. */
export function readDuration(fields: Fields, ...keys: string[]): Duration | undefined {
  const node = fields.get(...keys);
  if (node === undefined) return undefined;
  const text = node.kind === "scalar" ? textOf(node).trim() : "";
  if (text.toLowerCase() === "unlimited") return undefined;
  const duration = parseIsoDuration(text);
  const what = `${keys[0]} of ${fields.what}`;
  if (duration === undefined) {
    const message = `${what} has to be an ISO 8601 duration such as PT15S or P1DT12H, got ${describe(node)}`;
    fields.problems.error(message, node);
    return undefined;
  }
  if (duration.isCalendar) {
    const message = `${what} counts in years or months: a year is taken as 365 days, a month as 30`;
    fields.problems.warn("calendar-duration", message, node);
  }
  return { ms: duration.ms, text: duration.text };
}

/** The workflow's `timeouts`. */
export function readWorkflowTimeouts(node: DataNode | undefined, problems: Problems): WorkflowTimeouts {
  const fields = Fields.of(node, "timeouts of the workflow", problems);
  if (fields === undefined) return { states: {} };
  const workflow = readWorkflowTimeout(fields);
  const states = readStateTimeouts(fields, {});
  fields.end();
  return { ...(workflow !== undefined && { workflow }), states };
}

/** `workflowExecTimeout`, a text or an object. */
export function readWorkflowTimeout(fields: Fields): WorkflowTimeout | undefined {
  const node = fields.get("workflowExecTimeout");
  if (node === undefined) return undefined;
  if (node.kind === "scalar") {
    const duration = readDuration(fields, "workflowExecTimeout");
    return duration === undefined ? undefined : { duration, interrupt: false, at: placeOf(node) };
  }
  const inner = Fields.of(node, "workflowExecTimeout", fields.problems);
  if (inner === undefined) return undefined;
  const duration = readDuration(inner, "duration");
  const interrupt = inner.boolean(false, "interrupt");
  const runBefore = inner.text("runBefore");
  inner.end();
  if (duration === undefined) return undefined;
  return { duration, interrupt, ...(runBefore !== undefined && { runBefore }), at: placeOf(node) };
}

/** What is in force: the `timeouts` of a state or branch over those around it. */
export function readOwnTimeouts(fields: Fields, around: StateTimeouts): StateTimeouts {
  const own = fields.object("timeouts");
  if (own === undefined) return around;
  const timeouts = readStateTimeouts(own, around);
  own.end("workflowExecTimeout");
  return timeouts;
}

function readStateTimeouts(fields: Fields, around: StateTimeouts): StateTimeouts {
  const stateExec = readStateExec(fields);
  const actionExec = readDuration(fields, "actionExecTimeout");
  const branchExec = readDuration(fields, "branchExecTimeout");
  const event = readDuration(fields, "eventTimeout");
  return {
    ...around,
    ...(stateExec !== undefined && { stateExec }),
    ...(actionExec !== undefined && { actionExec }),
    ...(branchExec !== undefined && { branchExec }),
    ...(event !== undefined && { event }),
  };
}

/** A text is the total. */
function readStateExec(fields: Fields): StateTimeouts["stateExec"] {
  const node = fields.get("stateExecTimeout");
  if (node === undefined) return undefined;
  if (node.kind === "scalar") {
    const total = readDuration(fields, "stateExecTimeout");
    return total === undefined ? undefined : { total };
  }
  const inner = Fields.of(node, "stateExecTimeout", fields.problems);
  if (inner === undefined) return undefined;
  const single = readDuration(inner, "single");
  const total = readDuration(inner, "total", "duration");
  inner.end();
  return { ...(single !== undefined && { single }), ...(total !== undefined && { total }) };
}
