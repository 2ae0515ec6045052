/** How a run stands, for people and tools. */
import type { Inspection, OpenNode } from "../../../../core/program.ts";
import type { RunState } from "../../../../core/run.ts";
import { holderText } from "../../../run/keys.ts";
import { openEffects } from "../../../run/open-effects.ts";
import { startText } from "../../../run/start-text.ts";
import { describeWait } from "../../../run/wait-text.ts";
import type { RunHistory, RunNodes, RunView } from "../../protocol/run.ts";
import type { HostedRun } from "./hosted-run.ts";

export function stateOf(run: HostedRun): RunState {
  const { outcome, ledger, inbox } = run;
  if (outcome !== undefined && run.hasEnded) return outcome.kind === "continued" ? "succeeded" : outcome.kind;
  if (run.cancelling !== undefined) return "cancelling";
  if (!run.started) return "queued";
  const waits = outcome === undefined && inbox.isEmpty && ledger.open.size + ledger.signals.length > 0;
  return waits ? "waiting" : "running";
}

export function viewOf(run: HostedRun): RunView {
  const { ledger, outcome, hasEnded, continuedAs } = run;
  const waitingFor = hasEnded ? null : run.isHeld ? holderText() : describeWait(ledger);
  const inspection = inspectionOf(run);
  const data = dataOf(run);
  return {
    state: stateOf(run),
    updatedAt: run.changedAt,
    ...(hasEnded && { endedAt: run.changedAt }),
    ...(waitingFor !== null && { waitingFor }),
    ...(run.isHeld && !hasEnded && { held: true as const }),
    turns: ledger.turns,
    stateBytes: run.stateBytes,
    openEffects: hasEnded ? [] : openEffects(ledger),
    ...(inspection !== undefined && { inspection }),
    ...(data !== undefined && { data }),
    ...(outcome?.kind === "failed" && { error: outcome.error }),
    ...(outcome?.kind === "failed" && outcome.repairable === true && { repairable: true }),
    ...(outcome?.kind === "succeeded" && { value: outcome.value }),
    ...(continuedAs !== undefined && { continuedAs }),
  };
}

/** What a query for history answers. */
export function historyOf(run: HostedRun, { after, limit }: { after: number; limit: number }): RunHistory {
  const { chronicle, ledger, input } = run;
  const entries = chronicle.entries(after, limit);
  if (chronicle.first === 1 && after < 1 && limit > 0) {
    const { trigger, event, time, starter } = input.start;
    const text = startText({
      path: input.definition,
      trigger,
      event: event === undefined ? undefined : (JSON.parse(event) as { type: string; id: string }),
      continues: input.kin?.continues,
      parent: starter?.parent?.runId,
    });
    entries.unshift({ seq: 1, time, kind: "started", text });
  }
  const executions = input.carry?.executions ?? [];
  return { entries: entries.slice(0, limit), first: chronicle.first, next: ledger.entry, executions };
}

export function nodesOf(run: HostedRun): RunNodes {
  const left = run.chronicle.visits();
  return { left, open: openNodes(run) ?? [], executions: run.input.carry?.executions ?? [] };
}

/** Undefined while it computes. */
export function openNodes(run: HostedRun): OpenNode[] | undefined {
  if (!isStanding(run)) return undefined;
  return inspectionOf(run)?.nodes ?? [];
}

/** The data that the machine works on, or ended with. */
function dataOf({ machine, started, midTurn }: HostedRun): string | undefined {
  if (!started || midTurn) return undefined;
  try {
    return machine?.data?.();
  } catch {
    return undefined;
  }
}

/** Its state can be looked into. */
function isStanding({ started, midTurn, outcome }: HostedRun): boolean {
  if (!started || midTurn) return false;
  return outcome === undefined || (outcome.kind === "failed" && outcome.repairable === true);
}

function inspectionOf(run: HostedRun): Inspection | undefined {
  if (!isStanding(run)) return undefined;
  try {
    return run.image.inspect(run.start, run.machine!.snapshot());
  } catch {
    return undefined;
  }
}
