/** History as people read it. */
import type { Arrival } from "../../core/arrival.ts";
import type { Effect, NodeVisit } from "../../core/effect.ts";
import type { Outcome } from "../../core/program.ts";
import type { HistoryEntry } from "../../core/run.ts";
import type { TaskAmendment } from "../../core/task.ts";
import { describeAnswer, describeCall, short } from "./call-text.ts";
import type { JournalItem } from "./journal-item.ts";
import { describeFilter } from "./wait-text.ts";

/** What happened at one time. */
export interface HistoryRow {
  /** Number of the first entry. */
  entry: number;
  time: number;
  items: readonly JournalItem[];
}

/** The entries of what happened at one time. */
export function toEntries(row: HistoryRow): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  let seq = row.entry;
  const add = (entry: Omit<HistoryEntry, "seq" | "time">): void => {
    entries.push({ seq: seq++, time: row.time, ...entry });
  };
  for (const item of row.items) {
    if ("arrival" in item) add({ kind: "arrival", text: describeArrival(item.arrival), arrival: item.arrival });
    else if ("turn" in item) {
      for (const effect of item.turn.effects) add(describeEffect(effect));
      if (item.turn.outcome !== undefined) add(describeOutcome(item.turn.outcome));
      else if (item.turn.effects.length === 0) seq++;
    } else if ("failed" in item) {
      const { attempt, effect, error, next } = item.failed;
      const text = `attempt ${attempt} of call ${effect} failed: ${error.message}; next at ${new Date(next).toISOString()}`;
      add({ kind: "attempt", level: "warn", text });
    } else if ("attempt" in item) {
      add({ kind: "attempt", text: `attempt ${item.attempt.attempt} of call ${item.attempt.effect}` });
    } else {
      add({ kind: item.note.outcome === undefined ? "note" : "ended", level: item.note.level, text: item.note.text });
    }
  }
  return entries;
}

/** The nodes that a run has left, in order. */
export function visitsIn(rows: Iterable<Pick<HistoryRow, "items">>): NodeVisit[] {
  const visits: NodeVisit[] = [];
  for (const { items } of rows) {
    for (const item of items) {
      if (!("turn" in item)) continue;
      for (const effect of item.turn.effects) if (effect.kind === "node") visits.push(effect.visit);
    }
  }
  return visits;
}

function describeArrival(arrival: Arrival): string {
  switch (arrival.kind) {
    case "answer":
      return arrival.error === undefined
        ? `answer to ${arrival.effect}: ${arrival.value === undefined ? "null" : describeAnswer(arrival.value)}`
        : `failure of ${arrival.effect}: ${arrival.error.code}: ${arrival.error.message}`;
    case "event":
      return `event ${arrival.position} for ${arrival.effect}`;
    case "signal":
      return `signal ${arrival.name}: ${short(arrival.payload)}`;
    case "cancel":
      return `cancel: ${arrival.reason}`;
    case "command":
      return `operator: ${arrival.command.name} ${arrival.command.node ?? ""}`.trimEnd();
  }
}

function describeEffect(effect: Effect): Omit<HistoryEntry, "seq" | "time"> {
  const entry = { kind: "effect" as const, effect };
  switch (effect.kind) {
    case "log":
      return { ...entry, level: effect.level, text: effect.message };
    case "call":
      return { ...entry, text: `call ${effect.n}: ${describeCall(effect)}` };
    case "sleep":
      return { ...entry, text: `sleep ${effect.n} until ${new Date(effect.until).toISOString()}` };
    case "await":
      return { ...entry, text: `await ${effect.n}: event ${describeFilter(effect.filter)}` };
    case "signal":
      return { ...entry, text: `signal ${effect.n}: ${effect.name} to ${effect.runId}` };
    case "spawn":
      return { ...entry, text: `spawn ${effect.n}: ${effect.definition.name} ${short(effect.input)}` };
    case "ask":
      return { ...entry, text: `ask ${effect.n}: ${JSON.stringify(short(effect.task.title))}` };
    case "amend":
      return { ...entry, text: `task ${effect.target}: ${describeAmendment(effect.amendment)}` };
    case "reply":
      return {
        ...entry,
        text: `reply to ${effect.target}: ${effect.answer.by ?? "somebody"}: ${effect.answer.action}`,
      };
    case "emit":
      return { ...entry, text: `emit ${effect.n}: ${effect.type}` };
    case "node":
      return {
        ...entry,
        ...(effect.visit.error !== undefined && { level: "warn" }),
        text: describeVisit(effect.visit),
      };
    case "cancel":
      return { ...entry, text: `close ${effect.target}` };
  }
}

function describeAmendment({ assignees = [], groups = [], note, expired }: TaskAmendment): string {
  const people = [...assignees, ...groups];
  const parts = [note, people.length === 0 ? undefined : `for ${people.join(", ")} too`, expired && "its time is over"];
  return parts.filter((part) => part !== undefined).join("; ");
}

function describeVisit({ name, type, error }: NodeVisit): string {
  return error === undefined ? `${type} ${name}` : `${type} ${name}: ${error}`;
}

function describeOutcome(outcome: Outcome): Omit<HistoryEntry, "seq" | "time"> {
  if (outcome.kind === "succeeded") return { kind: "ended", text: `succeeded: ${short(outcome.value)}` };
  if (outcome.kind === "cancelled") return { kind: "ended", level: "warn", text: `cancelled: ${outcome.reason}` };
  if (outcome.kind === "continued") return { kind: "ended", text: `continued as ${outcome.definition.name}` };
  const { code, message, traceback } = outcome.error;
  return { kind: "ended", level: "error", text: `failed: ${code}: ${traceback ?? message}` };
}
