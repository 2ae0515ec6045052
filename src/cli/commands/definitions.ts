/** autoflow definitions … */
import type { Command } from "commander";
import { configureList } from "./definitions/list.ts";
import { configureResume } from "./definitions/resume.ts";

export function configureDefinitions(command: Command): void {
  configureList(command.command("list"));
  configureResume(command.command("resume"));
}
