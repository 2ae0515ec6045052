/** What is wrong with a configuration, and where. */
import { AutoFlowError, formatLocation, type Location } from "../core/errors.ts";

/** Keys and indices from the top. */
export type ConfigPath = readonly (string | number)[];

/** Where a value was given. */
export type Origin = { file: Location } | { env: string } | { flag: true } | { byDefault: true };

export interface ConfigProblem {
  path: ConfigPath;
  /** What is wrong, what was got. */
  message: string;
  hint?: string;
  origin: Origin;
}

/** `http_client.allowed_ips[0]`, with quotes around a key that needs them. */
function formatPath(path: ConfigPath): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[\w-]+$/.test(part)) text += text === "" ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

/** One error for all problems: the first one's place, every one's text. */
export function configInvalid(unordered: readonly ConfigProblem[]): AutoFlowError {
  const problems = unordered.toSorted((a, b) => lineOf(a) - lineOf(b));
  const [first, ...others] = problems;
  if (first === undefined) return new AutoFlowError("CONFIG_INVALID", "the configuration is not valid");
  const where = "file" in first.origin ? first.origin.file : undefined;
  const hint = others.length === 0 ? first.hint : undefined;
  return new AutoFlowError("CONFIG_INVALID", others.length === 0 ? describe(first, false) : describeAll(problems), {
    ...(where !== undefined && { where }),
    ...(hint !== undefined && { hint }),
    data: { problems: problems.map((problem) => describe(problem, true)) },
  });
}

/** What is not in the file comes last. */
function lineOf({ origin }: ConfigProblem): number {
  return "file" in origin ? origin.file.line : Number.MAX_SAFE_INTEGER;
}

function describeAll(problems: readonly ConfigProblem[]): string {
  const lines = problems.map((problem) => {
    const text = describe(problem, true);
    if (problem.hint === undefined) return `  ${text}`;
    return `  ${text}${text.endsWith("?") ? "" : "."} ${problem.hint}`;
  });
  return `the configuration has ${problems.length} problems:\n${lines.join("\n")}`;
}

/** With its place. */
export function describeProblem(problem: ConfigProblem): string {
  return describe(problem, true);
}

function describe({ path, message, origin }: ConfigProblem, withPlace: boolean): string {
  const subject = path.length === 0 ? message : `${formatPath(path)} ${message}`;
  if ("env" in origin) return `${subject} (from the environment variable ${origin.env})`;
  if ("flag" in origin) return `${subject} (from the command line)`;
  return "file" in origin && withPlace ? `${formatLocation(origin.file)}: ${subject}` : subject;
}
