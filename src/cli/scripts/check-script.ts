/** Everything that is wrong with a script: what the compiler says, then what the linter finds. */
import { setImmediate } from "node:timers/promises";
import type { Diagnostic, EntryMode, Sources } from "../../core/program.ts";
import { lacksOthers } from "../../events/definitions/libraries.ts";
import type { Analysis } from "../../languages/starlark/analysis/analysis.ts";
import { lint } from "../../languages/starlark/lint/lint.ts";
import type { Finding, Fix, Rule, Severity } from "../../languages/starlark/lint/rule.ts";
import { knownNames } from "../../languages/starlark/api/environment.ts";
import { problemText } from "../../languages/starlark/run/problem-text.ts";
import { starlark } from "../../languages/starlark/program.ts";
import { parseModule } from "../../languages/starlark/syntax/module.ts";
import type { ScriptProject } from "./script-project.ts";

/** A place: lines and columns from 1, columns in characters. */
interface Place {
  line: number;
  column: number;
}

/** One thing that is wrong. */
export interface ScriptProblem extends Place {
  /** The path inside the project. */
  file: string;
  end: Place;
  severity: Severity;
  /** The rule's name, or a code of the error catalogue. */
  rule: string;
  message: string;
  fixes: readonly Fix[];
  unnecessary: boolean;
  /** Offsets in the analysed text. */
  span: { start: number; end: number };
}

/** Steps between two looks at whether somebody still wants to know. */
const slice = 200_000;

/** What the compiler says about a script and what it loads. Ends early when the signal is aborted. */
async function compileProblems(
  scripts: ScriptProject,
  { path, mode, text }: Analysis,
  sources: Sources,
  signal?: AbortSignal,
): Promise<Diagnostic[]> {
  // Nothing is wrong with the script only because other projects are out of reach.
  if (!scripts.reachesOthers && lacksOthers(sources)) return ownProblems(path, text, mode);
  const compilation = starlark.compile(sources, mode);
  for (;;) {
    const result = compilation.step(slice);
    if (result !== "running") return result.diagnostics;
    await setImmediate();
    if (signal?.aborted === true) return [];
  }
}

function ownProblems(path: string, text: string, mode: EntryMode): Diagnostic[] {
  const { problems } = parseModule(path, text, knownNames(mode));
  return problems.map((problem) => ({
    severity: "error",
    code: "SCRIPT_SYNTAX",
    message: problemText(problem, text),
    where: problem.where,
  }));
}

/**
 * All problems of a script, by its path inside the project, in the order of the text; those of the files that it loads are the compiler's
 * only. Throws SCRIPT_SOURCE_UNAVAILABLE when files cannot be read.
 */
export async function checkScript(
  scripts: ScriptProject,
  path: string,
  rules: readonly Rule[],
  signal?: AbortSignal,
): Promise<ScriptProblem[]> {
  const sources = await scripts.sources(path);
  const analysis = scripts.project.file(path);
  if (sources === undefined || analysis === undefined) return [];
  const compiled = await compileProblems(scripts, analysis, sources, signal);
  const found = lintFindings(analysis, rules);
  const problems = compiled.map((diagnostic) => fromDiagnostic(diagnostic, analysis));
  const more = furtherProblems(analysis, new Set(problems.map(({ line }) => line)));
  const linted = found.map((finding) => fromFinding(finding, analysis));
  const all = [...problems, ...more].filter((problem) => !isSaidBetter(problem, linted));
  return [...all, ...linted].toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** The compiler stops at the first problem of syntax; these are the others, one a line. */
function furtherProblems(analysis: Analysis, lines: Set<number>): ScriptProblem[] {
  const found: ScriptProblem[] = [];
  for (const problem of analysis.problems) {
    const { where } = problem;
    if (lines.has(where.line)) continue;
    lines.add(where.line);
    const message = problemText(problem, analysis.text);
    found.push(fromDiagnostic({ severity: "error", code: "SCRIPT_SYNTAX", message, where }, analysis));
  }
  return found;
}

/** Of a text that is not whole only what certainly fails: the rest of it is not known. */
function lintFindings(analysis: Analysis, rules: readonly Rule[]): Finding[] {
  const found = lint(analysis, { rules });
  return analysis.problems.length === 0 ? found : found.filter(({ severity }) => severity === "error");
}

/** The linter knows the exact place, and often the remedy, of what makes loading fail. */
function isSaidBetter({ rule, file, line }: ScriptProblem, linted: readonly ScriptProblem[]): boolean {
  if (rule !== "SCRIPT_LOAD_FAILED") return false;
  return linted.some((other) => other.severity === "error" && other.file === file && other.line === line);
}

function fromFinding({ start, end, ...finding }: Finding, { path, tree }: Analysis): ScriptProblem {
  const from = tree.file.location(start);
  const to = tree.file.location(end);
  return {
    ...finding,
    file: path,
    line: from.line,
    column: from.column,
    end: { line: to.line, column: to.column },
    span: { start, end },
  };
}

/** A compiler's problem is a point; it reaches to the end of the word that is there. */
function fromDiagnostic({ severity, code, message, where }: Diagnostic, analysis: Analysis): ScriptProblem {
  const span = where.file === analysis.path ? spanAt(analysis, where) : { start: 0, end: 1 };
  const end = { line: where.line, column: where.column + Math.max(1, span.end - span.start) };
  return { ...where, end, severity, rule: code, message, fixes: [], unnecessary: false, span };
}

/** What is wrong with the end of a line is reported where the next one begins; editors show it at the end. */
function spanAt(analysis: Analysis, where: Place): { start: number; end: number } {
  const start = offsetOf(analysis, where);
  const isOfSyntax = analysis.problems.some((problem) => {
    const { line, column } = problem.where;
    return line === where.line && column === where.column && !problem.message.endsWith("primary expression");
  });
  if (isOfSyntax && where.column === 1 && start > 0) return { start: start - 1, end: start };
  const word = /^\w+/.exec(analysis.text.slice(start, start + 100))?.[0].length ?? 1;
  return { start, end: start + word };
}

/** The offset of a place: lines have no other ends than "\n" in an analysed text. */
function offsetOf({ text }: Analysis, { line, column }: Place): number {
  let start = 0;
  for (let n = 1; n < line; n++) start = text.indexOf("\n", start) + 1;
  const end = text.indexOf("\n", start);
  const lineText = text.slice(start, end === -1 ? undefined : end);
  let offset = 0;
  for (let n = 1; n < column && offset < lineText.length; n++) offset += lineText.codePointAt(offset)! > 0xffff ? 2 : 1;
  return start + offset;
}
