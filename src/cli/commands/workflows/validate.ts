import type { Command } from "commander";
import type { Diagnostic } from "../../../core/program.ts";
import { addOutputOption, print, say, visible, type OutputFormat } from "../../output.ts";
import { seenFromHere } from "../../script-file.ts";
import { lintSources } from "../../../languages/serverless-workflow/lint/lint.ts";
import { serverlessWorkflow } from "../../../languages/serverless-workflow/program.ts";
import { schemaProblems } from "../../../schema/definition-schemas.ts";
import { compileWorkflow } from "../../workflows/check-workflow.ts";
import { PublishedSchema } from "../../workflows/published-schema.ts";
import { readWorkflowFiles, type WorkflowFile } from "../../workflows/workflow-files.ts";

interface Options {
  strict?: boolean;
  output: OutputFormat;
}

/** autoflow workflows validate: exits with 1 when there is an error; with --strict also when there is a warning. */
export function configureValidate(command: Command): void {
  addOutputOption(command)
    .summary("say what is wrong with workflow files")
    .description(
      "Say what is wrong with workflow files and what they refer to, as file:line:column. Nothing is run and no server is asked.",
    )
    .argument("[paths...]", "workflows, or folders of workflows", ["."])
    .option("--strict", "check against the published JSON schema of 0.8 too, and exit with 1 for warnings")
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow workflows validate\n  autoflow workflows validate request.sw.yaml --strict -o json",
    )
    .action(validate);
}

async function validate(paths: string[], options: Options): Promise<void> {
  const { workflows, problems } = await readWorkflowFiles(paths);
  const found = new Map<string, Diagnostic>();
  const schema = new PublishedSchema();
  for (const file of workflows) {
    const published = options.strict === true ? schema.problems(file.sources) : [];
    for (const diagnostic of [...lintSources(file.sources), ...(await brokenSchemas(file)), ...published]) {
      const seen = { ...diagnostic, where: seenFromHere(file.root, diagnostic.where) };
      found.set(lineOf(seen), seen);
    }
  }
  printDiagnostics([...found.values()], options.output);
  for (const problem of problems) say(visible(problem));
  conclude([...found.values()], workflows.length, problems.length, options.strict === true);
}

/** Schemas are looked at where the workflow compiles, as the server does. */
async function brokenSchemas(file: WorkflowFile): Promise<Diagnostic[]> {
  const { image } = await compileWorkflow(file);
  const workflow = image && serverlessWorkflow.load(image).describe().workflow;
  return workflow === undefined ? [] : schemaProblems(workflow);
}

function lineOf({ severity, code, message, where }: Diagnostic): string {
  const text = message.split("\n").map(visible).join("\n  ");
  return `${visible(where.file)}:${where.line}:${where.column}: ${severity}: ${text} [${code}]`;
}

function printDiagnostics(diagnostics: readonly Diagnostic[], format: OutputFormat): void {
  const items = diagnostics.map(({ severity, code, message, where }) => ({ ...where, severity, code, message }));
  if (format === "json") print(JSON.stringify({ items }, undefined, 2));
  else if (format === "jsonl") for (const item of items) print(JSON.stringify(item));
  else for (const diagnostic of diagnostics) print(lineOf(diagnostic));
}

function conclude(diagnostics: readonly Diagnostic[], count: number, others: number, strict: boolean): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length + others;
  const warnings = diagnostics.length - diagnostics.filter(({ severity }) => severity === "error").length;
  if (errors > 0 || count === 0 || (strict && warnings > 0)) process.exitCode = 1;
  const parts = [counted(errors, "error"), counted(warnings, "warning")].filter((part) => part !== "");
  const said = parts.length === 0 ? "no problems" : parts.join(", ");
  say(count === 0 ? "there is no workflow here" : `${counted(count, "workflow")}: ${said}`);
}

function counted(count: number, what: string): string {
  return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"}`;
}
