/** autoflow workflows … */
import type { Command } from "commander";
import { configureDiagram } from "./workflows/diagram.ts";
import { configureImport } from "./workflows/import.ts";
import { configureValidate } from "./workflows/validate.ts";

export function configureWorkflows(command: Command): void {
  configureValidate(command.command("validate"));
  configureDiagram(command.command("diagram"));
  configureImport(command.command("import"));
}
