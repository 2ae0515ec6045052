import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Option, type Command } from "commander";
import type { NodeVisit } from "../../../core/effect.ts";
import { AutoFlowError } from "../../../core/errors.ts";
import type { Graph, OpenNode } from "../../../core/program.ts";
import type { RunDetails } from "../../../core/run.ts";
import type { ActiveWorkflow } from "../../../core/workflows.ts";
import { mermaidOf } from "../../../languages/serverless-workflow/diagram/mermaid.ts";
import { overlayOf, type Overlay } from "../../../languages/serverless-workflow/diagram/overlay.ts";
import { svgOf } from "../../../languages/serverless-workflow/diagram/svg.ts";
import { addServerOptions, connect, segment, type ServerOptions } from "../../client.ts";
import { say } from "../../output.ts";
import { describedWorkflow } from "../../workflows/described-workflow.ts";
import { readWorkflowFiles } from "../../workflows/workflow-files.ts";

interface Options extends ServerOptions {
  run?: string;
  format?: "mermaid" | "svg";
  out?: string;
}

export function configureDiagram(command: Command): void {
  command
    .summary("draw a workflow")
    .description("Draw a workflow, and where a run of it stands, as text for Mermaid or as an SVG picture.")
    .argument("[file]", "the workflow's file")
    .option("--run <id>", "instead of a file: a run of the server, to show where it stands")
    .addOption(new Option("--format <format>", "default: as --out ends, else mermaid").choices(["mermaid", "svg"]))
    .option("--out <file>", "write it to this file; else it is printed")
    .addHelpText(
      "after",
      "\nExamples:\n  autoflow workflows diagram request.sw.yaml\n  autoflow workflows diagram request.sw.yaml --out request.svg\n  autoflow workflows diagram --run 01a1fd95-fec4-76b5-b6d0-e63a5e606378 --format svg",
    );
  addServerOptions(command).action(draw);
}

async function draw(file: string | undefined, { format, out, run, ...options }: Options): Promise<void> {
  if ((file === undefined) === (run === undefined)) {
    throw new AutoFlowError("REQUEST_INVALID", "name a workflow's file, or a run with --run: one of both", {
      hint: "A run is drawn with the version that it began with: no file is needed for it.",
    });
  }
  const isSvg = (format ?? formatOf(out)) === "svg";
  const { name, graph, overlay } =
    file === undefined ? await drawingOfRun(run ?? "", options) : await drawingOfFile(file);
  const text = isSvg
    ? svgOf(graph, { title: name, ...(overlay !== undefined && { overlay }) })
    : mermaidOf(graph, overlay);
  if (out === undefined) process.stdout.write(text);
  else {
    await write(out, text);
    say(`${out} is written`);
  }
}

/** As the file's name says. Throws REQUEST_INVALID for names of other pictures, which nobody could open. */
function formatOf(out: string | undefined): "mermaid" | "svg" {
  if (out === undefined) return "mermaid";
  const ending = path.extname(out).toLowerCase();
  if (ending === ".svg") return "svg";
  if (["", ".mmd", ".mermaid", ".md", ".txt"].includes(ending)) return "mermaid";
  throw new AutoFlowError("REQUEST_INVALID", `--out ${out}: no picture is written as ${ending}`, {
    hint: "Let the name end in .svg or .mmd, or say which with --format.",
  });
}

async function write(out: string, text: string): Promise<void> {
  try {
    await writeFile(out, text);
  } catch (cause) {
    throw new AutoFlowError("REQUEST_INVALID", `cannot write ${out}: ${(cause as Error).message}`, {
      cause,
      hint: "Name a file in a folder that is there and may be written to.",
    });
  }
}

interface Drawing {
  name: string;
  graph: Graph;
  overlay?: Overlay;
}

async function drawingOfFile(file: string): Promise<Drawing> {
  const { workflows } = await readWorkflowFiles([file]);
  return (await describedWorkflow(workflows[0]!)).workflow;
}

/** The workflow of a run, as the server has it, with the nodes that the run went through. */
async function drawingOfRun(id: string, options: ServerOptions): Promise<Drawing> {
  const client = await connect(options);
  const { workflow: of } = await client.get<RunDetails>(`/api/v1/runs/${segment(id)}`);
  if (of === undefined) throw new AutoFlowError("REQUEST_INVALID", `the run ${id} is not of a workflow`);
  const route = `/api/v1/workflows/${segment(of.name)}`;
  const { workflow } = await client.get<ActiveWorkflow>(route, { version: of.version });
  const { items } = await client.get<{ items: (NodeVisit | OpenNode)[] }>(`/api/v1/runs/${segment(id)}/nodes`);
  return { name: workflow.name, graph: workflow.graph, overlay: overlayOf(items) };
}
