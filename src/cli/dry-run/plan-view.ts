/** A plan as people read it: what would be written, in order, and how it ends. */
import { formatDuration } from "../../core/duration.ts";
import { visible } from "../output.ts";
import type { Plan, PlanEnd, PlannedWrite } from "./plan.ts";

export function planLines(writes: readonly PlannedWrite[]): string[] {
  return writes.flatMap((write, index) => {
    const after = write.afterMs === 0 ? "" : `, after ${formatDuration(write.afterMs)}`;
    const details = detailsOf(write).map((line) => `   ${visible(line)}`);
    return [visible(`${index + 1}. ${headOf(write)}  (${write.at}${after})`), ...details];
  });
}

/** How many writes, and why there are no more. */
export function endLines({ writes, end }: Pick<Plan, "writes" | "end">): string[] {
  const count = writes.length === 1 ? "1 write is planned" : `${writes.length} writes are planned`;
  return [writes.length === 0 ? "Nothing would be written." : `${count}; nothing was written.`, ...whyLines(end)];
}

function whyLines(end: PlanEnd): string[] {
  if (end.state !== "stopped") return [];
  return end.why.map((why) => visible(`The plan ends here: ${why}.`));
}

function headOf(write: PlannedWrite): string {
  switch (write.kind) {
    case "gitlab": {
      const query = new URLSearchParams(write.query ?? []).toString();
      return `gitlab ${write.method} ${write.path}${query === "" ? "" : `?${query}`}`;
    }
    case "http":
      return `http ${write.method} ${write.url}`;
    case "emit":
      return `emit ${write.type}${write.subject === undefined ? "" : ` (${write.subject})`}`;
    case "signal":
      return `signal ${write.name} to run ${write.run}`;
    case "spawn":
      return `start ${write.name}${write.version === undefined ? "" : ` ${write.version}`}`;
  }
}

function detailsOf(write: PlannedWrite): string[] {
  switch (write.kind) {
    case "gitlab":
      return write.body === undefined ? [] : [JSON.stringify(write.body)];
    case "http":
      return write.body === undefined || write.body === "" ? [] : write.body.split("\n");
    case "emit":
      return [JSON.stringify(write.data)];
    case "signal":
      return [JSON.stringify(write.payload)];
    case "spawn":
      return [JSON.stringify(write.input)];
  }
}
