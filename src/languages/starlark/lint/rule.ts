/** What a rule of the linter is, and what it finds. */
import type { Analysis } from "../analysis/analysis.ts";

/** "error": it fails when it runs. "warning": it is most likely a mistake. "info": it could be clearer. */
export type Severity = "error" | "warning" | "info";

/** A change of the text: what is from `start` to `end` becomes `text`. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** A way to put right what was found. */
export interface Fix {
  /** What it does, for a menu. */
  title: string;
  edits: readonly Edit[];
  /** Whether it keeps what the program does, so that `lint --fix` may apply it unasked. */
  safe: boolean;
}

/** Offsets into the analysed text. */
export interface Span {
  start: number;
  end: number;
}

export interface Finding extends Span {
  rule: string;
  severity: Severity;
  message: string;
  fixes: readonly Fix[];
  /** Whether it is about text that does nothing, which editors show faded. */
  unnecessary: boolean;
}

/** Tells what a rule found. */
export interface Reporter {
  report(span: Span, message: string, details?: { fixes?: readonly Fix[]; unnecessary?: boolean }): void;
}

/** One rule: one file, named like it. */
export interface Rule {
  /** kebab-case. */
  name: string;
  severity: Severity;
  /** For the reference page: what it finds, and why that matters. */
  doc: string;
  /** A text in which it finds something. */
  bad: string;
  /** The same, put right: no rule finds anything in it. */
  good: string;
  /** Other files that the two texts load, by path. */
  files?: Readonly<Record<string, string>>;
  check(analysis: Analysis, out: Reporter): void;
}
