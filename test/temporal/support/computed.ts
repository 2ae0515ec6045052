/** What the languages compute for their own tests: the same in Node and in Temporal's sandbox. Needs nothing of either. */
import type { Arrival } from "../../../src/core/arrival.ts";
import type { Machine, RunStart, Turn } from "../../../src/core/program.ts";
import { fromBase64 } from "../../../src/core/wire.ts";
import { serverlessWorkflow } from "../../../src/languages/serverless-workflow/program.ts";
import { starlark } from "../../../src/languages/starlark/program.ts";
import { Evaluator } from "../../../src/languages/starlark/run/evaluate.ts";
import { EvaluationError } from "../../../src/languages/starlark/run/evaluation-error.ts";
import { superset } from "../../../src/languages/starlark/syntax/tree.ts";
import { assertOptions } from "../../../src/languages/starlark/testing/assertions.ts";
import { toText } from "../../../src/languages/starlark/values/text.ts";

export interface TestProgram {
  name: string;
  source: string;
}

/** A run that was recorded; bytes are base64. */
export interface RecordedRun {
  name: string;
  image: { language: string; hash: string; bytes: string };
  start: RunStart;
  arrivals: Arrival[];
  /** The states before each arrival, or before each but the first. */
  states: string[];
}

/** Everything that a Starlark program says: what it prints, what of its assertions does not hold, and how it fails. */
export function saidBy({ name, source }: TestProgram): string {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  try {
    new Evaluator({ ...assertOptions(say), dialect: superset, print: say }).evaluate(name, source);
  } catch (error) {
    say(String(error));
    if (!(error instanceof EvaluationError)) return said.join("\n");
    if (error.failure !== undefined) say(toText(error.failure.traceback));
    for (const { message, where } of error.problems) say(`${where.line}:${where.column}: ${message}`);
  }
  return said.join("\n");
}

/** The turns of a run from its start, and from each of its states on, as JSON. */
export function turnsOf({ image, start, arrivals, states }: RecordedRun): string {
  const { language, hash } = image;
  const program = [starlark, serverlessWorkflow].find((each) => each.language === language)!;
  const loaded = program.load({ language, hash, bytes: fromBase64(image.bytes) });
  const turns = [undefined, ...states].map((state, at) => {
    const machine = loaded.open(start, state === undefined ? undefined : fromBase64(state));
    const taken = at === 0 ? [undefined, ...arrivals] : arrivals.slice(at - 1);
    return taken.map((arrival) => essence(turnOf(machine, arrival)));
  });
  return JSON.stringify(turns);
}

function turnOf(machine: Machine, arrival: Arrival | undefined): Turn {
  for (let taken = arrival; ; taken = undefined) {
    const turn = machine.step(taken, 1_000_000);
    if (turn !== "running") return turn;
  }
}

function essence({ effects, outcome }: Turn): unknown {
  return { effects, outcome };
}
