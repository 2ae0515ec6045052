/** Where and when runs begin (specification, "Start Definition"). */
import type { Schedule } from "../../../core/schedule.ts";
import type { Start } from "../model.ts";
import { parseRepeatingInterval, parseTime } from "./durations.ts";
import { Fields, textOf } from "./fields.ts";
import { describe, placeOf, type DataNode, type MapNode } from "./tree.ts";

/** A state's name, or an object; the first state when it says none. Undefined when there are no states either. */
export function readStart(
  workflow: Fields,
  firstState: MapNode | undefined,
  firstName: string | undefined,
): Start | undefined {
  const node = workflow.get("start");
  const first =
    firstName === undefined ? undefined : { stateName: firstName, at: placeOf(firstState ?? workflow.node) };
  if (node === undefined) return first;
  if (node.kind === "scalar") {
    const stateName = textOf(node);
    return stateName.trim() === "" ? first : { stateName, at: placeOf(node) };
  }
  const fields = Fields.of(node, "start", workflow.problems);
  if (fields === undefined) return first;
  const stateName = fields.text("stateName") ?? firstName;
  const schedule = readSchedule(fields);
  fields.end();
  if (stateName === undefined) return undefined;
  return { stateName, ...(schedule !== undefined && { schedule }), at: placeOf(fields.get("stateName") ?? node) };
}

/** A text is an interval. */
function readSchedule(start: Fields): Schedule | undefined {
  const node = start.get("schedule");
  if (node === undefined) return undefined;
  if (node.kind === "scalar") return readInterval(node, start);
  const fields = Fields.of(node, "schedule of start", start.problems);
  if (fields === undefined) return undefined;
  const interval = fields.get("interval");
  const cron = fields.get("cron");
  const timezone = fields.text("timezone");
  fields.end("directInvoke");
  if (interval !== undefined && cron !== undefined) {
    start.problems.error("schedule of start has an interval and a cron expression: it can have one of them", cron);
    return undefined;
  }
  if (interval !== undefined) return readInterval(interval, fields);
  if (cron !== undefined) return readCron(cron, timezone, fields);
  start.problems.error("schedule of start has neither interval nor cron", node);
  return undefined;
}

function readInterval(node: DataNode, { problems }: Fields): Schedule | undefined {
  const interval = node.kind === "scalar" ? parseRepeatingInterval(textOf(node)) : undefined;
  if (interval === undefined) {
    const message = `an interval has to be like R/PT15M or R5/2026-01-01T00:00:00Z/PT2H (ISO 8601), got ${describe(node)}`;
    problems.error(message, node);
    return undefined;
  }
  const { everyMs, from, repeat, until } = interval;
  return {
    every: everyMs,
    ...(from !== undefined && { from }),
    ...(repeat !== undefined && { repeat }),
    ...(until !== undefined && { until }),
  };
}

/** A text, or an object of expression and validUntil. */
function readCron(node: DataNode, timezone: string | undefined, around: Fields): Schedule | undefined {
  const { problems } = around;
  const inner = node.kind === "map" ? new Fields(node, "cron of start", problems) : undefined;
  const expressionNode = inner === undefined ? node : inner.get("expression");
  const untilNode = inner?.get("validUntil");
  inner?.end();
  if (inner !== undefined && expressionNode === undefined) inner.required("expression");
  const cron = expressionNode?.kind === "scalar" ? textOf(expressionNode).trim() : "";
  const fields = cron.split(/\s+/).length;
  if (cron === "" || ((fields < 5 || fields > 7) && !/^@\w+$/.test(cron))) {
    if (expressionNode !== undefined) {
      problems.error(`a cron expression has five to seven fields, got ${describe(expressionNode)}`, expressionNode);
    }
    return undefined;
  }
  const until = untilNode?.kind === "scalar" ? parseTime(textOf(untilNode)) : undefined;
  if (untilNode !== undefined && until === undefined) {
    problems.error(`validUntil has to be an ISO 8601 time, got ${describe(untilNode)}`, untilNode);
  }
  return { cron, ...(timezone !== undefined && { timezone }), ...(until !== undefined && { until }) };
}
