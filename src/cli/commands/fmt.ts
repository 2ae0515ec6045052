import { readFile, realpath } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import { formatSource } from "../../languages/starlark/format/format.ts";
import type { Problem } from "../../languages/starlark/syntax/problem.ts";
import { addOutputOption, print, say, visible, type OutputFormat } from "../output.ts";
import { replaceFile } from "../replace-file.ts";
import { findScripts } from "../scripts/find-scripts.ts";
import { unifiedDiff } from "../scripts/unified-diff.ts";

interface FmtOptions {
  check?: boolean;
  diff?: boolean;
  stripTypes?: boolean;
  stdinFilename: string;
  output: OutputFormat;
}

/** autoflow fmt: exits with 1 when --check or --diff finds a file that is not in the style, with 2 for one that is no Starlark. */
export function configureFmt(command: Command): void {
  addOutputOption(command)
    .description(
      "Lay scripts out in the one style, that of buildifier. What a script means stays, and so do its comments. Files are rewritten, unless --check or --diff is said.",
    )
    .argument("[paths...]", "scripts, folders of scripts, or - for a script on standard input", ["."])
    .option("--check", "change nothing; list the files that are not in the style, and exit with 1 when there is one")
    .option("--diff", "change nothing; show what would change, and exit with 1 when something would")
    .option("--strip-types", "leave out type annotations, which the language does not have (x: int, -> str)")
    .option("--stdin-filename <file>", "what to call the script on standard input", "stdin.star")
    .addHelpText(
      "after",
      "\nThe style: docs/reference/formatting.md.\n\nExamples:\n  autoflow fmt\n  autoflow fmt --check .gitlab/autoflow\n  autoflow fmt - < main.star",
    )
    .action(runFmt);
}

/** A file that is no Starlark. */
const exitInvalid = 2;

/** What became of a file. */
interface Outcome {
  file: string;
  status: "unchanged" | "formatted" | "unformatted" | "invalid";
  problems: Problem[];
  before: string;
  /** The whole text in the style; for `invalid` as it was. */
  after: string;
}

async function runFmt(paths: string[], options: FmtOptions): Promise<void> {
  const outcomes: Outcome[] = [];
  if (paths.includes("-")) outcomes.push(await formatInput(options));
  for (const file of await findScripts(paths.filter((one) => one !== "-")))
    outcomes.push(await formatFile(file, options));
  report(outcomes, options);
}

async function formatInput(options: FmtOptions): Promise<Outcome> {
  const outcome = formatText(options.stdinFilename, await readAll(process.stdin), options);
  const isWanted = !onlyLooks(options) && outcome.status !== "invalid";
  if (isWanted && options.output === "table") process.stdout.write(outcome.after);
  return outcome;
}

async function formatFile(file: string, options: FmtOptions): Promise<Outcome> {
  const outcome = formatText(file, await readFile(file, "utf8"), options);
  if (outcome.status !== "unformatted" || onlyLooks(options)) return outcome;
  await replaceFile(await realpath(file), outcome.after);
  return { ...outcome, status: "formatted" };
}

function formatText(file: string, before: string, { stripTypes = false }: FmtOptions): Outcome {
  const { text, problems } = formatSource(file, before, { stripTypes });
  if (text === undefined) return { file, status: "invalid", problems, before, after: before };
  return { file, status: text === before ? "unchanged" : "unformatted", problems, before, after: text };
}

function report(outcomes: readonly Outcome[], options: FmtOptions): void {
  const format = options.output;
  if (format === "table" || format === "name") for (const outcome of outcomes) tell(outcome, options);
  else {
    const items = outcomes.map(({ file, status, problems, before, after }) => ({
      file,
      status,
      problems: problems.map(({ message, where }) => ({ line: where.line, column: where.column, message })),
      ...(options.diff === true && { diff: unifiedDiff(file, before, after) }),
    }));
    if (format === "jsonl") for (const item of items) print(JSON.stringify(item));
    else print(JSON.stringify({ items }, undefined, 2));
  }
  if (outcomes.some(({ status }) => status === "invalid")) process.exitCode = exitInvalid;
  else if (onlyLooks(options) && outcomes.some(({ status }) => status === "unformatted")) process.exitCode = 1;
}

function onlyLooks({ check, diff }: FmtOptions): boolean {
  return check === true || diff === true;
}

function tell({ file, status, before, after, problems }: Outcome, options: FmtOptions): void {
  const [problem] = problems;
  if (problem !== undefined) {
    const { message, where } = problem;
    say(`${visible(file)}:${where.line}:${where.column}: error: ${visible(message)}`);
  }
  if (options.diff === true && status === "unformatted") print(unifiedDiff(file, before, after).trimEnd());
  else if (status === "formatted" || (status === "unformatted" && options.check === true)) print(visible(file));
}
