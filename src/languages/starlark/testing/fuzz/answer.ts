/** What our interpreter answers to a program, in the form in which starlark-go shows it. */
import type { TierMode } from "../../jit/hot-code.ts";
import { Evaluator } from "../../run/evaluate.ts";
import { EvaluationError } from "../../run/evaluation-error.ts";
import { LimitReached } from "../../values/errors.ts";
import { toText } from "../../values/text.ts";
import type { VmLimits } from "../../vm/vm.ts";

export interface Answer {
  /** What it printed, and then the error with its traceback. */
  text: string;
  /** "failed": it, or its text, is wrong. "broken": it ended in a way in which no program may end. */
  status: "ok" | "failed" | "limit" | "broken";
  steps: number;
}

/** Small enough that a program which grows without end is found out at once. */
export const fuzzLimits: VmLimits = { stepsPerTurn: 400_000, memoryBytes: 24 * 1024 * 1024, depth: 200 };
const maximalOutput = 1_000_000;

class TooMuchOutput extends Error {}

/** How a program is evaluated; nothing of it but the limits may make a difference. */
export interface Manner {
  limits?: Partial<VmLimits>;
  /** Steps at a time. */
  slice?: number;
  /** When functions are translated; never, when absent. */
  tier?: TierMode;
}

/** Evaluates a program as the file main.star. Never throws. */
export function answerTo(source: string, { limits = {}, slice = Infinity, tier = "never" }: Manner = {}): Answer {
  const lines: string[] = [];
  let size = 0;
  const print = (line: string) => {
    lines.push(`${line}\n`);
    if ((size += line.length) > maximalOutput) throw new TooMuchOutput();
  };
  let steps = () => 0;
  const answer = (status: Answer["status"], error = ""): Answer => {
    return { status, text: lines.join("") + error, steps: steps() };
  };
  try {
    const evaluation = new Evaluator({ print, tier, limits: { ...fuzzLimits, ...limits } }).start("main.star", source);
    steps = () => evaluation.steps;
    while (evaluation.step(slice) === "running");
    return answer("ok");
  } catch (error) {
    if (error instanceof TooMuchOutput) return answer("limit", "too much output\n");
    if (!(error instanceof EvaluationError)) return answer("broken", faultText(error));
    const { failure, problems } = error;
    if (failure === undefined) {
      const { message, where } = problems[0]!;
      return answer("failed", `${where.file}:${where.line}:${where.column}: ${message}\n`);
    }
    if (failure.where === undefined) return answer("broken", `an error without position: ${error.message}\n`);
    return answer(failure.error instanceof LimitReached ? "limit" : "failed", `${toText(failure.traceback)}\n`);
  }
}

/** An error that no program may cause, with the part of its stack that tells where it comes from. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? error.message).split("\n").slice(0, 6).join("\n");
}
