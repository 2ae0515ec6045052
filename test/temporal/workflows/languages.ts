/** Programs and runs of the languages' own tests, computed in Temporal's sandbox. */
import { type RecordedRun, saidBy, type TestProgram, turnsOf } from "../support/computed.ts";

export function programs(some: TestProgram[]): Promise<string[]> {
  return Promise.resolve(some.map(saidBy));
}

export function recordedRun(run: RecordedRun): Promise<string> {
  return Promise.resolve(turnsOf(run));
}
