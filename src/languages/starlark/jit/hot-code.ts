/** What the second tier knows of a function: how often it was met, and its translations. It is derived and never stored. */
import type { DirectCall, Entry } from "./translate.ts";

/** When functions and loops are translated. Results never depend on it. */
export type TierMode = "when-hot" | "never" | "at-once";

/** Characters that the translations of one image may have together. */
const maxCharacters = 2_000_000;

/** What the functions of an image share. */
export class TierBudget {
  charactersLeft = maxCharacters;
}

export class HotCode {
  readonly budget: TierBudget;
  /** How often it was called while the machine looked. */
  calls = 0;
  /** The function translated, called by other translations; null as long as it is not. */
  direct: DirectCall | null = null;
  /** The function translated, entered by the machine. */
  entry: Entry | null = null;
  /** Its loops, by the program counter they jump back to: translations, or how often that was. Null until one is hot. */
  loops: Map<number, LoopUnit> | null = null;
  /** Whether the function cannot be translated. */
  refused = false;

  constructor(budget: TierBudget) {
    this.budget = budget;
  }
}

export interface LoopUnit {
  rounds: number;
  entry: Entry | null;
  refused: boolean;
}
