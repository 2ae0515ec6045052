import { writeFile } from "node:fs/promises";
import { Option, type Command } from "commander";
import { AutoFlowError, formatLocation } from "../../../core/errors.ts";
import type { Graph, Image } from "../../../core/program.ts";
import { mermaidOf } from "../../../languages/serverless-workflow/diagram/mermaid.ts";
import { svgOf } from "../../../languages/serverless-workflow/diagram/svg.ts";
import { serverlessWorkflow } from "../../../languages/serverless-workflow/program.ts";
import { say } from "../../output.ts";
import { seenFromHere } from "../../script-file.ts";
import { compileWorkflow } from "../../workflows/check-workflow.ts";
import { readWorkflowFiles, type WorkflowFile } from "../../workflows/workflow-files.ts";

interface Options {
  format?: "mermaid" | "svg";
  out?: string;
}

export function configureDiagram(command: Command): void {
  command
    .summary("draw a workflow")
    .description("Draw a workflow, as text for Mermaid or as an SVG picture.")
    .argument("<file>", "the workflow's file")
    .addOption(new Option("--format <format>", "default: as --out ends, else mermaid").choices(["mermaid", "svg"]))
    .option("--out <file>", "write it to this file; else it is printed")
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow workflows diagram request.sw.yaml\n  autoflow workflows diagram request.sw.yaml --out request.svg",
    )
    .action(draw);
}

async function draw(file: string, { format, out }: Options): Promise<void> {
  const { workflows } = await readWorkflowFiles([file]);
  const { name, graph } = await graphOf(workflows[0]!);
  const isSvg = (format ?? (out?.endsWith(".svg") === true ? "svg" : "mermaid")) === "svg";
  const text = isSvg ? svgOf(graph, { title: name }) : mermaidOf(graph);
  if (out === undefined) process.stdout.write(text);
  else {
    await writeFile(out, text);
    say(`${out} is written`);
  }
}

/** Throws what the first problem is when there is nothing to draw. */
async function graphOf(file: WorkflowFile): Promise<{ name: string; graph: Graph }> {
  const { image, diagnostics } = await compileWorkflow(file);
  if (image !== undefined) return described(image);
  const { message, where } = diagnostics.find(({ severity }) => severity === "error")!;
  throw new AutoFlowError("WORKFLOW_INVALID", `${formatLocation(seenFromHere(file.root, where))}: ${message}`, {
    hint: "`autoflow workflows validate` tells all that is wrong.",
  });
}

function described(image: Image): { name: string; graph: Graph } {
  const { name, graph } = serverlessWorkflow.load(image).describe().workflow!;
  return { name, graph };
}
