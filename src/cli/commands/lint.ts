import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { text as readAll } from "node:stream/consumers";
import { InvalidArgumentError, type Command } from "commander";
import { AutoFlowError } from "../../core/errors.ts";
import type { LibraryAccess } from "../../events/definitions/libraries.ts";
import { nearest } from "../../languages/starlark/library/spelling.ts";
import type { Rule } from "../../languages/starlark/lint/rule.ts";
import { rules } from "../../languages/starlark/lint/rules.ts";
import { addOutputOption, print, say, visible, type OutputFormat } from "../output.ts";
import { addProjectSourceOption, openClones, type ProjectSources } from "../project-sources.ts";
import { replaceFile } from "../replace-file.ts";
import { projectFolder, seenFromHere } from "../script-file.ts";
import { applyEdits, asWritten, safeEdits } from "../scripts/apply-fixes.ts";
import { checkScript, type ScriptProblem } from "../scripts/check-script.ts";
import { findLinted } from "../scripts/find-linted.ts";
import { projectScripts } from "../scripts/find-scripts.ts";
import { ScriptProject } from "../scripts/script-project.ts";
import { policyProblems } from "../triage/policy-problems.ts";
import { workflowProblems } from "../workflows/workflow-problems.ts";

interface LintOptions {
  projectSource?: ProjectSources;
  rule?: Rule[];
  disable?: Rule[];
  strict?: boolean;
  fix?: boolean;
  stdinFilename: string;
  output: OutputFormat;
}

/** autoflow lint: exits with 1 when there is an error; with --strict also when there is a warning. */
export function configureLint(command: Command): void {
  addProjectSourceOption(addOutputOption(command))
    .description(
      "Report what is wrong with scripts, workflows and triage policies, as file:line:column: what the compiler says, then what is most likely a mistake. Nothing is run and no server is asked.",
    )
    .argument("[paths...]", "scripts, workflows, policy files, folders of them, or - for a script on standard input", [
      ".",
    ])
    .option("--rule <name>", "apply only this rule; may be repeated", collectRule)
    .option("--disable <name>", "leave this rule out; may be repeated", collectRule)
    .option("--strict", "exit with 1 for warnings too")
    .option("--fix", "put right what can be put right without changing what the scripts do")
    .option("--stdin-filename <file>", "where the script on standard input belongs", "stdin.star")
    .addHelpText(
      "after",
      "\nRules: docs/reference/lint-rules.md. A comment `# autoflow: ignore[rule]` on a line, or on the line before, silences a rule there.\n\nExamples:\n  autoflow lint\n  autoflow lint .gitlab/autoflow/main.star --strict\n  autoflow lint scripts --rule wait-without-timeout -o json",
    )
    .action(runLint);
}

function collectRule(name: string, before: Rule[] = []): Rule[] {
  const rule = rules.find((one) => one.name === name);
  if (rule !== undefined) return [...before, rule];
  const names = rules.map((one) => one.name);
  const meant = nearest(name, names);
  throw new InvalidArgumentError(
    meant === undefined ? `The rules are ${names.join(", ")}.` : `There is no rule ${name}. Did you mean ${meant}?`,
  );
}

async function runLint(paths: string[], options: LintOptions): Promise<void> {
  const chosen = (options.rule ?? rules).filter((rule) => options.disable?.includes(rule) !== true);
  const linter = new Linter(chosen, options.fix === true, openClones(options));
  const problems: ScriptProblem[] = [];
  let count = 0;
  if (paths.includes("-")) {
    problems.push(...(await linter.checkText(options.stdinFilename, await readAll(process.stdin))));
    count++;
  }
  const { scripts, workflows, policies } = await findLinted(paths.filter((one) => one !== "-"));
  for (const file of scripts) {
    problems.push(...(await linter.checkFile(file)));
    count++;
  }
  // The rules that can be chosen are those of scripts.
  const checked = options.rule === undefined ? { workflows, policies } : { workflows: [], policies: [] };
  for (const workflow of checked.workflows) problems.push(...workflowProblems(workflow));
  for (const policy of checked.policies) problems.push(...(await policyProblems(policy)));
  printProblems(unique(problems), options.output);
  const counts = {
    scripts: count,
    workflows: checked.workflows.length,
    policies: checked.policies.length,
    changes: linter.fixed,
  };
  conclude(unique(problems), counts, options.strict === true);
}

/** Checks scripts, of one project or of several. Paths in its answers are as the user can open them from here. */
class Linter {
  readonly #rules: readonly Rule[];
  readonly #fixes: boolean;
  readonly #access: LibraryAccess | undefined;
  readonly #projects = new Map<string, ScriptProject>();
  /** Files that it changed. */
  fixed = 0;

  constructor(chosen: readonly Rule[], fixes: boolean, access: LibraryAccess | undefined) {
    this.#rules = chosen;
    this.#fixes = fixes;
    this.#access = access;
  }

  async checkFile(given: string): Promise<ScriptProblem[]> {
    const file = await realpath(given);
    const scripts = await this.#projectOf(file);
    return this.#check(scripts, scripts.pathOf(file), this.#fixes);
  }

  /** A text that is not, or not yet, what the file of that name has. */
  async checkText(name: string, text: string): Promise<ScriptProblem[]> {
    if (this.#fixes) {
      throw new AutoFlowError("REQUEST_INVALID", "--fix changes files, and standard input is none", {
        hint: "Name the file of the script.",
      });
    }
    const file = path.resolve(name);
    const scripts = await this.#projectOf(file);
    scripts.setText(scripts.pathOf(file), text);
    return this.#check(scripts, scripts.pathOf(file), false);
  }

  async #check(scripts: ScriptProject, inside: string, fixes: boolean): Promise<ScriptProblem[]> {
    const problems = await checkScript(scripts, inside, this.#rules);
    if (fixes && (await this.#fix(scripts, inside, problems))) return this.#check(scripts, inside, true);
    return problems.map((problem) => ({ ...problem, file: seenFromHere(scripts.root, problem).file }));
  }

  /** Whether something was changed, so that it is to be checked again. */
  async #fix(scripts: ScriptProject, inside: string, problems: readonly ScriptProblem[]): Promise<boolean> {
    const edits = safeEdits(problems.flatMap(({ fixes }) => fixes));
    if (edits.length === 0) return false;
    const file = scripts.fileOf(inside);
    const original = await readFile(file, "utf8");
    await replaceFile(file, asWritten(applyEdits(scripts.project.file(inside)!.text, edits), original));
    scripts.project.changed(inside);
    this.fixed++;
    return true;
  }

  async #projectOf(file: string): Promise<ScriptProject> {
    const root = projectFolder(file);
    let scripts = this.#projects.get(root);
    if (scripts === undefined) {
      const files = await projectScripts(root).catch(() => []);
      scripts = new ScriptProject(root, this.#access);
      scripts.setScripts(files.map((one) => scripts!.pathOf(one)));
      this.#projects.set(root, scripts);
    }
    return scripts;
  }
}

/** A file's problems are told once, however many scripts load it. */
function unique(problems: readonly ScriptProblem[]): ScriptProblem[] {
  const seen = new Map(problems.map((problem) => [lineOf(problem), problem]));
  return [...seen.values()];
}

function lineOf({ file, line, column, severity, message, rule }: ScriptProblem): string {
  const text = message.split("\n").map(visible).join("\n  ");
  return `${visible(file)}:${line}:${column}: ${severity}: ${text} [${rule}]`;
}

function printProblems(problems: readonly ScriptProblem[], format: OutputFormat): void {
  const items = problems.map(({ file, line, column, end, severity, rule, message, fixes }) => {
    const canFix = fixes.some(({ safe }) => safe);
    return { file, line, column, endLine: end.line, endColumn: end.column, severity, rule, message, canFix };
  });
  if (format === "json") print(JSON.stringify({ items }, undefined, 2));
  else if (format === "jsonl") for (const item of items) print(JSON.stringify(item));
  else for (const problem of problems) print(lineOf(problem));
}

function conclude(
  problems: readonly ScriptProblem[],
  { scripts, workflows, policies, changes }: Record<"scripts" | "workflows" | "policies" | "changes", number>,
  strict: boolean,
): void {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.filter(({ severity }) => severity === "warning").length;
  if (errors > 0 || (strict && warnings > 0)) process.exitCode = 1;
  const checked = [
    scripts > 0 || workflows + policies === 0 ? counted(scripts, "script") : "",
    plural(workflows, "workflow"),
    plural(policies, "policy file"),
  ];
  const infos = problems.length - errors - warnings;
  const parts = [plural(errors, "error"), plural(warnings, "warning"), plural(infos, "hint")].filter(
    (part) => part !== "",
  );
  const changed = changes === 0 ? "" : `, ${counted(changes, "change")} written`;
  say(
    `${checked.filter((part) => part !== "").join(" and ")}: ${parts.length === 0 ? "no problems" : parts.join(", ")}${changed}`,
  );
}

function plural(count: number, what: string): string {
  return count === 0 ? "" : counted(count, what);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
