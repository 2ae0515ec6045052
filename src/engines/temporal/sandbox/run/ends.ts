/** Ends of runs: what follows from an outcome, and what the workflow answers. */
import { ApplicationFailure, CancelledFailure, condition } from "@temporalio/workflow";
import type { Failure } from "../../../../core/failure.ts";
import type { Outcome } from "../../../../core/program.ts";
import { failureTypes, type RunCarry, type RunResult, type RunView } from "../../protocol/run.ts";
import { allowCancelledEnd } from "../versioning.ts";
import { carryOf } from "./carrying.ts";
import { engineFailure } from "./hosted-run.ts";
import type { Parts } from "./parts.ts";
import { fits, mostBytes } from "./sizes.ts";
import { viewOf } from "./view.ts";

/** What a failure may tell besides its message, in bytes. */
const mostDetails = 128 * 1024;
const mostMessage = 16 * 1024;

/** Does what follows from the outcome and answers it. Throws where the run has failed or was cancelled: so ends the workflow too. */
export async function end(parts: Parts): Promise<RunResult> {
  const { run, outside, calls, reports, children, emissions, tasks } = parts;
  run.outcome = bounded(run.outcome!);
  run.inbox.isHeld = false;
  run.isUnheard = false;
  if (run.outcome.kind === "continued") await takeOver(parts, run.outcome);
  const state = isRepairable(run.outcome) ? run.snapshot() : undefined;
  calls.end();
  tasks.end();
  // Most runs have nothing to wait for, and a promise is dear here.
  const endings = [emissions.end(), reports.end(), children.end(run.outcome)].filter((ending) => ending !== undefined);
  if (endings.length > 0) await Promise.all(endings);
  do {
    if (!outside.isIdle) await condition(() => outside.isIdle);
  } while (hearChildren(parts));
  run.hasEnded = true;
  return answer(parts, run.outcome, state);
}

/** A run that cannot go on as another one has failed. */
async function takeOver({ run, children }: Parts, outcome: Outcome & { kind: "continued" }): Promise<void> {
  const error = await children.continueAs(outcome);
  if (error === undefined) return;
  run.outcome = { kind: "failed", error };
  const text = `it cannot continue as ${outcome.definition.name}: ${error.message}`;
  run.record({ note: { text, level: "error", outcome: run.outcome } });
}

/** Whether a child has told meanwhile that another run takes over from it, which then is to end too. */
function hearChildren({ run, children }: Parts): boolean {
  let isHeard = false;
  for (let pending = run.inbox.take(); pending !== undefined; pending = run.inbox.take()) {
    if (pending.incoming.kind !== "child") continue;
    children.heard(pending.incoming);
    isHeard = true;
  }
  return isHeard;
}

function answer(parts: Parts, outcome: Outcome, state: Uint8Array | undefined): RunResult {
  const result: RunResult = { outcome, view: toldBeside(outcome, viewOf(parts.run)) };
  if (!fits(JSON.stringify(result))) delete result.view.data;
  if (outcome.kind === "cancelled") {
    allowCancelledEnd();
    throw new CancelledFailure(outcome.reason);
  }
  if (outcome.kind !== "failed") return result;
  if (state !== undefined) result.carry = carryOfFailed(parts);
  throw failed(result, state);
}

/** What the workflow of a failed run ends with. */
export function failed(result: RunResult, state?: Uint8Array): ApplicationFailure {
  const { outcome } = result;
  return ApplicationFailure.create({
    message: outcome.kind === "failed" ? `${outcome.error.code}: ${outcome.error.message}` : outcome.kind,
    type: failureTypes.failed,
    nonRetryable: true,
    details: state === undefined ? [result] : [result, state],
  });
}

/** Nothing is open any more in a run that is opened again. */
function carryOfFailed(parts: Parts): RunCarry {
  const { run } = parts;
  run.ledger.open.clear();
  run.ledger.signals = [];
  const { cancelling: _, ...carry } = carryOf(parts);
  return { ...carry, inbox: [], subscribed: [], children: [], long: [] };
}

/** Without what the outcome tells. */
// oxlint-disable-next-line eslint/no-unused-vars -- that is how a property is left out
function toldBeside(outcome: Outcome, { value, error: _, ...view }: RunView): RunView {
  if (outcome.kind === "succeeded" && view.data === value) delete view.data;
  return view;
}

function isRepairable(outcome: Outcome): boolean {
  return outcome.kind === "failed" && outcome.repairable === true;
}

/** An outcome that can be kept. */
function bounded(outcome: Outcome): Outcome {
  if (outcome.kind === "failed") return { ...outcome, error: boundedFailure(outcome.error) };
  if (fits(JSON.stringify(outcome))) return outcome;
  const message = `the run ended with more than the ${mostBytes} bytes that a result may have`;
  return { kind: "failed", error: { ...engineFailure("LIMIT_OUTPUT", message), type: "limit" } };
}

function boundedFailure(error: Failure): Failure {
  const { details, traceback, ...rest } = error;
  const short: Failure = { ...rest, message: rest.message.slice(0, mostMessage) };
  if (traceback !== undefined) short.traceback = traceback.slice(-mostMessage);
  if (details !== undefined && fits(JSON.stringify(details) ?? "", mostDetails)) short.details = details;
  return short;
}
