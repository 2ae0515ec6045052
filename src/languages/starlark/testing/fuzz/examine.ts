/** What must hold for any text whatever, without anything to compare it with. */
import { EvaluationError } from "../../run/evaluation-error.ts";
import { evaluateParked, evaluateThrough, type OptionsMaker } from "../parked-evaluation.ts";
import { formatSource } from "../../format/format.ts";
import type { TierMode } from "../../jit/hot-code.ts";
import { type Answer, answerTo, faultText, fuzzLimits, type Manner } from "./answer.ts";
import { Random } from "./random.ts";

/** Programs that take more steps are not stored at each of their calls: that takes long. */
const maximalParkedSteps = 3000;

export interface Examined {
  answer: Answer;
  /** What is wrong with us, one sentence and what it is about. */
  fault: string | undefined;
}

/**
 * Evaluates a program, then again translated, in small slices, under tight limits, and stored and restored at each call of a
 * builtin. All must answer the same, at the same step. `seed` decides the sizes.
 */
export function examine(source: string, seed: number): Examined {
  const answer = answerTo(source);
  const random = new Random(seed);
  const fault =
    answer.status === "broken"
      ? `it breaks the interpreter: ${answer.text}`
      : (differentInSlices(source, answer, random) ??
        differentUnderLimits(source, answer, random) ??
        (random.chance(0.15) ? differentWhenStored(source, answer, random.pick(tiers)) : undefined) ??
        (random.chance(0.3) ? differentWhenFormatted(source, answer) : undefined));
  return { answer, fault };
}

const tiers: readonly TierMode[] = ["never", "when-hot", "at-once"];

function differentInSlices(source: string, answer: Answer, random: Random): string | undefined {
  if (answer.steps === 0) return undefined;
  // Translating takes longer than all the rest.
  const manners: Manner[] = [{ tier: "at-once" }];
  if (answer.steps < 100_000) {
    manners.push({ tier: random.pick(["never", "when-hot"]), slice: random.between(1, 50) });
    if (random.chance(0.3)) manners.push({ tier: "at-once", slice: random.between(1, 50) });
  }
  return firstOf(manners, (manner) => difference(manner, answer, answerTo(source, manner)));
}

/** A limit ends it at the same instruction, however it is evaluated; and a limit that it keeps changes nothing. */
function differentUnderLimits(source: string, answer: Answer, random: Random): string | undefined {
  if (answer.steps === 0 || answer.steps > 100_000) return undefined;
  const limits = random.pick([
    { stepsPerTurn: random.between(1, answer.steps) },
    { stepsPerTurn: random.between(1, answer.steps) },
    { memoryBytes: 1 << random.between(9, 18) },
    { depth: random.between(1, 8) },
  ]);
  const whole = answerTo(source, { limits });
  if (whole.status === "broken") return `with ${JSON.stringify(limits)}, it breaks the interpreter: ${whole.text}`;
  const manners: Manner[] = [
    { limits, tier: random.pick(tiers), slice: random.between(1, 50) },
    { limits, tier: random.pick(tiers) },
  ];
  const ended = firstOf(manners, (manner) => difference(manner, whole, answerTo(source, manner)));
  if (ended !== undefined || whole.status === "limit") return ended;
  // To measure memory takes steps, and only a tight limit makes it necessary.
  const expected = limits.memoryBytes === undefined ? answer : { ...answer, steps: whole.steps };
  return difference({ limits }, expected, whole);
}

function firstOf(manners: readonly Manner[], check: (manner: Manner) => string | undefined): string | undefined {
  for (const manner of manners) {
    const found = check(manner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function differentWhenStored(source: string, answer: Answer, tier: TierMode): string | undefined {
  if (answer.steps === 0 || answer.steps > maximalParkedSteps || answer.status === "limit") return undefined;
  const options: OptionsMaker = (print) => ({ print, limits: fuzzLimits, tier });
  try {
    const through = evaluateThrough("main.star", source, options);
    const parked = evaluateParked("main.star", source, options);
    return JSON.stringify(parked) === JSON.stringify(through)
      ? undefined
      : `stored at each call: ${firstDifference(JSON.stringify(through, null, 1), JSON.stringify(parked, null, 1))}`;
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    return `stored at each call, it breaks the interpreter: ${faultText(error)}`;
  }
}

/** A formatted program prints the same, fails the same elsewhere in the text, and is as the formatter wants it. */
function differentWhenFormatted(source: string, answer: Answer): string | undefined {
  try {
    const { text, problems } = formatSource("main.star", source);
    if (text === undefined) return problems.length === 0 ? "it is not formatted, without a problem" : undefined;
    if (formatSource("main.star", text).text !== text) return `formatted twice, it changes again:\n${text}`;
    if (answer.steps === 0 || answer.steps > 100_000) return undefined;
    const [expected, actual] = [answer.text, answerTo(text).text].map(placeless);
    return actual === expected ? undefined : `formatted: ${firstDifference(expected!, actual!)}`;
  } catch (error) {
    return `formatting it fails: ${faultText(error)}`;
  }
}

/** An answer without the positions in it. */
export function placeless(text: string): string {
  return text.replaceAll(/main\.star:\d+:\d+/g, "main.star");
}

function difference(manner: Manner, expected: Answer, actual: Answer): string | undefined {
  const how = `evaluated with ${JSON.stringify(manner)}`;
  if (actual.status === "broken") return `${how}, it breaks the interpreter: ${actual.text}`;
  if (actual.text !== expected.text) return `${how}: ${firstDifference(expected.text, actual.text)}`;
  if (actual.steps !== expected.steps) return `${how}: ${actual.steps} steps instead of ${expected.steps}`;
  return undefined;
}

/** The first line in which two texts differ. */
export function firstDifference(expected: string, actual: string): string {
  const [wanted, got] = [expected.split("\n"), actual.split("\n")];
  const at = wanted.findIndex((line, i) => line !== got[i]);
  const from = at < 0 ? wanted.length : at;
  const show = (lines: string[]) => lines.slice(from, from + 3).join("\n    ");
  return `line ${from + 1} of the output\n    ${show(wanted)}\n  is\n    ${show(got)}`;
}
