/** The effects that a turn asks for. */
import type { Effect, NodeVisit, Origin } from "../../../core/effect.ts";
import type { Location } from "../../../core/errors.ts";
import type { WireText } from "../../../core/wire.ts";

/** Lines of a turn; the report has what is left out. */
const linesPerTurn = 200;

export class Outbox {
  #effects: Effect[] = [];
  #lines = 0;
  /** Effects of the run so far: the number of the last one. */
  count = 0;

  /** Asks GitLab. Answers the effect's number. */
  call(input: WireText, at: Location, node: string): number {
    return this.#push({ kind: "call", action: "gitlab", input, origin: originOf(at, node), n: 0 });
  }

  /** A line for people. */
  log(level: "info" | "warn" | "error", message: string, at: Location): void {
    if (++this.#lines <= linesPerTurn) this.#push({ kind: "log", level, message, origin: originOf(at), n: 0 });
  }

  visit(visit: NodeVisit, at: Location): void {
    this.#push({ kind: "node", visit, origin: originOf(at), n: 0 });
  }

  cancel(target: number, at: Location): void {
    this.#push({ kind: "cancel", target, origin: originOf(at), n: 0 });
  }

  /** Ends the turn. */
  take(): Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    this.#lines = 0;
    return effects;
  }

  #push(effect: Effect): number {
    effect.n = ++this.count;
    this.#effects.push(effect);
    return effect.n;
  }
}

function originOf({ file, line, column }: Location, node?: string): Origin {
  return { file, line, column, ...(node !== undefined && { node }) };
}
