/** What a workflow says of how it completed: `result.completedWith` of its data, as the Orchestrator reads it. */
import type { RunDetails } from "../../core/run.ts";
import { asObject, textAt } from "../../events/body-fields.ts";

export interface Completion {
  /** "success", "warning", "error". */
  with: string;
  message?: string;
}

export function completionOf({ data }: Pick<RunDetails, "data">): Completion | undefined {
  const result = asObject(asObject(data === undefined ? undefined : JSON.parse(data))["result"]);
  const completed = textAt(result, "completedWith");
  const message = textAt(result, "message");
  return completed === undefined ? undefined : { with: completed, ...(message !== undefined && { message }) };
}
