/** What happens to a run: its history for people, and what recomputes the state of a run from an earlier one. */
import type { Arrival } from "../../core/arrival.ts";
import type { Effect } from "../../core/effect.ts";
import type { Failure } from "../../core/failure.ts";
import type { Outcome } from "../../core/program.ts";

/** One thing that happened. Each takes one number of the run's history, but for a turn: it takes one per effect. */
export type JournalItem =
  /** An arrival was handed to the Program. */
  | { arrival: Arrival }
  /**
   * A turn was computed; `digest` covers its effects and outcome, `signals` are those that the run waits for. The first item of a
   * run is a turn without an arrival; with `began`, epoch ms, where the Program is told another time than that of the run's creation.
   */
  | { turn: { effects: Effect[]; outcome?: Outcome; digest: string; signals?: readonly string[]; began?: number } }
  /** An attempt of a call failed and `next` (epoch ms) is when the following one may start. */
  | { failed: { effect: number; attempt: number; error: Failure; next: number } }
  /** An attempt after the first one starts. `free` ones, after an interruption, do not count against the policy. */
  | { attempt: { effect: number; attempt: number; free: number } }
  /** Something the engine did that a person should see. */
  | { note: { text: string; level: "info" | "warn" | "error"; outcome?: Outcome } };

/** How many history entries an item is. */
export function entriesOf(item: JournalItem): number {
  return "turn" in item ? item.turn.effects.length + (item.turn.outcome === undefined ? 0 : 1) : 1;
}
