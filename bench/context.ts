/** What a measurement is given, and how it tells what it found. */
import type { Figure } from "./figure.ts";

export interface BenchContext {
  /** Take as long as the large sizes need. */
  full: boolean;
  /** Folder for CPU profiles of the server; undefined for none. */
  profileFolder: string | undefined;
  /** Tells a result. */
  figure: (figure: Figure) => void;
  /** Tells something beside the results, for people. */
  note: (text: string) => void;
}

export type Bench = (context: BenchContext) => Promise<void>;

/** Resolves after so many milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
