/** Errors that a state handles: `onErrors`. */
import type { Failure } from "../../../core/failure.ts";
import type { Value } from "../../jq/value.ts";
import { withoutMarkers } from "../data/json.ts";
import { fromJson } from "../expressions/wire.ts";
import { matchesError } from "../functions/error-match.ts";
import { breakFibersOff } from "./action-lists.ts";
import type { Run } from "./run.ts";
import type { Fiber } from "./run-state.ts";

/** Lets the state that the run is in be left by its handler of an error; false when it has none. `fiber` is where it happened. */
export function handleError(run: Run, failure: Failure, fiber?: Fiber): boolean {
  const handlers = run.stateModel.onErrors;
  const { visit } = run;
  // Neither the way out of an error nor the end in error that the author asked for is an error to handle; a subflow's is.
  const isOwnEnd = failure.code === "WORKFLOW_ERROR_END" && fiber === undefined;
  if (visit.exit?.by === "error" || isOwnEnd) return false;
  const named = handlers.findIndex(
    ({ errors }) => errors !== "any" && errors.some((name) => matchesError(run.image.error(name), failure)),
  );
  // A handler that names the error comes before one for all.
  const index = named >= 0 ? named : handlers.findIndex(({ errors }) => errors === "any");
  if (index < 0) return false;
  run.state.caught = errorValue(failure);
  breakFibersOff(run, failure.message, fiber);
  visit.error = failure.message;
  visit.exit = { by: "error", index };
  visit.phase = "leave";
  return true;
}

/** What a workflow sees of an error: `$WORKFLOW.error`. */
function errorValue({ type, code, message, details }: Failure): Value {
  const value = new Map<string, Value>([
    ["type", type],
    ["code", code],
    ["message", withoutMarkers(message)],
  ]);
  if (details !== undefined) value.set("details", fromJson(JSON.stringify(details)));
  return value;
}
