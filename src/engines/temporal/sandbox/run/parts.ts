/** The parts of a host, built for each execution. */
import { Calls } from "./calls.ts";
import { Children } from "./children.ts";
import { Emissions } from "./emissions.ts";
import type { HostedRun } from "./hosted-run.ts";
import { Outside } from "./outside.ts";
import { Reports } from "./reports.ts";
import { Tasks } from "./tasks.ts";
import { Timers } from "./timers.ts";

export interface Parts {
  readonly run: HostedRun;
  readonly outside: Outside;
  readonly calls: Calls;
  readonly timers: Timers;
  readonly reports: Reports;
  readonly children: Children;
  readonly emissions: Emissions;
  readonly tasks: Tasks;
}

export function partsOf(run: HostedRun): Parts {
  const outside = new Outside(run);
  const calls = new Calls(run, outside);
  return {
    run,
    outside,
    calls,
    timers: new Timers(run, calls),
    reports: new Reports(run, outside),
    children: new Children(run, outside),
    emissions: new Emissions(run, outside),
    tasks: new Tasks(run),
  };
}

/** What ends with this execution is not under way, and everybody has been told. */
export function isIdle({ outside, calls, reports, emissions }: Parts): boolean {
  return outside.isIdle && calls.isIdle && reports.isIdle && emissions.isIdle;
}
