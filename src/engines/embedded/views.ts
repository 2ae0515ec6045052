/** Runs, events and definitions as people and tools see them. */
import type { DefinitionView, TriggerView } from "../../core/definition.ts";
import type { EventDecision, EventView } from "../../core/engine.ts";
import type { Outcome, TriggerDescription } from "../../core/program.ts";
import { hasEnded, type RunDetails, type RunSummary } from "../../core/run.ts";
import type { ActiveRun } from "./active-run.ts";
import type { Core } from "./core.ts";
import { authorsPath, isDriver } from "./drivers.ts";
import { holderText } from "../run/keys.ts";
import { decodeLedger } from "../run/ledger.ts";
import { runStart } from "./run-start.ts";
import type { StoredEvent } from "./store/events.ts";
import { dataOf } from "./settling.ts";
import type { StoredOutcome, StoredRun } from "./store/runs.ts";
import { settledNow } from "./workflows.ts";
import { openEffects } from "../run/open-effects.ts";
import { describeWait } from "../run/wait-text.ts";

export function runSummary(core: Core, row: StoredRun): RunSummary {
  const { definitions } = core.data;
  const version = definitions.version(row.version);
  const active = core.active.get(row.id);
  const summary: RunSummary = {
    id: row.uuid,
    project: row.project,
    definition: authorsPath(definitions.definition(version.definition).path),
    trigger: row.trigger,
    state: active === undefined || row.endedAt !== undefined ? row.status : liveState(active),
    imageHash: definitions.imageHash(version.image),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
  const event = row.event === undefined ? undefined : core.eventLog.event(row.event);
  if (event !== undefined) {
    summary.eventId = event.attributes.id;
    summary.eventSource = event.attributes.source;
  }
  if (row.endedAt !== undefined) summary.endedAt = row.endedAt;
  const ledger = active?.ledger ?? (row.ledger === undefined ? undefined : decodeLedger(row.ledger));
  const waitingFor = ledger === undefined || hasEnded(summary.state) ? null : describeWait(ledger);
  if (waitingFor !== null) summary.waitingFor = waitingFor;
  const holder = row.status === "queued" ? core.keyed.holderOf(row) : undefined;
  if (holder !== undefined) summary.waitingFor = holderText(holder);
  const outcome = row.outcome === undefined ? undefined : (JSON.parse(row.outcome) as Outcome);
  if (outcome?.kind === "failed") summary.error = outcome.error;
  if (row.status === "suspended") {
    const message = "the run was being computed at three deaths of the process";
    summary.error = { type: "engine", code: "RUN_SUSPENDED", message, retryable: false };
  }
  return summary;
}

/** An end counts from its commit on. */
function liveState(run: ActiveRun): RunSummary["state"] {
  if (hasEnded(run.status)) return "running";
  if (run.status === "cancelling") return run.status;
  if (!run.started) return "queued";
  const { open, signals } = run.ledger;
  return run.incoming.length === 0 && open.size + signals.length > 0 ? "waiting" : "running";
}

export function runDetails(core: Core, row: StoredRun): RunDetails {
  const version = core.data.definitions.version(row.version);
  const active = core.active.get(row.id);
  const ledger = active?.ledger ?? (row.ledger === undefined ? undefined : decodeLedger(row.ledger));
  const details: RunDetails = {
    ...runSummary(core, row),
    turns: ledger?.turns ?? 0,
    stateBytes: row.state?.length ?? 0,
    openEffects: ledger === undefined || hasEnded(row.status) ? [] : openEffects(ledger),
  };
  if (version.commit !== undefined) details.commit = version.commit;
  if (version.author !== undefined) details.author = version.author;
  if (version.workflow !== undefined) details.workflow = version.workflow;
  if (row.input !== undefined) details.input = row.input;
  if (row.starter !== undefined) details.starter = row.starter;
  addKin(core, row, details);
  const outcome = row.outcome === undefined ? undefined : (JSON.parse(row.outcome) as StoredOutcome);
  if (outcome?.kind === "succeeded") details.value = outcome.value;
  if (outcome?.kind === "failed" && outcome.repairable === true) details.repairable = true;
  if (outcome?.kind === "continued") {
    const next = core.data.runs.continuationOf(row.id);
    if (next !== undefined) details.continuedAs = next;
  }
  const state = inspectable(active, row);
  if (state !== undefined && (!hasEnded(row.status) || details.repairable === true)) {
    details.inspection = core.image(row.version).inspect(runStart(core, row), state);
  }
  const data = version.workflow === undefined ? undefined : currentData(core, row);
  if (data !== undefined) details.data = data;
  return details;
}

/** The runs that it came of, and the one that took over. */
function addKin(core: Core, { kin, starter }: StoredRun, details: RunDetails): void {
  const { runs } = core.data;
  if (kin?.parent !== undefined && starter?.parent !== undefined)
    details.parent = { runId: starter.parent.runId, effect: kin.parent.effect };
  if (kin?.continues !== undefined) {
    details.chain = kin.chain;
    const [from] = runs.uuids([kin.continues]);
    if (from !== undefined) details.continuedFrom = from;
  }
}

/** The data of a run: of the machine, where it stands still in memory, else as it was stored last. */
export function currentData(core: Core, row: StoredRun): string | undefined {
  const active = core.active.get(row.id);
  return active === undefined || hasEnded(row.status) ? settledNow(core, row).data : standingData(active);
}

/** The data of a run that stands still in memory. */
function standingData(active: ActiveRun): string | undefined {
  return active.started && !active.midTurn ? dataOf(active) : undefined;
}

/** The state to look into: the machine's, when it stands still in memory, else the stored one. */
export function inspectable(active: ActiveRun | undefined, row: StoredRun): Uint8Array | undefined {
  if (active === undefined) return row.state;
  if (!active.started || active.midTurn || active.outcome !== undefined) return undefined;
  try {
    return active.machine.snapshot();
  } catch {
    return undefined;
  }
}

export function eventView(core: Core, event: StoredEvent): EventView {
  const { note, ...logged } = event;
  const { definitions, runs } = core.data;
  const started = runs.ofEvent(event.seq).map(({ uuid, version, trigger }): EventDecision => ({
    definition: definitions.definition(definitions.version(version).definition).path,
    trigger,
    outcome: "started",
    runId: uuid,
    reason: "",
  }));
  const decisions = [...started, ...(note?.decisions ?? [])];
  const receivedBy = note?.deliveredTo === undefined ? [] : runs.uuids(note.deliveredTo);
  const view: EventView = { ...logged, decisions, receivedBy };
  if (note?.reason !== undefined) view.reason = note.reason;
  return view;
}

function triggerView(core: Core, definition: number, trigger: TriggerDescription): TriggerView {
  const view = { ...trigger, pausedUntilResumed: core.data.pauses.isPaused(definition, trigger.name) };
  const nextAt = core.scheduler.nextAt(definition, trigger.name);
  return nextAt === undefined ? view : { ...view, nextAt };
}

export function definitionViews(core: Core, project: string | undefined): DefinitionView[] {
  const { definitions } = core.data;
  return definitions
    .all()
    .filter((definition) => !definition.removed && !isDriver(definition.path))
    .filter((definition) => project === undefined || definition.project === project)
    .map((definition) => {
      const view: DefinitionView = {
        project: definition.project,
        path: definition.path,
        language: definition.language,
        triggers: [],
        problems: definition.problems,
      };
      if (definition.version === undefined) return view;
      const version = definitions.version(definition.version);
      view.imageHash = definitions.imageHash(version.image);
      if (version.commit !== undefined) view.commit = version.commit;
      if (version.author !== undefined) view.author = version.author;
      if (version.libraries.length > 0) view.libraries = [...version.libraries];
      if (definition.activeSince !== undefined) view.activeSince = definition.activeSince;
      const { workflow } = core.starts.workflows.of(definition.id) ?? {};
      if (workflow !== undefined) view.workflow = workflow;
      view.triggers = core
        .image(version.id)
        .describe()
        .triggers.map((trigger) => triggerView(core, definition.id, trigger));
      return view;
    });
}
