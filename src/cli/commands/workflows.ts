/** autoflow workflows … */
import type { Command } from "commander";
import { configureDiagram } from "./workflows/diagram.ts";
import { configureImport } from "./workflows/import.ts";
import { configureList } from "./workflows/list.ts";
import { configureRun } from "./workflows/run.ts";
import { configureShow } from "./workflows/show.ts";
import { configureValidate } from "./workflows/validate.ts";

export function configureWorkflows(command: Command): void {
  configureValidate(command.command("validate"));
  configureRun(command.command("run"));
  configureList(command.command("list"));
  configureShow(command.command("show"));
  configureDiagram(command.command("diagram"));
  configureImport(command.command("import"));
}
