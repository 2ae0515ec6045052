/** How a run ends where the workflow says so: its output is checked, calls that nothing waits for are made. */
import type { AnswerArrival } from "../../../core/arrival.ts";
import type { Outcome } from "../../../core/program.ts";
import type { WireText } from "../../../core/wire.ts";
import type { Value } from "../../jq/value.ts";
import { withoutMarkers } from "../data/json.ts";
import { fromWire, toPlainJson, toWire } from "../expressions/wire.ts";
import type { ContinueAs, End, SchemaCheck } from "../model.ts";
import { definitionNamed } from "./definition-named.ts";
import { attribute, outside, type Run, timeoutOf } from "./run.ts";
import type { Ending, Way } from "./run-state.ts";
import type { Work } from "./work.ts";
import { grouped, WorkflowError, workflowError } from "./workflow-error.ts";

/** The run has come to an end; it ends when it goes on. */
export function beginEnd(run: Run, way: Way): void {
  run.state.ending = { way, since: run.time, phase: "check" };
}

/** The run goes elsewhere. */
export function leaveEnd(run: Run): void {
  closeCheck(run);
  delete run.state.ending;
}

/** Begins the end anew: the data are others, or an operator wants it tried again. */
export function repeatEnd(run: Run, ending: Ending): void {
  closeCheck(run);
  ending.phase = "check";
}

/** An operator takes the output as it is. */
export function skipCheck(run: Run, ending: Ending): void {
  closeCheck(run);
  ending.phase = "checked";
}

function closeCheck(run: Run): void {
  run.close(({ kind }) => kind === "check");
}

/** What the run does at an end. Throws WorkflowError, after which it can be repaired. */
export function* advanceEnd(run: Run, ending: Ending, end: End): Work<Outcome | "waiting"> {
  if (ending.phase === "check") {
    const { output } = run.image.workflow;
    // What takes over from the run has the output.
    if (output === undefined || end.continueAs !== undefined) ending.phase = "checked";
    else askForCheck(run, ending, output);
  }
  if (ending.phase === "checking") return "waiting";
  if (!end.terminate && hasDetachedCalls(run)) return "waiting";
  if (end.continueAs !== undefined) return yield* continueAs(run, end.continueAs);
  return { kind: "succeeded", value: toWire(run.state.data) };
}

/** Calls that nothing waits for shall be made. */
function hasDetachedCalls(run: Run): boolean {
  return run.state.waits.values().some(({ kind }) => kind === "detached");
}

function* continueAs(run: Run, next: ContinueAs): Work<Outcome> {
  const { workflowId, version, data: template } = next;
  const { data } = run.state;
  const input = toPlainJson(template === undefined ? data : yield* run.evaluate.template(template, data));
  if (input === undefined) {
    throw workflowError("WORKFLOW_SECRET", `the input of the workflow "${workflowId}" would hold a secret`);
  }
  const definition = definitionNamed(workflowId, version);
  const timeout = timeoutOf(next.workflowTimeout);
  return { kind: "continued", definition, input, ...(timeout === undefined ? {} : { timeout }) };
}

// The output's schema.

const unchecked = "the output cannot be checked by its schema";

/** The host validates: a validator makes code of schemas. */
function askForCheck(run: Run, ending: Ending, { schema, failOnValidationErrors, at }: SchemaCheck): void {
  const documents = Object.entries(schema.documents).map(([path, text]) => [path, withoutMarkers(text)] as const);
  const input = toWire(
    new Map<string, Value>([
      ["value", run.state.data],
      ["path", schema.path],
      ["documents", new Map(documents)],
    ]),
  );
  const { outputBytesPerTurn } = run.start.limits;
  if (input.length > outputBytesPerTurn / 2) {
    const most = grouped(outputBytesPerTurn / 2);
    const message = `${unchecked}: together they take ${grouped(input.length)} bytes, the limit is ${most}`;
    if (failOnValidationErrors) throw workflowError("WORKFLOW_OUTPUT_INVALID", message);
    run.warn(message);
    ending.phase = "checked";
    return;
  }
  const effect = { kind: "call" as const, action: "json-schema", input, retry: { maxAttempts: 1 } };
  ending.phase = "checking";
  run.open({ kind: "check" }, effect, at, ending.way.state);
}

/** Takes what the host found. Throws WorkflowError when the output does not fit and has to. */
export function takeCheck(run: Run, { value, error }: AnswerArrival): void {
  const { ending } = run.state;
  const check = run.image.workflow.output;
  if (ending === undefined || check === undefined) return;
  ending.phase = "checked";
  if (error !== undefined) {
    const failure = { ...error, message: `${unchecked}: ${error.message}` };
    if (check.failOnValidationErrors) throw new WorkflowError(failure);
    return run.warn(failure.message);
  }
  const text = value ?? ("null" as WireText);
  const violations = violationsIn(outside("the answer", "WORKFLOW_OUTPUT_INVALID", () => fromWire(text)));
  if (violations.length === 0) return;
  if (!check.failOnValidationErrors) return run.warn(`the output does not fit its schema: ${violations.join("; ")}`);
  const failure = workflowError("WORKFLOW_OUTPUT_INVALID", violations.join("\n")).failure;
  throw new WorkflowError({ ...failure, details: { violations } });
}

/** A line for each problem that the action `json-schema` found; none when the output is valid. */
function violationsIn(answer: Value): string[] {
  if (!(answer instanceof Map) || answer.get("valid") === true) return [];
  const problems = answer.get("problems");
  return (Array.isArray(problems) ? problems : []).map(
    (problem) => `${attribute(problem, "path") ?? "$"}: ${attribute(problem, "message") ?? "does not fit"}`,
  );
}
