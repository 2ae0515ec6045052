/** What a measurement gives: a number beside its goal and beside what the machine could do at best. */

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** Absent for what is only told. */
  goal?: number;
  /** What this machine reaches without AutoFlow, measured in the same run, in the same unit. */
  limit?: number;
  /** What the limit is. */
  limitOf?: string;
  /** Rates are better when higher; times and sizes when lower. */
  better: "higher" | "lower";
}

/** How far the goal is reached: 1 or more when it is. Undefined without a goal. */
export function ratioOf({ value, goal, better }: Figure): number | undefined {
  if (goal === undefined) return undefined;
  if (better === "higher") return value / goal;
  return value <= 0 ? Number.MAX_SAFE_INTEGER : goal / value;
}

/** The figure as one line of JSON: name, value, unit, goal, limit, ratio. What there is not is null. */
export function figureJson(figure: Figure): string {
  const { name, value, unit, goal = null, limit = null } = figure;
  const ratio = ratioOf(figure);
  return JSON.stringify({
    name,
    value: rounded(value),
    unit,
    goal,
    limit: limit === null ? null : rounded(limit),
    ratio: ratio === undefined ? null : rounded(ratio),
  });
}

/** The figure as a line for people. */
export function figureText(figure: Figure): string {
  const { name, value, unit, goal, limit, limitOf } = figure;
  const ratio = ratioOf(figure);
  let text = `${name.padEnd(30)} ${shown(value).padStart(9)} ${unit.padEnd(13)}`;
  if (goal !== undefined && ratio !== undefined) {
    text += ` goal ${shown(goal).padStart(6)}  ratio ${shown(ratio).padEnd(6)} ${ratio >= 1 ? "reached" : "MISSED "}`;
  }
  if (limit !== undefined) text += `  machine ${shown(limit)}${limitOf === undefined ? "" : ` (${limitOf})`}`;
  return text.trimEnd();
}

/** The value below which a share of the samples lies; sorts them. */
export function percentile(samples: Float64Array | number[], share: number): number {
  if (samples.length === 0) return Number.NaN;
  samples.sort((a: number, b: number) => a - b);
  return samples[Math.min(samples.length - 1, Math.floor(samples.length * share))]!;
}

export function median(samples: number[]): number {
  return percentile([...samples], 0.5);
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function shown(value: number): string {
  if (value === Number.MAX_SAFE_INTEGER) return "∞";
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
